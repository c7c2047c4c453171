import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout. */
export const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Paths of all files in git, with `/`. */
export function trackedFiles(): readonly string[] {
  const output = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" });
  return output.split("\0").filter((path) => path !== "");
}

/** Paths of the files in a folder of the repository, at any depth, with `/`. */
export function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending));
}

export function readText(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readText(path)) as Record<string, unknown>;
}
