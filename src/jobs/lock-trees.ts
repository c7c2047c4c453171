import { realpathSync } from "node:fs";
import { findWorkTreeRoot } from "../workspace/work-tree-root.ts";
import type { JobStore } from "./store.ts";
import type { WriterLock } from "./writer-lock.ts";

/**
 * Makes `job` the only one that may write in the working trees around the folders: all of them or none. A folder outside of any
 * tree stands for itself. Throws `workspace_busy` or `workspace_gone`.
 */
export function lockTrees(
  store: Pick<JobStore, "lockWorkingTree">,
  folders: readonly string[],
  job: string,
): WriterLock {
  const held: WriterLock[] = [];
  const release = () => {
    for (const lock of held) lock.release();
  };
  try {
    for (const tree of new Set(folders.map(treeOf))) held.push(store.lockWorkingTree(tree, job));
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}

function treeOf(folder: string): string {
  try {
    const real = realpathSync.native(folder);
    return findWorkTreeRoot(real) ?? real;
  } catch {
    // Not there: the lock says so.
    return folder;
  }
}
