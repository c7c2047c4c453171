import type { CodexEngine, ThreadOptions, ThreadSession } from "../codex/engine.ts";
import { Watchdog } from "../codex/watchdog.ts";
import type { RunEvent } from "../domain/events.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import type { RunRequest } from "../domain/run.ts";
import type { SentTurn } from "../evidence/receipt.ts";
import type { JobPlace, Perform, TaskResult } from "../tasks/task.ts";
import { failedResult } from "./compose-envelope.ts";
import type { JobProgress } from "./job-progress.ts";
import { noteTurns } from "./noted-session.ts";
import type { RunControl } from "./run-control.ts";
import type { EngineHooks } from "./run-job.ts";

/** A task's result, and the moment from which nothing of Codex is left. */
export interface Performed {
  readonly result: TaskResult;
  readonly closed: Promise<void>;
  readonly turns: readonly SentTurn[];
}

/** The run as its owner sees it. */
export interface OwnedRun {
  readonly progress: JobProgress;
  readonly control: RunControl;
  /** Resolves when the record says that the job runs; rejects when that cannot be written. */
  readonly begun: Promise<unknown>;
  readonly place: JobPlace;
}

/** Starts the engine, lets the task do its work with it, and closes what it opened. Never rejects. */
export async function performWithEngine(
  request: RunRequest,
  perform: Perform,
  startEngine: (hooks: EngineHooks) => Promise<CodexEngine>,
  { progress, control, begun, place }: OwnedRun,
): Promise<Performed> {
  const notable: string[] = [];
  const listeners: ((event: RunEvent) => void)[] = [];
  const emit = (event: RunEvent) => {
    if (event.type === "warning" && event.isNotable === true) notable.push(event.message);
    progress.record(event);
    for (const listener of listeners) listener(event);
  };
  const watchdog = new Watchdog({ stallMs: request.stallMs, timeoutMs: request.timeoutMs });
  let engine: CodexEngine | undefined;
  const sessions: ThreadSession[] = [];
  const turns: SentTurn[] = [];
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
      const opened = await opener.openThread(options, { emit, ask: control.ask });
      const session = noteTurns(opened, (turn) => turns.push(turn));
      progress.note({ isThreadKept: !options.ephemeral && !request.rehearsal }, false);
      sessions.push(session);
      control.follow(session);
      await begun;
      return session;
    };
    const result = await perform({
      openThread,
      watchdog,
      signal: control.signal,
      emit,
      job: place,
      observe: (listener) => listeners.push(listener),
      ...(engine.runCommand === undefined ? {} : { runCommand: engine.runCommand }),
    });
    return {
      result: {
        ...result,
        warnings: [...warnings, ...notable, ...escalationsOf(result), ...result.warnings],
      },
      closed: close(),
      turns,
    };
  } catch (error) {
    return { result: failedResult(request, error), closed: close(), turns };
  }
}

/** What a person accepted ran with full access: the result says so. */
function escalationsOf({ turns }: TaskResult): readonly string[] {
  const accepted = turns.flatMap(({ escalations = [] }) => escalations);
  if (accepted.length === 0) return [];
  return [`Accepted by a person and run outside of the sandbox: ${accepted.join("; ")}`];
}
