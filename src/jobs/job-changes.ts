import { join } from "node:path";
import type { Envelope } from "../domain/envelope.ts";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, type JobStatus, mayBecome } from "../domain/job.ts";
import type { Pending } from "../domain/pending.ts";
import type { SentTurn } from "../evidence/receipt.ts";
import { presentRecord, readJob } from "./job-reading.ts";
import { parseJobRecord, printJobRecord } from "./job-record.ts";
import { mayEndAs } from "./job-status.ts";
import { removeFile } from "./lock-file.ts";
import { leaveNotice, takeNoticeBack } from "./notices.ts";
import { syncFolder, type WriteOptions, writePrivateFile } from "./private-files.ts";
import { isMissing, toStateError } from "./state-errors.ts";
import { activeMarker, jobFiles, jobFolder } from "./state-paths.ts";
import { type StoreContext, withRecordLock } from "./store-context.ts";
import { storeResult } from "./store-result.ts";

type FixedField = "schema" | "id" | "kind" | "workspace" | "createdAt" | "rehearsal";

/** New values of a record's fields; undefined removes one. */
export type JobChange = {
  readonly [Field in Exclude<keyof JobRecord, FixedField>]?: JobRecord[Field] | undefined;
};

/** `applied` is false when the job had ended before: then `record` tells how, and nothing was changed. */
export interface ChangeOutcome {
  readonly record: JobRecord;
  readonly applied: boolean;
}

/** The end of a job: what it is from now on and the result that proves it. */
export interface JobEnd {
  readonly status: Extract<JobStatus, "succeeded" | "failed" | "cancelled">;
  readonly envelope: Envelope;
  readonly change?: Omit<JobChange, "status">;
  /** What went over the wire, for the receipt. */
  readonly turns?: readonly SentTurn[];
  /** The journal, all of which is written, on its way to the disk; the result gets its name only after that. */
  readonly journalClosed?: Promise<void>;
  /** Called as soon as whoever looks sees the end. It may still get lost in a power cut, and is then found again. */
  readonly onEnded?: () => void;
}

/**
 * Changes a job that has not ended. Throws `job_not_found`, and `internal` for a step that the states do not allow; the end of a
 * job is `finishJob`'s.
 */
export async function updateJob(
  context: StoreContext,
  id: string,
  change: JobChange,
): Promise<ChangeOutcome> {
  return changeJob(context, id, async (record) => {
    if (change.status !== undefined && change.status !== record.status) {
      if (!mayBecome(record.status, change.status) || isTerminal(change.status)) {
        throw forbiddenStep(record, change.status);
      }
    }
    const changed = applyChange(record, withoutSecrets(context, change));
    const durable = Object.keys(change).some((field) => !progressFields.has(field));
    await writeRecord(context, changed, { durable });
    return changed;
  });
}

/**
 * Ends a job: receipt and result are stored first, then its state, then it leaves the list of active ones. The first end wins. All of
 * its journal is written by then.
 */
export async function finishJob(context: StoreContext, id: string, end: JobEnd): Promise<ChangeOutcome> {
  const { status, envelope, turns, onEnded, journalClosed = Promise.resolve() } = end;
  // Waited for wherever it ends.
  const closed = journalClosed.catch((thrown: unknown) => {
    const path = join(jobFolder(context.paths, id), jobFiles.journal);
    context.reportProblem({ job: id, path, problem: `it was not synced: ${messageOf(thrown)}` });
  });
  const outcome = await changeJob(context, id, async (record) => {
    const source = { record, status, envelope, ...(turns === undefined ? {} : { turns }) };
    const stored = await storeResult(context, source, closed);
    return writeEnd(context, record, status, { ...end.change, ...stored });
  });
  onEnded?.();
  await closed;
  // Whoever has seen the end wants the lock now, to note that the result was read.
  if (outcome.applied) await keepEnd(context, id);
  return outcome;
}

const noActivity = { phase: undefined, currentCommand: undefined, pending: undefined };

/** Writes the final state of a job whose result is stored; the record lock is held. */
export async function settleJob(...end: Parameters<typeof writeEnd>): Promise<JobRecord> {
  const ended = await writeEnd(...end);
  await keepEnd(end[0], ended.id);
  return ended;
}

