import type { CodexEngine, ThreadOptions, ThreadSession } from "../codex/engine.ts";
import { watchLeftoverFolders } from "../codex/leftover-folders.ts";
import { Watchdog } from "../codex/watchdog.ts";
import type { Envelope } from "../domain/envelope.ts";
import { type ErrorReport, messageOf, toErrorReport } from "../domain/errors/tandem-error.ts";
import type { RunEvent } from "../domain/events.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import type { RunRequest } from "../domain/run.ts";
import { redactEnvelopeText } from "../privacy/redact-envelope.ts";
import type { TaskContext, TaskResult } from "../tasks/task.ts";
import { composeEnvelope, failedResult, type KnownFacts } from "./compose-envelope.ts";
import { JobProgress } from "./job-progress.ts";
import { withoutActivity } from "./job-status.ts";
import type { JournalWriter } from "./journal-writer.ts";
import { lockTrees } from "./lock-trees.ts";
import type { JobStore } from "./store.ts";
import type { WriterLock } from "./writer-lock.ts";

/** What a running engine tells its owner. */
export interface EngineHooks {
  readonly onEvent: (event: RunEvent) => void;
  /** Each process of Codex, so that a later command can end it when this one died. */
  readonly onChild: (child: ProcessIdentity) => void;
}

/** What owning a job takes. The owner may be the process that asked, a one-job runner or the broker. */
export interface JobOwner {
  readonly store: JobStore;
  readonly signal: AbortSignal;
  /** For somebody who watches; the journal gets every event as well. */
  readonly onEvent: (event: RunEvent) => void;
  readonly startEngine: (hooks: EngineHooks) => Promise<CodexEngine>;
  readonly known: KnownFacts;
}

/** A task's result, and the moment from which nothing of Codex is left. */
interface Performed {
  readonly result: TaskResult;
  readonly closed: Promise<void>;
}

export type Perform = (context: TaskContext) => Promise<TaskResult>;

/**
 * Runs a queued job to its end and stores the result before the job's terminal state. Whatever goes wrong inside becomes a
 * result, also that it cannot be stored; it throws only when this process cannot own the job.
 */
export async function runJob(
  id: string,
  request: RunRequest,
  perform: Perform,
  owner: JobOwner,
): Promise<Envelope> {
  const { store, known } = owner;
  const startedMs = performance.now();
  const claim = await store.claim(id);
  if (claim === undefined) throw new Error(`job ${id} has another owner or has ended`);
  try {
    const journal = await store.openJournal(id);
    const { engine, route } = known;
    await store.update(id, { status: "running", phase: "starting", startedAt: isoNow(), engine, route });
    const progress = new JobProgress(id, store, journal);
    const scope = { id, workspace: claim.record.workspace };
    const { result, closed } = await performInTree(
      scope,
      request,
      async () => performWithEngine(request, perform, owner, progress),
      store,
    );
    // Awaited below; a failure must not end the process before the result is stored.
    closed.catch(() => undefined);
    try {
      const durationMs = Math.round(performance.now() - startedMs);
      const gaps = await closeJournal(progress, journal);
      const whole = { ...result, warnings: [...result.warnings, ...gaps] };
      return await finish(id, { request, result: whole, known, durationMs }, store);
    } finally {
      // Codex takes a moment to end; the result is stored meanwhile.
      await closed;
    }
  } finally {
    claim.release();
  }
}

/** What could not be written while the run went on, as warnings: its result counts all the same. */
async function closeJournal(progress: JobProgress, journal: JournalWriter): Promise<readonly string[]> {
  const failures: unknown[] = [await progress.settle()];
  await journal.close().catch((thrown: unknown) => failures.push(thrown));
  return failures
    .filter((failure) => failure !== undefined)
    .map((failure) => `The record of this run has gaps: ${messageOf(failure)}`);
}

/** A run that may write is the only one in its working trees, and takes away the empty folders that Codex leaves there. */
async function performInTree(
  { id, workspace }: { readonly id: string; readonly workspace: string },
  request: RunRequest,
  run: () => Promise<Performed>,
  store: JobStore,
): Promise<Performed> {
  if (request.tier === "read-only") return run();
  const folders = [workspace, request.cwd, ...request.addDirectories];
  let lock: WriterLock | undefined;
  try {
    lock = lockTrees(store, folders, id);
  } catch (error) {
    return { result: failedResult(request, error), closed: Promise.resolve() };
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

async function performWithEngine(
  request: RunRequest,
  perform: Perform,
  { onEvent, startEngine, signal }: JobOwner,
  progress: JobProgress,
): Promise<Performed> {
  const notable: string[] = [];
  const emit = (event: RunEvent) => {
    if (event.type === "warning" && event.isNotable === true) notable.push(event.message);
    progress.record(event);
    onEvent(event);
  };
  const watchdog = new Watchdog({ stallMs: request.stallMs, timeoutMs: request.timeoutMs });
  let engine: CodexEngine | undefined;
  const sessions: ThreadSession[] = [];
  const close = async () => {
    watchdog.stop();
    await Promise.all([...sessions.map(async (session) => session.close()), engine?.close()]);
  };
  try {
    const onChild = (child: ProcessIdentity) => progress.note({ child }, true);
    engine = await startEngine({ onEvent: emit, onChild });
    const opener = engine;
    if (engine.child !== undefined) onChild(engine.child);
    const warnings = await engine.checkModel(request);
    const openThread = async (options: ThreadOptions) => {
      const session = await opener.openThread(options, emit);
      progress.note({ isThreadKept: !options.ephemeral && !request.rehearsal }, false);
      sessions.push(session);
      return session;
    };
    const result = await perform({ openThread, watchdog, signal, emit });
    return {
      result: { ...result, warnings: [...warnings, ...notable, ...result.warnings] },
      closed: close(),
    };
  } catch (error) {
    return { result: failedResult(request, error), closed: close() };
  }
}

async function finish(
  id: string,
  end: { request: RunRequest; result: TaskResult; known: KnownFacts; durationMs: number },
  store: JobStore,
): Promise<Envelope> {
  const { error, verdict } = end.result.parts;
  const status = error === undefined ? "succeeded" : error.kind === "cancelled" ? "cancelled" : "failed";
  const change = {
    ...(verdict === undefined ? {} : { verdict }),
    ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
  };
  const record = { ...(await store.read(id)), ...change, status, endedAt: isoNow() } as const;
  const envelope = await redactEnvelopeText(composeEnvelope({ ...end, record: withoutActivity(record) }));
  try {
    const { applied } = await store.finish(id, { status, envelope, change });
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
