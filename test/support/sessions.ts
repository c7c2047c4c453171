import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "./cli-world.ts";

/** What Codex has written down of its threads below a home. */
export async function sessionsOf(codexHome: string): Promise<string> {
  const folder = join(codexHome, "sessions");
  const texts = filesBelow(folder).map(async (path) => readFile(join(folder, path), "utf8"));
  return (await Promise.all(texts)).join("");
}
