import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "./cli-world.ts";

/** What Codex has written down of its threads below a home. */
export async function sessionsOf(codexHome: string): Promise<string> {
  const folder = join(codexHome, "sessions");
  const texts = filesBelow(folder).map(async (path) => readFile(join(folder, path), "utf8"));
  return (await Promise.all(texts)).join("");
}

/** Puts another text in place of what Codex has written down, file by file. */
export async function rewriteSessions(codexHome: string, rewrite: (text: string) => string): Promise<void> {
  const folder = join(codexHome, "sessions");
  for (const path of filesBelow(folder)) {
    const text = await readFile(join(folder, path), "utf8");
    await writeFile(join(folder, path), rewrite(text));
  }
}
