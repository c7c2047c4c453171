import type { Envelope, TandemIdentity } from "../domain/envelope.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord } from "../domain/job.ts";
import { readCancelRequest } from "./cancel-request.ts";
import { freeReserve } from "./disk-reserve.ts";
import { endVerifiedProcess } from "./end-process.ts";
import { settleJob } from "./job-changes.ts";
import { presentRecord, readJob } from "./job-reading.ts";
import { statusOfResult, withoutActivity } from "./job-status.ts";
import { repairJournal } from "./journal-repair.ts";
import { listActiveIds } from "./listing.ts";
import { removeQuietly } from "./lock-file.ts";
import { composeLostResult, describeLoss, type LostRun } from "./lost-run.ts";
import { type KeepWork, withLostWork } from "./lost-work.ts";
import { findOwner, type OwnerFinding } from "./owner-liveness.ts";
import { traceRun } from "./run-traces.ts";
import { isUnwritable } from "./state-errors.ts";
import { activeMarker, jobFolder } from "./state-paths.ts";
import { type StoreContext, withRecordLock } from "./store-context.ts";
import { receiptOfLanded, storeResult } from "./store-result.ts";
import { readPlan, readRequest, readResult } from "./stored-files.ts";

export interface ReconcileOptions {
  readonly tandem: TandemIdentity;
  /** Finds the finished turn elsewhere (in Codex's own record); undefined when it is not there. Its result then counts. */
  readonly recover?: (lost: LostRun) => Promise<Envelope | undefined>;
  /** Keeps what the run did beside its words. */
  readonly keepWork?: KeepWork;
}

/**
 * The record of a job after a look at its owner, as every command reads it. A dead owner ends the job here and now: with the
 * result if that had landed, else `failed` with `broker_lost`, what had arrived and no leftover process. Undefined: no such job.
 * Any number of processes may do this at once.
 */
export async function reconcileJob(
  context: StoreContext,
  id: string,
  options: ReconcileOptions,
): Promise<JobRecord | undefined> {
  const record = await readJob(context, id);
  if (record === undefined || isTerminal(record.status)) return record;
  const finding = findOwner(context, record);
  if (!finding.isLost) return record;
  try {
    return await withRecordLock(context, id, async () => endLostJob(context, id, options));
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    return tellLostJob(context, record, finding);
  }
}

/** The same for lists: a job that can be neither read nor ended now is reported, and told as it is stored; the others do not wait for it. */
export async function reconcileListed(
  context: StoreContext,
  id: string,
  options: ReconcileOptions,
): Promise<JobRecord | undefined> {
  try {
    return await reconcileJob(context, id, options);
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    context.reportProblem({ job: id, path: jobFolder(context.paths, id), problem: messageOf(thrown) });
    return presentRecord(context, id);
  }
}

/** Reconciles every job that is listed as active, newest first. Those that had ended leave the list. */
export async function reconcileActive(
  context: StoreContext,
  options: ReconcileOptions,
): Promise<readonly JobRecord[]> {
  const records: JobRecord[] = [];
  for (const id of listActiveIds(context)) {
    const record = await reconcileListed(context, id, options);
    if (record === undefined) continue;
    records.push(record);
    // Its owner was killed between the final state and this. A marker that stays costs the next reader one look.
    if (isTerminal(record.status)) removeQuietly(activeMarker(context.paths, id));
  }
  return records;
}

/** What a receipt says that was not written by the process that ran the job. */
const foundDead =
  "written after the process that ran the job had died: it covers what that had left, and cannot tell what it would have said";

