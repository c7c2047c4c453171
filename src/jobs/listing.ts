import { readdirSync } from "node:fs";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isJobId, type JobRecord, matchingJobIds } from "../domain/job.ts";
import { inspectRecord } from "./job-reading.ts";
import { isMissing, toStateError } from "./state-errors.ts";
import { recentFolder, workspaceFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

export interface JobQuery {
  /** Only the jobs of this workspace; all without it. */
  readonly workspace?: string;
  readonly limit: number;
}

export interface JobPage {
  /** Newest first. */
  readonly records: readonly JobRecord[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/**
 * The newest jobs as stored. Reads the records of as many as it gives, and of a workspace with many jobs only the names of the
 * newest.
 */
export async function listJobs(
  context: StoreContext,
  { workspace, limit }: JobQuery,
  read: ReadJob,
): Promise<JobPage> {
  if (workspace === undefined) return readPage(read, namesIn(context.paths.jobs), { limit });
  const recent = namesIn(recentFolder(context.paths, workspace));
  if (recent.length > limit) {
    const page = await readPage(read, recent, { workspace, limit });
    // Otherwise some of them are not there any more, and older ones have to be looked for.
    if (page.hasMore) return page;
  }
  return readPage(read, namesIn(workspaceFolder(context.paths, workspace)), { workspace, limit });
}

/** Reads one record; undefined when there is no such job. */
export type ReadJob = (id: string) => JobRecord | undefined | Promise<JobRecord | undefined>;

async function readPage(
  read: ReadJob,
  names: readonly string[],
  { workspace, limit }: JobQuery,
): Promise<JobPage> {
  const records: JobRecord[] = [];
  for (const id of names) {
    // Only the few names that are needed are checked: the check of thousands would take longer than reading the records.
    if (!isJobId(id)) continue;
    if (records.length >= limit) return { records, hasMore: true };
    const record = await read(id);
    if (record === undefined) continue;
    if (workspace === undefined || record.workspace === workspace) records.push(record);
  }
  return { records, hasMore: false };
}

/** Ids of the jobs that have not ended, newest first; a few may have ended since. */
export function listActiveIds(context: StoreContext): readonly string[] {
  return idsIn(context.paths.active);
}

/** Ids of all stored jobs, newest first. */
export function listJobIds(context: StoreContext): readonly string[] {
  return idsIn(context.paths.jobs);
}

/**
 * The id of the job that a person means by a whole id, a prefix or a suffix, of all workspaces. Throws `job_not_found`, or
 * `job_ambiguous` with the newest candidates.
 */
export function findJobId(context: StoreContext, text: string): string {
  const name = text.trim().toLowerCase();
  const notFound = () => new TandemError("job_not_found", { id: text, searched: context.paths.jobs });
  if (!/^[0-9a-z-]{1,26}$/.test(name)) throw notFound();
  // A whole id needs no look at the others.
  if (isJobId(name) && inspectRecord(context, name).found !== "nothing") return name;
  const matches = matchingJobIds(listJobIds(context), name);
  // Of several, those that were never finished making do not count; of one, its reader tells what is wrong with it.
  const candidates = matches.length > 1 ? firstPresent(context, matches, mostCandidates) : matches;
  const [id] = candidates;
  if (id === undefined) throw notFound();
  if (candidates.length > 1) throw new TandemError("job_ambiguous", { id: text, candidates });
  return id;
}

const mostCandidates = 20;

function firstPresent(context: StoreContext, ids: readonly string[], limit: number): readonly string[] {
  const present: string[] = [];
  for (const id of ids) {
    if (present.length === limit) break;
    if (inspectRecord(context, id).found !== "nothing") present.push(id);
  }
  return present;
}

/** Other names in these folders are not ours to judge. */
function idsIn(folder: string): readonly string[] {
  return namesIn(folder).filter(isJobId);
}

/** Names, last first: ids sort by time. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort().toReversed();
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw toStateError(thrown, folder);
  }
}
