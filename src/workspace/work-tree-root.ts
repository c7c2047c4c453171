import { lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above (or at) `folder` that is the root of a git work tree; undefined when there is none. Starts no process. */
export function findWorkTreeRoot(folder: string): string | undefined {
  if (isWorkTreeRoot(folder)) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWorkTreeRoot(parent);
}

/** Git's own test, in short. Codex's sandbox may leave an empty `.git` behind in a folder that has none (0.169). */
export function isWorkTreeRoot(folder: string): boolean {
  const entry = join(folder, ".git");
  try {
    return statSync(entry).isFile() || lstatSync(join(entry, "HEAD")) !== undefined;
  } catch {
    // Not there, or not to be read: git would go on above as well.
    return false;
  }
}
