import { isTerminal, type JobRecord } from "../domain/job.ts";

/** How long what is kept. Ages in days since the end of the job. */
export interface RetentionLimits {
  readonly readDays: number;
  /** How many jobs that were read are kept at most. */
  readonly readCount: number;
  readonly unreadResultDays: number;
  readonly unreadJournalDays: number;
  /** All jobs together. Results that nobody has read are kept even above it. */
  readonly totalBytes: number;
}

/** A job as retention sees it. */
export interface StoredJob {
  readonly record: Pick<JobRecord, "id" | "status" | "createdAt" | "endedAt" | "readAt">;
  readonly bytes: number;
  /** The part of `bytes` that goes with the journal. */
  readonly journalBytes: number;
}

export interface RetentionPlan {
  readonly remove: readonly string[];
  readonly dropJournal: readonly string[];
}

/** Decides what goes. A job that has not ended is never touched, an unread result only for its age. */
export function planRetention(jobs: readonly StoredJob[], limits: RetentionLimits, now: Date): RetentionPlan {
  const ended = jobs.filter(({ record }) => isTerminal(record.status)).sort(newestFirst);
  const read = ended.filter(({ record }) => record.readAt !== undefined);
  const unread = ended.filter(({ record }) => record.readAt === undefined);
  const remove = new Set([
    ...read.filter((job, index) => index >= limits.readCount || isOlder(job, limits.readDays, now)),
    ...unread.filter((job) => isOlder(job, limits.unreadResultDays, now)),
  ]);
  const isDroppable = (job: StoredJob) => job.journalBytes > 0 && !remove.has(job);
  const dropJournal = new Set(
    unread.filter((job) => isDroppable(job) && isOlder(job, limits.unreadJournalDays, now)),
  );
  let total = jobs.reduce((sum, job) => sum + job.bytes, 0);
  for (const job of remove) total -= job.bytes;
  for (const job of dropJournal) total -= job.journalBytes;
  for (const job of read.filter((job) => !remove.has(job)).toReversed()) {
    if (total <= limits.totalBytes) break;
    remove.add(job);
    total -= job.bytes;
  }
  for (const job of unread.filter((job) => isDroppable(job) && !dropJournal.has(job)).toReversed()) {
    if (total <= limits.totalBytes) break;
    dropJournal.add(job);
    total -= job.journalBytes;
  }
  return { remove: idsOf(remove), dropJournal: idsOf(dropJournal) };
}

const dayMs = 24 * 60 * 60 * 1000;

function isOlder({ record }: StoredJob, days: number, now: Date): boolean {
  return now.getTime() - Date.parse(record.endedAt ?? record.createdAt) > days * dayMs;
}

function newestFirst(one: StoredJob, other: StoredJob): number {
  return one.record.id < other.record.id ? 1 : -1;
}

function idsOf(jobs: ReadonlySet<StoredJob>): readonly string[] {
  return [...jobs].map(({ record }) => record.id);
}
