import type { AccountLimits } from "./limits.ts";
import type { AnswerOrigin, PendingKind } from "./pending.ts";
import type { Tier } from "./tier.ts";

/** Tokens of this run alone, not of its thread. */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** The sandbox as Codex itself reports it; where it reports none, `unverified` with what was asked for. */
export interface EffectiveSandbox {
  readonly tier: Tier | "external" | "unverified";
  readonly network: boolean;
  readonly approvals: string;
}

/** What Codex says of the thread when it starts or resumes it. A one-shot run without a session file tells little. */
export interface ThreadFacts {
  /** Empty as long as Codex has not named it. */
  readonly thread: string;
  readonly model?: string;
  readonly provider?: string;
  readonly effort?: string;
  readonly sandbox: EffectiveSandbox;
  /** AGENTS.md files that Codex loaded; absent where it does not tell. */
  readonly instructionSources?: readonly string[];
}

/**
 * One thing that happened in a run, the same for both engines. Token deltas are not here: they only move the stall clock.
 * What an engine does not know is kept as `unknown`, never dropped and never fatal.
 */
export type RunEvent =
  | ({ readonly type: "thread_started" } & ThreadFacts)
  | { readonly type: "turn_started"; readonly turn: string }
  | {
      readonly type: "command_started";
      readonly item: string;
      readonly command: string;
      readonly cwd?: string;
    }
  | {
      readonly type: "command_completed";
      readonly item: string;
      readonly command: string;
      readonly status: string;
      readonly exitCode?: number;
      readonly durationMs?: number;
      readonly output?: string;
      /** Files that the command read, as far as Codex recognises it. */
      readonly reads: readonly string[];
    }
  | {
      readonly type: "files_changed";
      readonly item: string;
      readonly status: string;
      readonly paths: readonly string[];
    }
  | { readonly type: "tool_started"; readonly item: string; readonly server: string; readonly tool: string }
  | {
      readonly type: "tool_completed";
      readonly item: string;
      readonly server: string;
      readonly tool: string;
      readonly status: string;
      readonly error?: string;
    }
  /** Codex's own image tool was used. */
  | {
      readonly type: "image_generated";
      readonly item: string;
      /** Where Codex says that it saved the image. */
      readonly path?: string;
      /** Of the image as it came with the event; absent when none came. */
      readonly sha256?: string;
      readonly failure?: string;
    }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "message"; readonly item: string; readonly text: string; readonly phase?: string }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "retrying"; readonly message: string }
  | {
      readonly type: "warning";
      readonly source: string;
      readonly message: string;
      /** It belongs into the result as well: a promise is weaker than the reader may think. */
      readonly isNotable?: boolean;
    }
  /** Codex waits for somebody's answer. */
  | {
      readonly type: "request_opened";
      /** Codex's own id of it, unique among those that are open. */
      readonly request: string;
      readonly kind: PendingKind;
      readonly text: string;
    }
  | {
      readonly type: "request_answered";
      readonly method: string;
      readonly decision: string;
      readonly text: string;
      /** The one that was opened; absent where nobody was asked. */
      readonly request?: string;
      readonly origin?: AnswerOrigin;
      /** Why it is not what was asked for, or not what was answered. */
      readonly reason?: string;
      /** What was accepted may run outside of the sandbox. */
      readonly isFullAccess?: true;
    }
  /** Text that was put into the running turn. The model call that was under way is given up for it. */
  | { readonly type: "steered"; readonly text: string }
  | {
      readonly type: "turn_completed";
      readonly turn: string;
      readonly status: "completed" | "interrupted" | "failed";
      readonly message?: string;
    }
  /** What is done for the run before and after Codex's turn, such as a copy of many files. */
  | { readonly type: "step"; readonly text: string }
  | { readonly type: "stray_output"; readonly source: string; readonly text: string }
  /** Of the account and not of a run: kept for `status`, and in no journal. */
  | { readonly type: "limits"; readonly limits: AccountLimits }
  | { readonly type: "unknown"; readonly name: string; readonly payload: unknown };

/** What a run is doing now, for people. */
export type RunPhase =
  | "queued"
  | "starting"
  | "thinking"
  | "running_command"
  | "waiting_approval"
  | "verifying"
  | "cancelling";

/** What goes on in a run, followed over its events. */
export interface FollowedPhase {
  /** What goes on behind the requests that wait for an answer. */
  readonly behind: RunPhase;
  /** The requests of Codex that wait. */
  readonly waiting: readonly string[];
}

export const firstPhase: FollowedPhase = { behind: "starting", waiting: [] };

/** What people are shown: that somebody's answer is missing is more than all that goes on meanwhile. */
export function shownPhase({ behind, waiting }: FollowedPhase): RunPhase {
  return waiting.length > 0 ? "waiting_approval" : behind;
}

/** The phase after one more event; the same object when the event does not change it. */
export function followPhase(before: FollowedPhase, event: RunEvent): FollowedPhase {
  const { behind, waiting } = before;
  switch (event.type) {
    case "thread_started":
      return { behind: "starting", waiting };
    case "request_opened":
      return { behind, waiting: [...waiting, event.request] };
    case "request_answered":
      return event.request === undefined ? before : { behind, waiting: without(waiting, event.request) };
    case "command_started":
    case "tool_started":
      return { behind: "running_command", waiting };
    case "turn_started":
      return { behind: "thinking", waiting: [] };
    case "command_completed":
    case "tool_completed":
    case "files_changed":
    case "image_generated":
    case "reasoning":
    case "message":
    case "steered":
      return { behind: "thinking", waiting };
    case "turn_completed":
      return { behind: "verifying", waiting: [] };
    case "usage":
    case "retrying":
    case "warning":
    case "step":
    case "stray_output":
    case "limits":
    case "unknown":
    // Nor does one that only a later version knows, read from its journal.
    default:
      return before;
  }
}

function without(waiting: readonly string[], request: string): readonly string[] {
  return waiting.filter((other) => other !== request);
}
