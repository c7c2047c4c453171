import type { CodexEngine, ThreadOptions, ThreadSession, TurnOutcome } from "../codex/engine.ts";
import type { CommandEnd, CommandWish } from "../codex/sandboxed-command.ts";
import type { Watchdog } from "../codex/watchdog.ts";
import type { Envelope } from "../domain/envelope.ts";
import type { RunEvent } from "../domain/events.ts";

/** What a task is given to do its work with: Codex behind one function, limits, and somebody who listens. */
export interface TaskContext {
  readonly openThread: (options: ThreadOptions) => Promise<ThreadSession>;
  readonly watchdog: Watchdog;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Tells the listener every event of the run from now on. */
  readonly observe: (listener: (event: RunEvent) => void) => void;
  /** Runs a command in Codex's read-only sandbox, without network and without a model. Absent where the engine cannot. */
  readonly runCommand?: CodexEngine["runCommand"];
  /** Where the run may keep files of its own. */
  readonly job: JobPlace;
}

/** The job as its task sees it. Paths are absolute. */
export interface JobPlace {
  readonly id: string;
  readonly folder: string;
  /** The folder in which every delegated job has one for its work tree; it may not be there yet. */
  readonly worktrees: string;
  /** Runs a command in Codex's sandbox, without a model. Absent where there is no Codex on this machine. */
  readonly runShell?: (wish: CommandWish) => Promise<CommandEnd>;
}

/** What a task makes of a run: its part of the envelope. Run facts and job are added by the owner. */
export interface TaskResult {
  readonly parts: Pick<
    Envelope,
    | "target"
    | "verdict"
    | "confidence"
    | "summary"
    | "answer"
    | "findings"
    | "questions"
    | "raw"
    | "coverage"
    | "evidence"
    | "artifacts"
    | "patch"
    | "nextSteps"
    | "error"
  >;
  readonly warnings: readonly string[];
  /** Present once the thread was opened. */
  readonly session?: ThreadSession;
  /** The turns in their order. */
  readonly turns: readonly TurnOutcome[];
}

/** Does a run's work with Codex. What goes wrong is thrown, or told in the result's error. */
export type Perform = (context: TaskContext) => Promise<TaskResult>;
