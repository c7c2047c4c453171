import type { CodexEngine } from "../codex/engine.ts";
import { watchLeftoverFolders } from "../codex/leftover-folders.ts";
import type { Envelope } from "../domain/envelope.ts";
import { type ErrorReport, messageOf, toErrorReport } from "../domain/errors/tandem-error.ts";
import type { RunEvent } from "../domain/events.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import type { RunRequest } from "../domain/run.ts";
import { redactEnvelopeText } from "../privacy/redact-envelope.ts";
import type { JobPlace, Perform } from "../tasks/task.ts";
import { worktreePlace } from "../workspace/worktree/place.ts";
import { composeEnvelope, failedResult, type KnownFacts, type RunEnd } from "./compose-envelope.ts";
import { takeReserve } from "./disk-reserve.ts";
import type { JobEnd } from "./job-changes.ts";
import type { JobClaim } from "./job-claim.ts";
import { JobProgress, type SettledProgress } from "./job-progress.ts";
import { withoutActivity } from "./job-status.ts";
import type { JournalWriter } from "./journal-writer.ts";
import { lockTrees } from "./lock-trees.ts";
import { type Performed, performWithEngine } from "./perform-with-engine.ts";
import { RunControl } from "./run-control.ts";
import type { JobStore } from "./store.ts";

/** What a running engine tells its owner. */
export interface EngineHooks {
  readonly onEvent: (event: RunEvent) => void;
  /** Each process of Codex, so that a later command can end it when this one died. */
  readonly onChild: (child: ProcessIdentity) => void;
}

/** What owning a job takes. The owner is the broker or a process for this job alone. */
export interface JobOwner {
  readonly store: JobStore;
  /** The proof that this process owns the job; given back once its end is stored. */
  readonly claim: JobClaim;
  /** Aborted when the process that owns the job is told to end. */
  readonly signal: AbortSignal;
  readonly startEngine: (hooks: EngineHooks) => Promise<CodexEngine>;
  readonly known: KnownFacts;
  /** Called as soon as everybody sees that the job has ended. */
  readonly onEnded?: () => void;
  /** See `JobPlace`. */
  readonly runShell?: JobPlace["runShell"];
}

/**
 * Runs a claimed job to its end and stores the result before the job's terminal state. Whatever goes wrong inside becomes a
 * result, also that it cannot be stored; it throws only when nothing can be written at all. The claim is still held then: whoever
 * ends the job gives it back.
 */
export async function runJob(request: RunRequest, perform: Perform, owner: JobOwner): Promise<Envelope> {
  const envelope = await runClaimed(request, perform, owner);
  owner.claim.release();
  return envelope;
}

async function runClaimed(request: RunRequest, perform: Perform, owner: JobOwner): Promise<Envelope> {
  const { store, known, claim, onEnded } = owner;
  const { id, workspace } = claim.record;
  const startedMs = performance.now();
  const reserve = takeReserve(store.foldersOf(id).job);
  const journal = await store.openJournal(id);
  const { engine, route } = known;
  // Written while Codex's thread is opened; a turn, which costs something, begins only after it.
  const begun = store.update(id, {
    status: "running",
    phase: "starting",
    startedAt: isoNow(),
    engine,
    route,
  });
  begun.catch(() => undefined);
  const progress = new JobProgress(id, store, journal, begun);
  const control = new RunControl({ id, request, store, progress, signal: owner.signal });
  try {
    const { result, closed, turns } = await performInTree(workspace, request, control, store, async () =>
      performWithEngine(request, perform, owner.startEngine, {
        progress,
        control,
        begun,
        place: {
          id,
          folder: store.foldersOf(id).job,
          worktrees: store.worktrees,
          ...(owner.runShell === undefined ? {} : { runShell: owner.runShell }),
        },
      }),
    );
    // Awaited below; a failure must not end the process before the result is stored.
    closed.catch(() => undefined);
    try {
      // What did not succeed counts as over only once nothing of it is left.
      if (result.parts.error !== undefined) await closed.catch(() => undefined);
      await begun;
      const durationMs = Math.round(performance.now() - startedMs);
      const { gaps, left } = await completeJournal(progress, journal);
      const whole = { ...result, warnings: [...result.warnings, ...gaps] };
      reserve.free();
      const journalClosed = journal.close();
      journalClosed.catch(() => undefined);
      return await finish(
        id,
        {
          request,
          result: whole,
          known,
          durationMs,
          turns,
          left,
          journalClosed,
          ...(onEnded === undefined ? {} : { onEnded }),
        },
        store,
      );
    } finally {
      // Codex takes a moment to end; the result of a run that succeeded is there meanwhile.
      await closed;
    }
  } finally {
    control.close();
    reserve.free();
  }
}