async function writeEnd(
  context: StoreContext,
  record: JobRecord,
  status: JobStatus,
  change: Omit<JobChange, "status">,
): Promise<JobRecord> {
  if (!mayEndAs(record.status, status)) throw forbiddenStep(record, status);
  const endedAt = context.world.now().toISOString();
  const ended = { ...noActivity, endedAt, ...change, status };
  const changed = applyChange(record, withoutSecrets(context, ended));
  await writeRecord(context, changed, { isFollowed: true });
  // Whoever cancelled it knows.
  if (status !== "cancelled") leaveNotice(context.paths.root, changed);
  return changed;
}

/** Makes an end survive a power cut; only then the job leaves the list of active ones. */
async function keepEnd({ paths }: StoreContext, id: string): Promise<void> {
  const folder = jobFolder(paths, id);
  try {
    await syncFolder(folder);
  } catch (thrown) {
    // An ended job may be removed at once.
    if (!isMissing(thrown)) throw toStateError(thrown, folder);
  }
  removeFile(activeMarker(paths, id));
}

/** Notes that a person or a model was given the result. The first time counts; a job that has not ended stays unread. */
export async function markJobRead(context: StoreContext, id: string): Promise<void> {
  if ((await readJob(context, id)) === undefined) return;
  await withRecordLock(context, id, async () => {
    const record = presentRecord(context, id);
    if (record === undefined || !isTerminal(record.status) || record.readAt !== undefined) return;
    await writeRecord(context, applyChange(record, { readAt: context.world.now().toISOString() }), {
      durable: false,
    });
    takeNoticeBack(context.paths.root, record);
  });
}

async function changeJob(
  context: StoreContext,
  id: string,
  change: (record: JobRecord) => Promise<JobRecord>,
): Promise<ChangeOutcome> {
  if ((await readJob(context, id)) === undefined) throw notFound(context, id);
  return withRecordLock(context, id, async () => {
    const record = presentRecord(context, id);
    if (record === undefined) throw notFound(context, id);
    if (isTerminal(record.status)) return { record, applied: false };
    return { record: await change(record), applied: true };
  });
}

// Lost in a power cut without harm: the next event brings them again, and whoever owned a job then is dead with or without a name.
// Without the sync an update is twice as fast.
const progressFields: ReadonlySet<string> = new Set([
  "phase",
  "lastEventAt",
  "currentCommand",
  "tokens",
  "owner",
  "host",
]);

async function writeRecord(context: StoreContext, record: JobRecord, options: WriteOptions): Promise<void> {
  const path = join(jobFolder(context.paths, record.id), jobFiles.record);
  await writePrivateFile(path, printJobRecord(record), options);
}

/** The texts of others that a record shows: the command that runs, what Codex asks for, and what a failure says. */
function withoutSecrets({ redact }: StoreContext, change: JobChange): JobChange {
  const { currentCommand, pending, error } = change;
  return {
    ...change,
    ...(currentCommand === undefined ? {} : { currentCommand: redact(currentCommand) }),
    ...(pending === undefined ? {} : { pending: pending.map((one) => redactPending(one, redact)) }),
    ...(error === undefined ? {} : { error: { ...error, message: redact(error.message) } }),
  };
}

/** Choices stay as they are: an answer names one of them. */
function redactPending(pending: Pending, redact: (text: string) => string): Pending {
  const { text, questions } = pending;
  return {
    ...pending,
    text: redact(text),
    ...(questions === undefined
      ? {}
      : { questions: questions.map((one) => ({ ...one, text: redact(one.text) })) }),
  };
}

function applyChange(record: JobRecord, change: JobChange): JobRecord {
  // By way of the text: what is undefined goes, and what is written is what will be read.
  const changed = parseJobRecord(JSON.stringify({ ...record, ...change }), record.id);
  if (changed !== undefined) return changed;
  throw new TandemError("internal", { cause: `a change of job ${record.id} is not a record` });
}

function forbiddenStep(record: JobRecord, status: JobStatus): TandemError {
  return new TandemError("internal", {
    cause: `job ${record.id} cannot go from ${record.status} to ${status}`,
  });
}

function notFound(context: StoreContext, id: string): TandemError {
  return new TandemError("job_not_found", { id, searched: context.paths.jobs });
}
