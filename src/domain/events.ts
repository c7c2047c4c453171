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
  | {
      readonly type: "request_answered";
      readonly method: string;
      readonly decision: string;
      readonly text: string;
    }
  | {
      readonly type: "turn_completed";
      readonly turn: string;
      readonly status: "completed" | "interrupted" | "failed";
      readonly message?: string;
    }
  | { readonly type: "stray_output"; readonly source: string; readonly text: string }
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

/** The phase after an event, or undefined when the event does not change it. */
export function phaseAfter(event: RunEvent): RunPhase | undefined {
  switch (event.type) {
    case "thread_started":
      return "starting";
    case "command_started":
    case "tool_started":
      return "running_command";
    case "turn_started":
    case "command_completed":
    case "tool_completed":
    case "files_changed":
    case "reasoning":
    case "message":
      return "thinking";
    case "turn_completed":
      return "verifying";
    case "usage":
    case "retrying":
    case "warning":
    case "request_answered":
    case "stray_output":
    case "unknown":
      return undefined;
  }
}