/** `gaps` is what could not be written while the run went on, as warnings: its result counts all the same. */
async function completeJournal(
  progress: JobProgress,
  journal: JournalWriter,
): Promise<{ readonly gaps: readonly string[]; readonly left: SettledProgress["left"] }> {
  const { left, failure } = await progress.settle();
  const failures: unknown[] = [failure];
  await journal.flush().catch((thrown: unknown) => failures.push(thrown));
  const gaps = failures
    .filter((each) => each !== undefined)
    .map((each) => `The record of this run has gaps: ${messageOf(each)}`);
  return { gaps, left };
}

/** A run that may write is the only one in its working trees, and takes away the empty folders that Codex leaves there. */
async function performInTree(
  workspace: string,
  request: RunRequest,
  control: RunControl,
  store: JobStore,
  run: () => Promise<Performed>,
): Promise<Performed> {
  const folders = writtenFolders(workspace, request, store);
  if (folders.length === 0) return run();
  let lock: { release(): void };
  try {
    lock = await control.whenFree(() => lockTrees(store, folders, control.id));
  } catch (error) {
    return { result: failedResult(request, error), closed: Promise.resolve(), turns: [] };
  }
  const removeLeftovers = watchLeftoverFolders(folders);
  try {
    const performed = await run();
    await performed.closed;
    return performed;
  } finally {
    await removeLeftovers();
    lock.release();
  }
}

/** A delegated run writes its own work tree only, and nobody else knows of a new one. */
function writtenFolders(workspace: string, request: RunRequest, store: JobStore): readonly string[] {
  // An operator writes into a folder of its own; its outputs are put to their places one by one.
  if (request.tier === "read-only" || request.kind === "operator") return [];
  if (request.kind !== "delegate") return [workspace, request.cwd, ...request.addDirectories];
  const continued = request.delegate?.continues;
  return continued === undefined ? [] : [worktreePlace(store.worktrees, continued).tree];
}

async function finish(
  id: string,
  end: Omit<RunEnd, "record"> &
    Pick<Performed, "turns"> &
    Pick<JobEnd, "journalClosed" | "onEnded"> &
    Pick<SettledProgress, "left">,
  store: JobStore,
): Promise<Envelope> {
  const { error, verdict } = end.result.parts;
  const status = error === undefined ? "succeeded" : error.kind === "cancelled" ? "cancelled" : "failed";
  const change = {
    ...end.left,
    ...(verdict === undefined ? {} : { verdict }),
    ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
  };
  const record = { ...(await store.read(id)), ...change, status, endedAt: isoNow() } as const;
  const envelope = await redactEnvelopeText(composeEnvelope({ ...end, record: withoutActivity(record) }));
  try {
    const { turns, journalClosed, onEnded } = end;
    const { applied } = await store.finish(id, {
      status,
      envelope,
      change,
      turns,
      ...(journalClosed === undefined ? {} : { journalClosed }),
      ...(onEnded === undefined ? {} : { onEnded }),
    });
    // Somebody else may have ended the job first; then that end is the truth.
    const stored = applied ? undefined : await store.readResult(id);
    return stored ?? envelope;
  } catch (thrown) {
    return unstoredResult(envelope, toErrorReport(thrown));
  }
}

/** The result of a run that cannot be stored: failed, as every later look at the job will find, with all that the run gave. */
function unstoredResult(envelope: Envelope, error: ErrorReport): Envelope {
  const { job } = envelope;
  return {
    ...envelope,
    ok: false,
    ...(job === undefined ? {} : { job: { ...job, status: "failed", error: error.message } }),
    error,
  };
}

function isoNow(): string {
  return new Date().toISOString();
}
