import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as pause } from "node:timers/promises";
import { isJobId } from "../domain/job.ts";
import { continuationsOf, worktreePlace } from "../workspace/worktree/place.ts";
import type { StatePaths } from "./state-paths.ts";

/** A work tree as retention sees it. */
export interface KeptTree {
  /** The job that it was made for. */
  readonly id: string;
  /** That job and those that went on in it. */
  readonly jobs: readonly string[];
  readonly bytes: number;
}

/** Jobs that went on in the work tree of another one. */
export function continuingJobs({ worktrees }: Pick<StatePaths, "worktrees">, id: string): readonly string[] {
  return namesIn(continuationsOf(worktreePlace(worktrees, id))).filter(isJobId);
}

/** Every work tree with its size. It may have 100,000 files, so whatever else this process does goes on in between. */
export async function measureTrees(paths: Pick<StatePaths, "worktrees">): Promise<readonly KeptTree[]> {
  const trees: KeptTree[] = [];
  for (const id of namesIn(paths.worktrees).filter(isJobId)) {
    const bytes = await bytesBelow(join(paths.worktrees, id));
    trees.push({ id, jobs: [id, ...continuingJobs(paths, id)], bytes });
  }
  return trees;
}

async function bytesBelow(folder: string): Promise<number> {
  await pause();
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(path);
    else bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone meanwhile, or a program took its rights away: then its size is not known.
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever delegated, or nobody went on in it.
    return [];
  }
}
