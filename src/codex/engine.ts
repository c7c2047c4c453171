import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts, Usage } from "../domain/events.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import type { Pending, PendingAnswer } from "../domain/pending.ts";
import type { ApprovalMode, Isolation } from "../domain/run.ts";
import type { Tier } from "../domain/tier.ts";
import type { EffectivePin } from "./pins.ts";
import type { Watchdog } from "./watchdog.ts";

/** What Codex's built-in reviewer is asked to look at. */
export type ReviewTarget =
  | { readonly type: "uncommittedChanges" }
  | { readonly type: "baseBranch"; readonly branch: string }
  | { readonly type: "commit"; readonly sha: string; readonly title: string | null }
  | { readonly type: "custom"; readonly instructions: string };

/** One turn: a prompt with images, or a review by Codex's own reviewer. */
export type TurnInput =
  | {
      readonly type: "prompt";
      readonly text: string;
      readonly images: readonly string[];
      readonly outputSchema?: unknown;
    }
  | { readonly type: "review"; readonly target: ReviewTarget };

/** How a thread is opened. Everything here is also what the read-back is compared with. */
export interface ThreadOptions {
  readonly cwd: string;
  /** Root of the work tree around `cwd`, where there is one. */
  readonly workTreeRoot?: string;
  readonly tier: Tier;
  readonly network: boolean;
  readonly model?: string;
  readonly effort?: string;
  readonly ephemeral: boolean;
  /** Shown in the user's own lists of threads; persistent threads only. */
  readonly name?: string;
  readonly untrusted: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Which of the user's MCP servers (`server`) or their tools (`server.tool`) the run may use. */
  readonly mcpServers: readonly string[];
  /** `-c` options as typed. */
  readonly overrides: readonly string[];
  readonly profile?: string;
  /** Whether Codex may ask for more than the sandbox allows; `never` when absent. Only the app-server can ask. */
  readonly approvals?: ApprovalMode;
  /** How much of the user's configuration the run sees; `inherit` when absent. The app-server knows only that. */
  readonly isolation?: Isolation;
  /** Goes on with this thread (a UUID); its name stays as it is. */
  readonly resume?: string;
  /** Absolute folders beside `cwd` that a writing run may write. */
  readonly addDirectories?: readonly string[];
  /** The temp folders of the machine are not writable; a writing run may write them when absent. */
  readonly excludesTemporary?: boolean;
}

/** A command for Codex's sandbox. */
export interface CommandRun {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** All that it gets, beside a usual PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it, and all that it has started. */
  readonly signal: AbortSignal;
}

/** How a command ended that ran in Codex's sandbox without a model. */
export interface CommandResult {
  readonly exitCode: number;
  /** What it printed, both streams. */
  readonly output: string;
}

/** A command that Codex ran in a turn. */
export interface CommandRecord {
  readonly command: string;
  readonly status: string;
  readonly exitCode?: number;
  /** Absolute paths, or paths relative to the command's folder as Codex gives them. */
  readonly reads: readonly string[];
}

/** How a turn ended and what came out of it. A failed turn is an outcome, not an exception. */
export interface TurnOutcome {
  readonly status: "completed" | "failed" | "interrupted";
  readonly turn?: string;
  /** The final message; of a turn that did not complete, the last that arrived. */
  readonly answer?: string;
  /** A review's findings as the reviewer wrote them (JSON), where Codex passes them on. */
  readonly reviewerMessage?: string;
  readonly commands: readonly CommandRecord[];
  /** Commands and patches that the sandbox kept from writing, as far as their output tells. */
  readonly blockedWrites?: readonly string[];
  /** Commands and patches that somebody accepted: they may have run outside of the sandbox. */
  readonly escalations?: readonly string[];
  readonly usage?: Usage;
  readonly error?: ErrorReport;
  /** Codex did not confirm that the turn is over: something of it may still run until the engine is closed. */
  readonly unconfirmed?: true;
}

/** A thread that is open in an engine. */
export interface ThreadSession {
  /** `sandbox` is what Codex told last. */
  readonly facts: ThreadFacts;
  readonly pins: readonly EffectivePin[];
  /** The Codex process, so that a later command can end it if we die. */
  readonly child?: ProcessIdentity;
  /** Whether a second turn can follow on the same thread: not after an ephemeral turn of the one-shot engine. */
  readonly takesFollowUps: boolean;
  /** Runs one turn to its end, whatever the end is. One at a time. */
  run(input: TurnInput, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome>;
  /**
   * Puts text into the running turn; what the model was saying is given up for it. Throws `usage` when no turn runs, when it ended
   * meanwhile or is of a kind that takes no text, `input_too_large`, `overloaded` or `protocol`. Absent where the engine has no such way.
   */
  steer?(text: string): Promise<void>;
  /** Ends what the thread left running and unloads it. */
  close(): Promise<void>;
}

/** What Codex asks in the middle of a turn. Its id and its time limit are its owner's. */
export type AskedQuestion = Omit<Pending, "id" | "expiresAt">;

/**
 * Gets somebody's answer, or what counts as one when nobody gives it. The signal says that the answer is not needed any more:
 * Codex took the request back, or its turn has ended; what comes after that is not used.
 */
export type Ask = (question: AskedQuestion, signal: AbortSignal) => Promise<PendingAnswer>;

/** Who is told what happens on a thread, and who is asked. */
export interface ThreadHooks {
  readonly emit: (event: RunEvent) => void;
  /** Without it everything is declined, whatever the thread's options say. */
  readonly ask?: Ask;
}

/** Codex, ready to open threads. */
export interface CodexEngine {
  /** The Codex process, so that a later command can end it when its owner died. */
  readonly child?: ProcessIdentity;
  /** Throws `model_unavailable`. Returns warnings for what could not be checked. */
  readonly checkModel: (choice: ModelChoice) => Promise<readonly string[]>;
  readonly openThread: (options: ThreadOptions, hooks: ThreadHooks) => Promise<ThreadSession>;
  /**
   * Runs a command in Codex's read-only sandbox, without network and without a model. Absent where the engine has no such way.
   * Throws `protocol` when it could not be run.
   */
  readonly runCommand?: (run: CommandRun) => Promise<CommandResult>;
  /** Leaves no process of Codex behind. */
  readonly close: () => Promise<void>;
}

/** What a person chose; absent is Codex's own default. */
export interface ModelChoice {
  readonly model?: string;
  readonly effort?: string;
}
