import { lstatSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { isJobId, isTerminal } from "../domain/job.ts";
import { removeTree } from "../workspace/remove-tree.ts";
import { freeNamedKey } from "./idempotency.ts";
import { inspectRecord } from "./job-reading.ts";
import { ensurePrivateFolder } from "./private-folders.ts";
import { removeUnowned } from "./remove-delegated.ts";
import { removingPrefix } from "./remove-job.ts";
import { silenceEnding } from "./silence.ts";
import { activeMarker, folderKey, jobFolder, workspaceFolder, workspaceMarker } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Removes what killed processes left behind: half-made and half-removed jobs, drafts of files, claims of locks, markers without a
 * job. Only what is older than a day, so nothing that is being made. A marker that was lost is made again.
 */
export async function sweepLeftovers(context: StoreContext): Promise<void> {
  const { paths } = context;
  const known = new Map<string, string>();
  for (const name of namesIn(paths.jobs)) {
    if (isJobId(name))
      await attempt(context, jobFolder(paths, name), async () => sweepJob(context, name, known));
    else if (name.startsWith(removingPrefix)) await removeIfOld(context, join(paths.jobs, name));
  }
  for (const id of namesIn(paths.active)) {
    if (!known.has(id)) await removeIfOld(context, join(paths.active, id));
  }
  for (const folder of [paths.workspaces, paths.recent]) {
    for (const key of namesIn(folder)) {
      for (const id of namesIn(join(folder, key))) {
        if (known.get(id) !== key) await removeIfOld(context, join(folder, key, id));
      }
    }
  }
  await attempt(context, paths.worktrees, async () => removeUnowned(context));
  for (const name of namesIn(paths.keys)) {
    await attempt(context, join(paths.keys, name), async () => sweepKey(context, name, known));
  }
  await removeDrafts(context, paths.keys);
  await removeDrafts(context, paths.locks);
}

async function sweepJob(context: StoreContext, id: string, known: Map<string, string>): Promise<void> {
  const folder = jobFolder(context.paths, id);
  const finding = inspectRecord(context, id);
  if (finding.found === "record") {
    const { workspace, status } = finding.record;
    known.set(id, folderKey(workspace));
    ensurePrivateFolder(workspaceFolder(context.paths, workspace));
    ensureMarker(workspaceMarker(context.paths, workspace, id));
    if (!isTerminal(status)) ensureMarker(activeMarker(context.paths, id));
    await removeDrafts(context, folder);
    return;
  }
  const isHalfMade =
    finding.found === "nothing" && !namesIn(folder).some((name) => name.includes(".corrupt-"));
  if (isHalfMade) await removeIfOld(context, folder);
}

/** A key whose job is gone is free anyway; its file goes with the rest. */
async function sweepKey(
  context: StoreContext,
  file: string,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const name = /^([0-9a-f]{32})\.json$/.exec(file)?.[1];
  if (name === undefined || !isOld(context, join(context.paths.keys, file))) return;
  await freeNamedKey(context, name, (job) => !known.has(job));
}

async function removeDrafts(context: StoreContext, folder: string): Promise<void> {
  for (const name of namesIn(folder)) {
    if (/\.tmp$|\.claim-[^/]+$/.test(name) || name.endsWith(silenceEnding))
      await removeIfOld(context, join(folder, name));
  }
}

const dayMs = 24 * 60 * 60 * 1000;

async function removeIfOld(context: StoreContext, path: string): Promise<void> {
  await attempt(context, path, async () => {
    if (isOld(context, path)) await removeTree(path);
  });
}

/** What cannot be removed or mended is reported: neither the other leftovers nor the jobs that are too old stay for it. */
async function attempt(context: StoreContext, path: string, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    context.reportProblem({ path, problem: `it could not be cleaned up: ${messageOf(thrown)}` });
  }
}

function isOld({ world }: StoreContext, path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && world.now().getTime() - stats.mtimeMs >= dayMs;
}

function ensureMarker(path: string): void {
  // Opening for appending makes it when it is missing and leaves it alone otherwise.
  writeFileSync(path, "", { flag: "a", mode: 0o600 });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone, or no folder: then there is nothing of ours in it.
    return [];
  }
}
