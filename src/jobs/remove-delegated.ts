import { existsSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StatePaths } from "./state-paths.ts";

/** Removes the work tree of a delegated job, and what takes its patch back. A patch that was half applied is taken back first. */
export async function removeDelegated(
  paths: Pick<StatePaths, "worktrees" | "applies">,
  id: string,
): Promise<void> {
  const applied = join(paths.applies, id);
  if (existsSync(applied)) {
    const { settleChange } = await import("../workspace/apply/change-tree.ts");
    await settleChange({ folder: applied });
    await removeTree(applied);
  }
  await removeTree(join(paths.worktrees, id));
}

/** Removes a folder of ours, also one in which a program took its own rights away. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await openFolders(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
  }
}
