import type { EffectiveSandbox, Usage } from "../../domain/events.ts";
import { isRecord } from "../../domain/json.ts";
import type { Tier } from "../../domain/tier.ts";
import type { RolloutEntry } from "./rollout-reader.ts";
import { ToolCalls } from "./tool-calls.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The terms on which Codex says that it runs a turn. */
export interface TurnTerms {
  readonly sandbox: EffectiveSandbox;
  /** Folders that commands may write beside the working folder and the temp folders. */
  readonly writableRoots: readonly string[];
}

/** What Codex writes of one turn into its session file, of which `exec --json` tells nothing. */
export class TurnRecord {
  readonly calls = new ToolCalls();
  turn: string | undefined;
  terms: TurnTerms | undefined;
  model: string | undefined;
  provider: string | undefined;
  effort: string | undefined;
  /** Of this turn alone, whatever the thread used before. */
  usage: Usage | undefined;
  /** `codex_error_info` of a turn that failed. */
  errorInfo: unknown;
  /** The last response cost visible tokens and held nothing that Codex kept: a refusal. */
  droppedOutput = false;
  #itemsOfResponse = 0;

  read({ type, payload }: RolloutEntry): void {
    switch (type) {
      case "session_meta":
        this.provider ??= text(payload["model_provider"]);
        break;
      case "turn_context":
        this.#readContext(payload);
        break;
      case "token_usage_record":
        this.#readUsage(payload);
        break;
      case "response_item":
        if (isFromModel(payload)) this.#itemsOfResponse++;
        this.calls.read(payload);
        break;
      case "event_msg":
        this.#readEvent(payload);
        break;
      default:
        // The state of the world, and what later versions add.
        break;
    }
  }

  /** The first turn is the one that was started; a later id is of a turn that Codex started by itself. */
  #readContext(context: Fields): void {
    const turn = text(context["turn_id"]);
    this.turn ??= turn;
    if (turn !== this.turn) return;
    this.model = text(context["model"]) ?? this.model;
    this.effort = effortOf(context) ?? this.effort;
    this.terms = termsOf(context) ?? this.terms;
  }

  #readUsage(record: Fields): void {
    const last = usageOf(record["usage"]);
    this.droppedOutput =
      this.#itemsOfResponse === 0 && last !== undefined && last.outputTokens > last.reasoningTokens;
    this.#itemsOfResponse = 0;
    if (record["turn_id"] === this.turn) this.usage = usageOf(record["turn_token_usage"]) ?? this.usage;
  }

  #readEvent(event: Fields): void {
    if (event["type"] === "thread_settings_applied" && isRecord(event["thread_settings"])) {
      this.provider = text(event["thread_settings"]["model_provider_id"]) ?? this.provider;
    }
    if (event["type"] === "task_complete" && event["turn_id"] === this.turn && isRecord(event["error"])) {
      this.errorInfo = event["error"]["codex_error_info"];
    }
  }
}

/** The token counts of Codex, in its own spelling; undefined when they are not there. */
export function usageOf(counts: unknown): Usage | undefined {
  if (!isRecord(counts)) return undefined;
  const { input_tokens, cached_input_tokens, output_tokens, reasoning_output_tokens } = counts;
  if (typeof input_tokens !== "number" || typeof output_tokens !== "number") return undefined;
  return {
    inputTokens: input_tokens,
    cachedInputTokens: typeof cached_input_tokens === "number" ? cached_input_tokens : 0,
    outputTokens: output_tokens,
    reasoningTokens: typeof reasoning_output_tokens === "number" ? reasoning_output_tokens : 0,
  };
}

function termsOf(context: Fields): TurnTerms | undefined {
  const { sandbox_policy: policy, approval_policy: approvals, permission_profile: profile } = context;
  if (!isRecord(policy)) return undefined;
  const tier = tierOf(policy["type"]);
  const network =
    tier === "danger-full-access" ||
    policy["network_access"] === true ||
    (isRecord(profile) && profile["network"] === "enabled");
  const roots = policy["writable_roots"];
  return {
    sandbox: { tier, network, approvals: text(approvals) ?? "granular" },
    writableRoots: Array.isArray(roots) ? roots.filter((root) => typeof root === "string") : [],
  };
}

function tierOf(type: unknown): Tier | "external" {
  return type === "read-only" || type === "workspace-write" || type === "danger-full-access"
    ? type
    : "external";
}

function effortOf(context: Fields): string | undefined {
  const mode = context["collaboration_mode"];
  const settings = isRecord(mode) ? mode["settings"] : undefined;
  return isRecord(settings) ? text(settings["reasoning_effort"]) : undefined;
}

function isFromModel({ type, role }: Fields): boolean {
  return (
    type === "function_call" || type === "custom_tool_call" || (type === "message" && role === "assistant")
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
