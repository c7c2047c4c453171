import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, Usage } from "../../domain/events.ts";
import type { CommandRecord } from "../engine.ts";
import type {
  CodexErrorInfo,
  ResponseItem,
  ServerNotification,
  ThreadItem,
  TokenUsageBreakdown,
  Turn,
} from "../protocol/generated.ts";
import { reportNoAnswer } from "../turn-reports.ts";
import type { Watchdog } from "../watchdog.ts";
import { RawCalls } from "./raw-calls.ts";
import { isSignOfLife } from "./signs-of-life.ts";
import { translateItem } from "./translate-item.ts";
import { reportTurnError } from "./turn-errors.ts";
import { belongsToTurn, idsOfTurn } from "./turn-membership.ts";

/** What a turn has brought so far. */
export interface TurnRecord {
  /** Every id under which Codex speaks of this turn: a review has two (Codex 0.169). */
  readonly turns: ReadonlySet<string>;
  readonly answer?: string;
  readonly reviewerMessage?: string;
  readonly commands: readonly CommandRecord[];
  readonly blockedWrites: readonly string[];
  readonly usage?: Usage;
  /** The turn as Codex closed it. */
  readonly closed?: Turn;
  readonly terminalError?: ErrorReport;
}

/** Reads the notifications of one thread during one turn: emits run events, moves the watchdog, keeps what the outcome needs. */
export class TurnRecorder {
  readonly #emit: (event: RunEvent) => void;
  readonly #watchdog: Watchdog;
  readonly #turns = new Set<string>();
  readonly #commands: CommandRecord[] = [];
  readonly #calls = new RawCalls();
  readonly #usage: { raw: Usage | undefined; notified: Usage | undefined } = {
    raw: undefined,
    notified: undefined,
  };
  #answer: string | undefined;
  #rawMessage: string | undefined;
  #rawItemsOfResponse = 0;
  #droppedOutput = false;
  /** Codex passes on every item of the model as it came. */
  #seesRawItems = false;
  /** The reviewer said nothing. What Codex 0.169 then writes in its place ("Review was interrupted") is no answer. */
  #isReviewEmpty = false;
  #reviewerMessage: string | undefined;
  #lastRetry: CodexErrorInfo | null | undefined;
  #closed: Turn | undefined;
  #terminalError: ErrorReport | undefined;
  /** What was said before the last text that was put into the turn. */
  #superseded: string | undefined;
  #isPrompted = false;
  #isReview = false;
  #hasBegun = false;
  readonly #past: ReadonlySet<string>;

  /** `past`: the ids of the thread's earlier turns, whose late words are not this turn's. */
  constructor(emit: (event: RunEvent) => void, watchdog: Watchdog, past: ReadonlySet<string> = new Set()) {
    this.#emit = emit;
    this.#watchdog = watchdog;
    this.#past = past;
  }

  /** Names a turn before its first notification. */
  expect(turn: string): void {
    this.#turns.add(turn);
  }

  get record(): TurnRecord {
    const usage = this.#usage.raw ?? this.#usage.notified;
    // What the model said before it was told more is no answer, but it is the last that arrived when nothing follows.
    const answer = this.#answer ?? (this.#closed?.status === "completed" ? undefined : this.#superseded);
    return {
      turns: this.#turns,
      commands: this.#commands,
      blockedWrites: this.#calls.blockedWrites,
      ...(answer === undefined || this.#isReviewEmpty ? {} : { answer }),
      ...(this.#reviewerMessage === undefined ? {} : { reviewerMessage: this.#reviewerMessage }),
      ...(usage === undefined ? {} : { usage }),
      ...(this.#closed === undefined ? {} : { closed: this.#closed }),
      ...(this.#terminalError === undefined ? {} : { terminalError: this.#terminalError }),
    };
  }

  /** Codex told the turn's start. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** True when the last response cost visible tokens and held nothing that Codex passes on: a refusal (Codex 0.169 drops its text). */
  get droppedOutput(): boolean {
    return this.#droppedOutput;
  }

  receive(notification: ServerNotification): void {
    if (!belongsToTurn(notification, this.#turns, this.#past)) {
      this.#emit({
        type: "unknown",
        name: `${notification.method} of another turn`,
        payload: notification.params,
      });
      return;
    }
    this.#watchdog.touch();
    switch (notification.method) {
      case "turn/started":
        for (const id of idsOfTurn(notification.params.turn)) if (!this.#past.has(id)) this.#turns.add(id);
        this.#hasBegun = true;
        this.#emit({ type: "turn_started", turn: notification.params.turn.id });
        break;
      case "item/started":
        this.#itemStarted(notification.params.item);
        break;
      case "item/completed":
        this.#itemCompleted(notification.params.item);
        break;
      case "rawResponseItem/completed":
        this.#rawItem(notification.params.item);
        break;
      case "rawResponse/completed":
        this.#countRaw(notification.params.usage);
        break;
      case "thread/tokenUsage/updated":
        this.#usage.notified = add(this.#usage.notified, notification.params.tokenUsage.last);
        this.#emit({ type: "usage", usage: this.#usage.raw ?? this.#usage.notified });
        break;
      case "error":
        this.#error(notification.params);
        break;
      case "warning":
        this.#emit({ type: "warning", source: "codex", message: notification.params.message });
        break;
      case "turn/completed":
        this.#complete(notification.params.turn);
        break;
      default:
        this.#other(notification);
    }
  }

  #itemStarted(item: ThreadItem): void {
    if (item.type === "commandExecution" || item.type === "mcpToolCall") this.#watchdog.opened(item.id);
    for (const event of translateItem(item, "started")) this.#emit(event);
  }

  #itemCompleted(item: ThreadItem): void {
    this.#watchdog.closed(item.id);
    for (const event of translateItem(item, "completed")) {
      this.#emit(event);
      if (event.type === "command_completed") {
        this.#commands.push(commandRecord(event));
        this.#calls.printed(item.id, event.command, event.output ?? "");
      }
      if (event.type === "message" && event.phase !== "commentary") this.#answer = event.text;
    }
    if (item.type === "userMessage") this.#userMessage(item);
    if (item.type === "enteredReviewMode") this.#isReview = true;
    if (item.type === "exitedReviewMode") {
      this.#reviewerMessage = this.#rawMessage;
      // A provider that refuses the first call leaves no raw item either.
      const saysNothing = this.#seesRawItems || this.#terminalError !== undefined;
      this.#isReviewEmpty = this.#rawMessage === undefined && saysNothing;
      this.#answer = item.review;
    }
  }

  /** The first is the prompt; a later one was put into the turn, and the model call under way was given up for it (Codex 0.169). */
  #userMessage(item: Extract<ThreadItem, { type: "userMessage" }>): void {
    const isSteer = this.#isPrompted && !this.#isReview;
    this.#isPrompted = true;
    if (!isSteer) return;
    this.#superseded = this.#answer ?? this.#superseded;
    this.#answer = undefined;
    this.#rawItemsOfResponse = 0;
    this.#droppedOutput = false;
    const text = item.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    this.#emit({ type: "steered", text });
  }

  /** A call is open until its output goes to the model, even when the command behind it runs on in the background. */
  #rawItem(item: ResponseItem): void {
    switch (item.type) {
      case "function_call":
      case "custom_tool_call":
        this.#rawItemsOfResponse++;
        this.#watchdog.opened(this.#calls.opened(item));
        break;
      case "function_call_output":
      case "custom_tool_call_output": {
        const call = this.#calls.answered(item);
        if (call !== undefined) this.#watchdog.closed(call);
        break;
      }
      case "message":
        if (item.role !== "assistant") break;
        this.#rawItemsOfResponse++;
        this.#rawMessage = textOf(item);
        break;
      default:
        // Reasoning, searches and what Codex adds later: kept as items where they matter.
        break;
    }
  }

  #countRaw(usage: TokenUsageBreakdown | null): void {
    this.#seesRawItems = true;
    // A whole response: the retries before it are over and explain no later error.
    this.#lastRetry = undefined;
    if (usage !== null) {
      this.#droppedOutput =
        this.#rawItemsOfResponse === 0 && usage.outputTokens > usage.reasoningOutputTokens;
      this.#usage.raw = add(this.#usage.raw, usage);
      this.#emit({ type: "usage", usage: this.#usage.raw });
    }
    this.#rawItemsOfResponse = 0;
  }

  #error({ error, willRetry }: Extract<ServerNotification, { method: "error" }>["params"]): void {
    if (willRetry) {
      this.#lastRetry = error.codexErrorInfo;
      this.#emit({
        type: "retrying",
        message: [error.message, error.additionalDetails].filter(Boolean).join(": "),
      });
      return;
    }
    this.#terminalError = reportTurnError(error, this.#lastRetry);
    this.#emit({ type: "warning", source: "codex", message: error.message });
  }

  #complete(turn: Turn): void {
    if (this.#closed !== undefined) return;
    this.#turns.add(turn.id);
    this.#closed = turn;
    if (turn.status === "failed") this.#terminalError = reportTurnError(turn.error, this.#lastRetry);
    const status = turn.status === "inProgress" ? "failed" : turn.status;
    const message = turn.error?.message;
    this.#emit({
      type: "turn_completed",
      turn: turn.id,
      status,
      ...(message === undefined ? {} : { message }),
    });
  }

  /** Deltas and bookkeeping are signs of life only; what this version of the types does not know is kept. */
  #other(notification: ServerNotification): void {
    if (!isSignOfLife(notification.method)) {
      this.#emit({ type: "unknown", name: notification.method, payload: notification.params });
    }
  }
}

/** The report of a turn that completed without an answer. */
export function reportMissingAnswer(recorder: TurnRecorder): ErrorReport {
  return reportNoAnswer({
    commands: recorder.record.commands.length,
    hasDroppedOutput: recorder.droppedOutput,
  });
}

/** Without the output, which the journal has and nobody reads here. */
function commandRecord({
  command,
  status,
  exitCode,
  reads,
}: Extract<RunEvent, { type: "command_completed" }>): CommandRecord {
  return { command, status, reads, ...(exitCode === undefined ? {} : { exitCode }) };
}

function textOf(item: Extract<ResponseItem, { type: "message" }>): string {
  return item.content.map((part) => ("text" in part ? part.text : "")).join("");
}

function add(sum: Usage | undefined, more: TokenUsageBreakdown): Usage {
  return {
    inputTokens: (sum?.inputTokens ?? 0) + more.inputTokens,
    cachedInputTokens: (sum?.cachedInputTokens ?? 0) + more.cachedInputTokens,
    outputTokens: (sum?.outputTokens ?? 0) + more.outputTokens,
    reasoningTokens: (sum?.reasoningTokens ?? 0) + more.reasoningOutputTokens,
  };
}
