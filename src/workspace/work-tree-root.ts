import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above (or at) `folder` that is a git work tree by its look; undefined when there is none. Starts no process. */
export function findWorkTreeRoot(folder: string): string | undefined {
  if (holdsRepository(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWorkTreeRoot(parent);
}

/** A repository, or the file that names one elsewhere. Codex's sandbox leaves empty `.git` folders in writable places (0.169). */
function holdsRepository(entry: string): boolean {
  const stats = statSync(entry, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return stats.isFile() || existsSync(join(entry, "HEAD"));
}
