import { setImmediate as pause } from "node:timers/promises";
import { isTerminal, type JobRecord } from "../domain/job.ts";
import { presentRecord } from "./job-reading.ts";
import { listJobIds } from "./listing.ts";
import { removeJob } from "./remove-job.ts";
import { jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/** Which ended jobs go: those whose result was delivered, and of them only what is above every limit that is given. */
export interface PruneQuery {
  /** Only what ended longer ago than this, in ms. */
  readonly olderThanMs?: number;
  /** So many of the newest ended jobs stay. */
  readonly keep?: number;
  /** Those too whose result nobody has read. */
  readonly all?: boolean;
  /** Only the jobs of this workspace; all without it. */
  readonly workspace?: string;
}

/** Removes ended jobs and gives the records of those that are gone, newest first. One that cannot be removed is reported and stays. */
export async function pruneJobs(context: StoreContext, query: PruneQuery): Promise<readonly JobRecord[]> {
  const ended: JobRecord[] = [];
  for (const id of listJobIds(context)) {
    const record = presentRecord(context, id);
    if (record !== undefined && isTerminal(record.status) && isIn(record, query)) ended.push(record);
    // Thousands of jobs are looked at: whatever else this process does goes on in between.
    await pause();
  }
  const removed: JobRecord[] = [];
  for (const record of choosePrunable(ended, query, context.world.now())) {
    if (await removeQuietly(context, record.id)) removed.push(record);
  }
  return removed;
}

/** Of ended jobs, newest first, those that the query lets go. */
export function choosePrunable<Job extends Pick<JobRecord, "createdAt" | "endedAt" | "readAt">>(
  ended: readonly Job[],
  { all, keep, olderThanMs }: PruneQuery,
  now: Date,
): readonly Job[] {
  return ended
    .slice(keep ?? 0)
    .filter(({ readAt }) => all === true || readAt !== undefined)
    .filter((job) => olderThanMs === undefined || ageOf(job, now) > olderThanMs);
}

function ageOf({ endedAt, createdAt }: Pick<JobRecord, "createdAt" | "endedAt">, now: Date): number {
  return now.getTime() - Date.parse(endedAt ?? createdAt);
}

function isIn({ workspace }: JobRecord, query: PruneQuery): boolean {
  return query.workspace === undefined || query.workspace === workspace;
}

async function removeQuietly(context: StoreContext, id: string): Promise<boolean> {
  try {
    await removeJob(context, id);
    return true;
  } catch (thrown) {
    const problem = `it could not be removed: ${String(thrown)}`;
    context.reportProblem({ job: id, path: jobFolder(context.paths, id), problem });
    return false;
  }
}
