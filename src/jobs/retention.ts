import { lstatSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as pause } from "node:timers/promises";
import { tryLock } from "./file-lock.ts";
import { presentRecord } from "./job-reading.ts";
import { listJobIds } from "./listing.ts";
import { removeWorkTree } from "./remove-delegated.ts";
import { dropJournal, removeJob } from "./remove-job.ts";
import { planRetention, type RetentionLimits, type RetentionPlan, type StoredJob } from "./retention-plan.ts";
import { toStateError } from "./state-errors.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import { sweepLeftovers } from "./state-sweep.ts";
import type { StoreContext } from "./store-context.ts";
import { planTrees } from "./tree-retention.ts";
import { measureTrees } from "./work-trees.ts";

/**
 * Removes what is older or more than the limits allow, at most once a day over all processes; undefined when it is not due or
 * another process does it. For the end of a run or an idle broker: it looks at every job, so no list waits for it.
 */
export async function applyRetention(
  context: StoreContext,
  limits: RetentionLimits,
): Promise<RetentionPlan | undefined> {
  const { paths, world } = context;
  const stamp = join(paths.locks, "retention.stamp");
  if (!isDue(stamp, world.now()) || statSync(paths.jobs, { throwIfNoEntry: false }) === undefined) {
    return undefined;
  }
  const attempt = tryLock(join(paths.locks, "retention.lock"), world);
  if (!attempt.taken) return undefined;
  try {
    if (!isDue(stamp, world.now())) return undefined;
    touch(stamp, world.now());
    return await prune(context, limits);
  } finally {
    attempt.lock.release();
  }
}

async function prune(context: StoreContext, limits: RetentionLimits): Promise<RetentionPlan> {
  await sweepLeftovers(context);
  const jobs = await measureJobs(context);
  const now = context.world.now();
  const plan = planRetention(jobs, limits, now);
  for (const id of plan.remove) await tryStep(context, id, removeJob);
  for (const id of plan.dropJournal) await tryStep(context, id, dropJournal);
  await dropTrees(context, jobs, limits, now);
  return plan;
}

/** Of the work trees whose jobs stay. */
async function dropTrees(
  context: StoreContext,
  jobs: readonly StoredJob[],
  limits: RetentionLimits,
  now: Date,
): Promise<void> {
  const trees = await measureTrees(context.paths);
  const jobBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
  const records = jobs.map(({ record }) => record);
  for (const id of planTrees(trees, records, jobBytes, limits, now))
    await tryStep(context, id, removeWorkTree);
}

async function measureJobs(context: StoreContext): Promise<readonly StoredJob[]> {
  const jobs: StoredJob[] = [];
  for (const id of listJobIds(context)) {
    const record = presentRecord(context, id);
    if (record !== undefined) jobs.push({ record, ...measure(jobFolder(context.paths, id)) });
    // Thousands of jobs are looked at: whatever else this process does goes on in between.
    await pause();
  }
  return jobs;
}

function measure(folder: string): { readonly bytes: number; readonly journalBytes: number } {
  let bytes = 0;
  let journalBytes = 0;
  for (const name of namesIn(folder)) {
    const size = sizeOf(join(folder, name));
    bytes += size;
    if (name === jobFiles.journal || name === jobFiles.payloads) journalBytes += size;
  }
  return { bytes, journalBytes };
}

/** Bytes of a file or of a folder with all below it; links are not followed. */
function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return namesIn(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone meanwhile, or a program of a run took its rights away: then its size is not known.
    return [];
  }
}

/** One job that cannot be removed does not keep the others. */
async function tryStep(
  context: StoreContext,
  id: string,
  step: (context: StoreContext, id: string) => Promise<unknown>,
): Promise<void> {
  try {
    await step(context, id);
  } catch (thrown) {
    const problem = `it could not be removed: ${String(thrown)}`;
    context.reportProblem({ job: id, path: jobFolder(context.paths, id), problem });
  }
}

const dayMs = 24 * 60 * 60 * 1000;

function isDue(stamp: string, now: Date): boolean {
  const stats = statSync(stamp, { throwIfNoEntry: false });
  // A stamp of the future (a clock that was set back) must not hold retention off for long.
  return stats === undefined || Math.abs(now.getTime() - stats.mtimeMs) >= dayMs;
}

function touch(stamp: string, now: Date): void {
  try {
    writeFileSync(stamp, "", { mode: 0o600 });
    utimesSync(stamp, now, now);
  } catch (thrown) {
    throw toStateError(thrown, stamp);
  }
}
