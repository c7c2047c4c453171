import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isJobId } from "../domain/job.ts";
import { removeTree } from "../workspace/remove-tree.ts";
import { jobFolder, type StatePaths } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { continuingJobs } from "./work-trees.ts";
import { lockWorkingTree } from "./writer-lock.ts";

/**
 * Removes the work trees that no job is left of, and what takes back patches whose job is gone; gives how many. A patch that was half
 * applied is taken back first. A job is stored before its work tree is made, and only what is named as a job is ours. What somebody
 * works in just now stays for the next time.
 */
export async function removeUnowned(context: StoreContext): Promise<number> {
  const { paths } = context;
  const removed = new Set<string>();
  for (const id of idsIn(paths.applies)) {
    if (!isStored(paths, id) && (await unlessBusy(async () => removeApplied(context, id)))) removed.add(id);
  }
  for (const id of idsIn(paths.worktrees)) {
    if ([id, ...continuingJobs(paths, id)].some((job) => isStored(paths, job))) continue;
    if (await unlessBusy(async () => removeWorkTree(context, id))) removed.add(id);
  }
  return removed.size;
}

/** Removes one work tree; false when it is not there. Throws `workspace_busy` while a job works in it. */
export async function removeWorkTree(context: StoreContext, id: string): Promise<boolean> {
  const folder = join(context.paths.worktrees, id);
  if (!existsSync(folder)) return false;
  await withTreeLock(context, join(folder, "tree"), id, async () => removeTree(folder));
  return true;
}

async function removeApplied(context: StoreContext, id: string): Promise<boolean> {
  const folder = join(context.paths.applies, id);
  const { readJournal } = await import("../workspace/apply/journal.ts");
  const journal = readJournal({ folder });
  if (journal !== undefined && journal.state !== "applied" && existsSync(journal.root)) {
    const { settleChange } = await import("../workspace/apply/change-tree.ts");
    await withTreeLock(context, journal.root, id, async () => settleChange({ folder }));
  }
  await removeTree(folder);
  return true;
}

async function withTreeLock(
  context: StoreContext,
  tree: string,
  job: string,
  body: () => Promise<unknown>,
): Promise<void> {
  const lock = existsSync(tree) ? lockWorkingTree(context, tree, job) : undefined;
  try {
    await body();
  } finally {
    lock?.release();
  }
}

async function unlessBusy(body: () => Promise<boolean>): Promise<boolean> {
  try {
    return await body();
  } catch (thrown) {
    if (thrown instanceof TandemError && thrown.report.kind === "workspace_busy") return false;
    throw thrown;
  }
}

function isStored(paths: StatePaths, id: string): boolean {
  return existsSync(jobFolder(paths, id));
}

function idsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isJobId);
  } catch {
    // Nothing was ever delegated or applied.
    return [];
  }
}
