import type { Dirent } from "node:fs";
import { chmod, lstat, readdir } from "node:fs/promises";
import { worktreePath } from "./read-files.ts";

/**
 * Gives us our rights back in every folder of a tree in which a program took them away: git passes over what it may not read, and
 * nobody can remove it. Links are not followed; names may hold any bytes. What goes meanwhile is passed over: Node's `rm` fails at the
 * first folder that it may not open, and is still removing others then.
 */
export async function openFolders(folder: string | Buffer): Promise<void> {
  const entries = await open(folder).catch((thrown: unknown) => {
    if (errorCodeOf(thrown) === "ENOENT") return [];
    throw thrown;
  });
  for (const entry of entries) {
    if (entry.isDirectory()) await openFolders(worktreePath(folder, entry.name));
  }
}

async function open(folder: string | Buffer): Promise<readonly Dirent<Buffer>[]> {
  const { mode } = await lstat(folder);
  if ((mode & 0o700) !== 0o700) await chmod(folder, (mode & 0o777) | 0o700);
  return readdir(folder, { withFileTypes: true, encoding: "buffer" });
}

function errorCodeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
