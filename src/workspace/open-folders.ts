import { chmod, lstat, readdir } from "node:fs/promises";
import { worktreePath } from "./read-files.ts";

/**
 * Gives us our rights back in every folder of a tree in which a program took them away: git passes over what it may not read, and
 * nobody can remove it. Links are not followed; names may hold any bytes.
 */
export async function openFolders(folder: string | Buffer): Promise<void> {
  const { mode } = await lstat(folder);
  if ((mode & 0o700) !== 0o700) await chmod(folder, (mode & 0o777) | 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    if (entry.isDirectory()) await openFolders(worktreePath(folder, entry.name));
  }
}