async function endLostJob(
  context: StoreContext,
  id: string,
  options: ReconcileOptions,
): Promise<JobRecord | undefined> {
  const record = presentRecord(context, id);
  if (record === undefined || isTerminal(record.status)) return record;
  const finding = findOwner(context, record);
  if (!finding.isLost) return record;
  await endLeftover(context, record, finding);
  freeReserveQuietly(context, id);
  const landed = await readResult(context, id);
  if (landed !== undefined) {
    const source = { record, status: statusOfResult(landed), envelope: landed, recovered: foundDead };
    return settleWith(context, record, landed, await receiptOfLanded(context, source));
  }
  const lost = await collectLoss(context, record, finding);
  const endedAt = context.world.now().toISOString();
  // What was to be stopped is stopped, even where Codex was quicker.
  const isCancelled = lost.error.kind === "cancelled";
  const recovered = isCancelled ? undefined : await recoverQuietly(context, lost, options);
  const ended = recovered ?? composeLostResult(lost, endedAt, options.tandem);
  const result = options.keepWork === undefined ? ended : await withLostWork(ended, lost, options.keepWork);
  const isThreadKept = recovered === undefined ? {} : { isThreadKept: true };
  const stored = await storeResult(context, {
    record: { ...record, ...isThreadKept },
    status: statusOfResult(result),
    envelope: result,
    recovered: foundDead,
  });
  const { traces } = lost;
  return settleWith(context, record, result, {
    endedAt,
    ...stored,
    ...isThreadKept,
    ...(traces.lastEventAt === undefined ? {} : { lastEventAt: traces.lastEventAt }),
    ...(traces.thread === undefined ? {} : { thread: traces.thread.thread }),
    ...(traces.turn === undefined ? {} : { turn: traces.turn }),
  });
}

/** The end of a lost job where it cannot be stored: what is told must be true all the same. */
async function tellLostJob(
  context: StoreContext,
  record: JobRecord,
  finding: OwnerFinding,
): Promise<JobRecord> {
  await endLeftover(context, record, finding);
  const { owner, lastSeenMs } = finding;
  const path = jobFolder(context.paths, record.id);
  context.reportProblem({ job: record.id, path, problem: "the end of this job cannot be stored" });
  const landed = await readResult(context, record.id);
  const cancel = readCancelRequest(context, record.id);
  const error = landed === undefined ? describeLoss(owner, cancel) : landed.error;
  const status =
    landed === undefined ? (cancel === undefined ? "failed" : "cancelled") : statusOfResult(landed);
  return {
    ...withoutActivity(record),
    status,
    endedAt: landed?.job?.endedAt ?? new Date(lastSeenMs).toISOString(),
    ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
  };
}

async function settleWith(
  context: StoreContext,
  record: JobRecord,
  result: Envelope,
  change: Parameters<typeof settleJob>[3] = {},
): Promise<JobRecord> {
  const error = result.error && { kind: result.error.kind, message: result.error.message };
  const endedAt = result.job?.endedAt;
  return settleJob(context, record, statusOfResult(result), {
    ...(endedAt === undefined ? {} : { endedAt }),
    ...change,
    ...(error === undefined ? {} : { error }),
  });
}

async function endLeftover(
  context: StoreContext,
  record: JobRecord,
  { hasLetGo }: OwnerFinding,
): Promise<void> {
  // A living owner sees to its own processes, and the Codex of a broker serves other jobs.
  if (record.child === undefined || hasLetGo) return;
  const ending = await endVerifiedProcess(record.child, context.world.processes);
  if (ending !== "survived") return;
  const problem = `process ${record.child.pid} of this job could not be ended`;
  context.reportProblem({ job: record.id, path: jobFolder(context.paths, record.id), problem });
}

/** The result of a lost run is what its owner kept the room for. */
function freeReserveQuietly(context: StoreContext, id: string): void {
  try {
    freeReserve(jobFolder(context.paths, id));
  } catch {
    // Then there is no room more than before; the write of the result tells whether it was needed.
  }
}

async function collectLoss(
  context: StoreContext,
  record: JobRecord,
  { owner, lastSeenMs }: OwnerFinding,
): Promise<LostRun> {
  const folder = jobFolder(context.paths, record.id);
  await repairJournal(folder, context.world.now());
  const traces = traceRun(folder);
  const [request, plan] = [await readRequest(context, record.id), await readPlan(context, record.id)];
  const error = describeLoss(owner, readCancelRequest(context, record.id));
  return { record, request, plan, traces, owner, lastSeen: new Date(lastSeenMs), error };
}

async function recoverQuietly(
  context: StoreContext,
  lost: LostRun,
  { recover }: ReconcileOptions,
): Promise<Envelope | undefined> {
  try {
    return await recover?.(lost);
  } catch (thrown) {
    const problem = `the result could not be recovered: ${String(thrown)}`;
    context.reportProblem({ job: lost.record.id, path: jobFolder(context.paths, lost.record.id), problem });
    return undefined;
  }
}
