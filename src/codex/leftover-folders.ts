import { existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Folders that Codex's writable sandbox makes as mount points and leaves behind when its command is killed (Codex 0.169); `.git`
 * where there is no repository.
 */
const names = [".codex", ".agents", ".aws", ".git"];

/** Notes which of these folders are not there yet; the returned function removes those that appeared and are empty. */
export function watchLeftoverFolders(roots: readonly string[]): () => Promise<void> {
  const absent = [...new Set(roots)]
    .flatMap((root) => names.map((name) => join(root, name)))
    .filter((path) => !existsSync(path));
  return async () => {
    for (const path of absent) {
      await rmdir(path).catch(() => {
        // Not there, or somebody put something into it: then it is not a leftover.
      });
    }
  };
}
