import {
  ConnectionError,
  RemoteError
} from "./chunk-BOPXFQTJ.mjs";
import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";
import {
  reportError,
  toErrorReport
} from "./chunk-VWEJZTN3.mjs";

// src/codex/blocked-write.ts
var refusals = [/Read-only file system/, /patch rejected: writing (?:is blocked|outside of the project)/];
function tellsOfBlockedWrite(output) {
  return refusals.some((pattern) => pattern.test(output));
}

// src/codex/app-server/raw-calls.ts
var RawCalls = class {
  #names = /* @__PURE__ */ new Map();
  #blocked = /* @__PURE__ */ new Map();
  /** Each refused call once, in the order of the refusals. */
  get blockedWrites() {
    return [...this.#blocked.values()];
  }
  /** A call that the model made. Gives its id. */
  opened(item) {
    this.#names.set(item.call_id, callName(item));
    return item.call_id;
  }
  /** The output that goes to the model: a refused command may leave no other trace (Codex 0.169). Gives the id of its call. */
  answered(item) {
    const { call_id: id, output } = item;
    if (id === void 0) return void 0;
    if (tellsOfBlockedWrite(typeof output === "string" ? output : JSON.stringify(output))) {
      this.#blocked.set(id, this.#names.get(id) ?? "a tool call");
    }
    return id;
  }
  /** What a command printed, by its item: a thread that was resumed gives no raw items (Codex 0.169). */
  printed(id, command, output) {
    if (tellsOfBlockedWrite(output)) this.#blocked.set(id, this.#names.get(id) ?? command);
  }
};
function callName(item) {
  if (item.type === "custom_tool_call") return item.name;
  const parameters = parseJson(item.arguments);
  const command = isRecord(parameters) ? parameters["cmd"] : void 0;
  return typeof command === "string" ? command : item.name;
}

// src/codex/app-server/translate-item.ts
function translateItem(item, moment) {
  return moment === "started" ? started(item) : completed(item);
}
function started(item) {
  if (item.type === "commandExecution") {
    return [{ type: "command_started", item: item.id, command: item.command, cwd: item.cwd }];
  }
  if (item.type === "mcpToolCall") {
    return [{ type: "tool_started", item: item.id, server: item.server, tool: item.tool }];
  }
  return [];
}
function completed(item) {
  switch (item.type) {
    case "agentMessage": {
      const phase = item.phase === null ? {} : { phase: item.phase };
      return [{ type: "message", item: item.id, text: item.text, ...phase }];
    }
    case "reasoning":
      return [{ type: "reasoning", text: [...item.summary, ...item.content].join("\n") }];
    case "commandExecution":
      return [commandCompleted(item)];
    case "fileChange": {
      const paths = item.changes.map((change) => change.path);
      return [{ type: "files_changed", item: item.id, status: item.status, paths }];
    }
    case "mcpToolCall":
      return [
        {
          type: "tool_completed",
          item: item.id,
          server: item.server,
          tool: item.tool,
          status: item.status,
          ...item.error === null ? {} : { error: item.error.message }
        }
      ];
    case "userMessage":
    case "enteredReviewMode":
    case "exitedReviewMode":
    case "hookPrompt":
    case "contextCompaction":
      return [];
    default:
      return [{ type: "unknown", name: `item ${item.type}`, payload: item }];
  }
}
function commandCompleted(item) {
  const succeeded = item.status === "completed" && item.exitCode === 0;
  return {
    type: "command_completed",
    item: item.id,
    command: item.command,
    status: item.status,
    ...item.exitCode === null ? {} : { exitCode: item.exitCode },
    ...item.durationMs === null ? {} : { durationMs: item.durationMs },
    ...item.aggregatedOutput === null ? {} : { output: item.aggregatedOutput },
    reads: succeeded ? [...namedReads(item), ...pathsInDiff(item.aggregatedOutput ?? "")] : []
  };
}
function namedReads(item) {
  return item.commandActions.flatMap((action) => action.type === "read" ? [action.path] : []);
}
var diffHeaders = [/^(?:\+\+\+ b|--- a)\/(.+?)\t?$/gm, /^diff --git a\/(.+) b\/\1$/gm];
var quotedDiffHeaders = [
  /^(?:\+\+\+ "b|--- "a)\/((?:[^"\\]|\\.)+)"$/gm,
  /^diff --git "a\/((?:[^"\\]|\\.)+)" "b\/\1"$/gm
];
function pathsInDiff(output) {
  const find = (pattern) => [...output.matchAll(pattern)].flatMap(([, path]) => path ?? []);
  const quoted = quotedDiffHeaders.flatMap(find).map((path) => `"${path}"`);
  return [.../* @__PURE__ */ new Set([...diffHeaders.flatMap(find), ...quoted])];
}

// src/codex/app-server/turn-errors.ts
function reportTurnError(error, earlier) {
  const cause = error?.message ?? "the turn failed without a message";
  const own = error?.codexErrorInfo ?? null;
  const info = (own === null || own === "other") && earlier ? earlier : own;
  return typeof info === "string" ? fromName(info, cause) : fromStatus(info, cause);
}
function fromName(name, cause) {
  switch (name) {
    case "usageLimitExceeded":
    case "sessionBudgetExceeded":
      return reportError("quota", { cause });
    case "rateLimitExceeded":
      return reportError("rate_limited", { cause });
    case "serverOverloaded":
    case "flexUnavailable":
    case "policyCapacityUnavailable":
    case "internalServerError":
      return reportError("overloaded", { cause });
    case "contextWindowExceeded":
      return reportError("context_too_large", { cause });
    case "unauthorized":
      return reportError("not_logged_in", { cause });
    case "modelNotFound":
      return reportError("model_unavailable", { problem: cause, supported: [] });
    case "cyberPolicy":
    case "misalignmentPolicyViolation":
    case "inferenceHookDenied":
      return reportError("agent_refused", { cause });
    case "tooManyDenials":
      return reportError("approval_declined", { what: cause });
    case "sandboxError":
      return reportError("sandbox_unavailable", { cause });
    default:
      return reportError("protocol", { problem: cause });
  }
}
function fromStatus(info, cause) {
  const fields = isRecord(info) ? Object.values(info).find(isRecord) : void 0;
  if (fields === void 0 || !("httpStatusCode" in fields))
    return reportError("protocol", { problem: cause });
  const status = fields["httpStatusCode"];
  if (typeof status !== "number") return reportError("network_unreachable", { cause });
  if (status === 401 || status === 403) return reportError("not_logged_in", { cause });
  if (status === 429) return reportError("rate_limited", { cause });
  if (status >= 500) return reportError("overloaded", { cause });
  return reportError("protocol", { problem: cause });
}

// src/codex/app-server/turn-membership.ts
function belongsToTurn({ method, params }, own, past) {
  const turn = turnOf(params);
  if (turn === void 0 || own.has(turn.id)) return true;
  if (past.has(turn.id)) return false;
  if (own.size === 0) return true;
  return method === "turn/started" && (turn.root === void 0 || own.has(turn.root));
}
function turnOf(parameters) {
  if (!isRecord(parameters)) return void 0;
  const { turnId, turn } = parameters;
  if (typeof turnId === "string") return { id: turnId };
  if (!isRecord(turn) || typeof turn["id"] !== "string") return void 0;
  const root = turn["rootTurnId"];
  return { id: turn["id"], ...typeof root === "string" ? { root } : {} };
}

// src/codex/app-server/turn-recorder.ts
var TurnRecorder = class {
  #emit;
  #watchdog;
  #turns = /* @__PURE__ */ new Set();
  #commands = [];
  #calls = new RawCalls();
  #usage = {
    raw: void 0,
    notified: void 0
  };
  #answer;
  #rawMessage;
  #rawItemsOfResponse = 0;
  #droppedOutput = false;
  /** Codex passes on every item of the model as it came. */
  #seesRawItems = false;
  /** The reviewer said nothing. What Codex 0.169 then writes in its place ("Review was interrupted") is no answer. */
  #isReviewEmpty = false;
  #reviewerMessage;
  #lastRetry;
  #closed;
  #terminalError;
  #past;
  /** `past`: the ids of the thread's earlier turns, whose late words are not this turn's. */
  constructor(emit, watchdog, past = /* @__PURE__ */ new Set()) {
    this.#emit = emit;
    this.#watchdog = watchdog;
    this.#past = past;
  }
  /** Names a turn before its first notification. */
  expect(turn) {
    this.#turns.add(turn);
  }
  get record() {
    const usage = this.#usage.raw ?? this.#usage.notified;
    return {
      turns: this.#turns,
      commands: this.#commands,
      blockedWrites: this.#calls.blockedWrites,
      ...this.#answer === void 0 || this.#isReviewEmpty ? {} : { answer: this.#answer },
      ...this.#reviewerMessage === void 0 ? {} : { reviewerMessage: this.#reviewerMessage },
      ...usage === void 0 ? {} : { usage },
      ...this.#closed === void 0 ? {} : { closed: this.#closed },
      ...this.#terminalError === void 0 ? {} : { terminalError: this.#terminalError }
    };
  }
  /** True when the last response cost visible tokens and held nothing that Codex passes on: a refusal (Codex 0.169 drops its text). */
  get droppedOutput() {
    return this.#droppedOutput;
  }
  receive(notification) {
    if (!belongsToTurn(notification, this.#turns, this.#past)) {
      this.#emit({
        type: "unknown",
        name: `${notification.method} of another turn`,
        payload: notification.params
      });
      return;
    }
    this.#watchdog.touch();
    switch (notification.method) {
      case "turn/started":
        this.#turns.add(notification.params.turn.id);
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
  #itemStarted(item) {
    if (item.type === "commandExecution" || item.type === "mcpToolCall") this.#watchdog.opened(item.id);
    for (const event of translateItem(item, "started")) this.#emit(event);
  }
  #itemCompleted(item) {
    this.#watchdog.closed(item.id);
    for (const event of translateItem(item, "completed")) {
      this.#emit(event);
      if (event.type === "command_completed") {
        this.#commands.push(commandRecord(event));
        this.#calls.printed(item.id, event.command, event.output ?? "");
      }
      if (event.type === "message" && event.phase !== "commentary") this.#answer = event.text;
    }
    if (item.type === "exitedReviewMode") {
      this.#reviewerMessage = this.#rawMessage;
      this.#isReviewEmpty = this.#rawMessage === void 0 && this.#seesRawItems;
      this.#answer = item.review;
    }
  }
  /** A call is open until its output goes to the model, even when the command behind it runs on in the background. */
  #rawItem(item) {
    switch (item.type) {
      case "function_call":
      case "custom_tool_call":
        this.#rawItemsOfResponse++;
        this.#watchdog.opened(this.#calls.opened(item));
        break;
      case "function_call_output":
      case "custom_tool_call_output": {
        const call = this.#calls.answered(item);
        if (call !== void 0) this.#watchdog.closed(call);
        break;
      }
      case "message":
        if (item.role !== "assistant") break;
        this.#rawItemsOfResponse++;
        this.#rawMessage = textOf(item);
        break;
      default:
        break;
    }
  }
  #countRaw(usage) {
    this.#seesRawItems = true;
    this.#lastRetry = void 0;
    if (usage !== null) {
      this.#droppedOutput = this.#rawItemsOfResponse === 0 && usage.outputTokens > usage.reasoningOutputTokens;
      this.#usage.raw = add(this.#usage.raw, usage);
      this.#emit({ type: "usage", usage: this.#usage.raw });
    }
    this.#rawItemsOfResponse = 0;
  }
  #error({ error, willRetry }) {
    if (willRetry) {
      this.#lastRetry = error.codexErrorInfo;
      this.#emit({
        type: "retrying",
        message: [error.message, error.additionalDetails].filter(Boolean).join(": ")
      });
      return;
    }
    this.#terminalError = reportTurnError(error, this.#lastRetry);
    this.#emit({ type: "warning", source: "codex", message: error.message });
  }
  #complete(turn) {
    if (this.#closed !== void 0) return;
    this.#turns.add(turn.id);
    this.#closed = turn;
    if (turn.status === "failed") this.#terminalError = reportTurnError(turn.error, this.#lastRetry);
    const status = turn.status === "inProgress" ? "failed" : turn.status;
    const message = turn.error?.message;
    this.#emit({
      type: "turn_completed",
      turn: turn.id,
      status,
      ...message === void 0 ? {} : { message }
    });
  }
  /** Deltas and bookkeeping are signs of life only; what this version of the types does not know is kept. */
  #other(notification) {
    if (!isSignOfLife(notification.method)) {
      this.#emit({ type: "unknown", name: notification.method, payload: notification.params });
    }
  }
};
function reportMissingAnswer(recorder) {
  if (recorder.droppedOutput) {
    return reportError("agent_refused", {
      cause: "it wrote an answer of a kind that Codex does not pass on, which is how a refusal looks"
    });
  }
  return reportError("empty_answer", { commands: recorder.record.commands.length });
}
var signsOfLife = [
  /[dD]elta$/,
  /^thread\//,
  /^account\//,
  /^turn\/(diff|plan)\//,
  /^item\/(reasoning|mcpToolCall|fileChange|commandExecution)\//,
  /^serverRequest\//,
  /^mcpServer\/startupStatus\//,
  /^(remoteControl|skills|deprecationNotice|configWarning)/
];
function isSignOfLife(method) {
  return signsOfLife.some((pattern) => pattern.test(method));
}
function commandRecord({
  command,
  status,
  exitCode,
  reads
}) {
  return { command, status, reads, ...exitCode === void 0 ? {} : { exitCode } };
}
function textOf(item) {
  return item.content.map((part) => "text" in part ? part.text : "").join("");
}
function add(sum, more) {
  return {
    inputTokens: (sum?.inputTokens ?? 0) + more.inputTokens,
    cachedInputTokens: (sum?.cachedInputTokens ?? 0) + more.cachedInputTokens,
    outputTokens: (sum?.outputTokens ?? 0) + more.outputTokens,
    reasoningTokens: (sum?.reasoningTokens ?? 0) + more.reasoningOutputTokens
  };
}

// src/codex/app-server/turn-end.ts
var promptLimit = 1048576;
function turnOutcome(end, { recorder, isSettled }) {
  const { closed, answer, reviewerMessage, commands, blockedWrites, usage, turns, terminalError } = recorder.record;
  const completed2 = end.why === "closed" && closed?.status === "completed";
  const missing = completed2 && answer === void 0 ? reportMissingAnswer(recorder) : void 0;
  const error = completed2 ? missing : reportEnd(end, terminalError);
  const turn = closed?.id ?? [...turns][0];
  return {
    status: error === void 0 ? "completed" : end.why === "cancelled" ? "interrupted" : "failed",
    commands,
    blockedWrites,
    ...isSettled ? {} : { unconfirmed: true },
    ...turn === void 0 ? {} : { turn },
    ...answer === void 0 ? {} : { answer },
    ...reviewerMessage === void 0 ? {} : { reviewerMessage },
    ...usage === void 0 ? {} : { usage },
    ...error === void 0 ? {} : { error }
  };
}
function reportStartFailure(error, input) {
  if (error instanceof ConnectionError) return reportError("protocol", { problem: error.message });
  if (!(error instanceof RemoteError)) return toErrorReport(error);
  const size = input.type === "prompt" ? input.text.length : 0;
  if (error.code === -32602 && size > promptLimit) {
    return reportError("input_too_large", {
      what: "The prompt",
      size,
      limit: promptLimit,
      unit: "characters"
    });
  }
  if (error.code === -32001) return reportError("overloaded", { cause: error.message });
  return reportError("protocol", { problem: error.message });
}
function reportEnd(end, terminalError) {
  switch (end.why) {
    case "refused":
      return end.report;
    case "cancelled":
      return reportError("cancelled", { by: "on request" });
    case "limit":
      return end.limit.reason === "timeout" ? reportError("timeout", { afterMs: end.limit.afterMs }) : reportError("stalled", { silentMs: end.limit.silentMs });
    case "connection lost":
      return reportError("protocol", {
        problem: `the app-server ended in the middle of the turn (${end.reason})`
      });
    case "closed":
    case "failed":
      return terminalError ?? reportError("protocol", { problem: "the turn was closed without a reason" });
  }
}

export {
  tellsOfBlockedWrite,
  reportTurnError,
  TurnRecorder,
  promptLimit,
  turnOutcome,
  reportStartFailure
};
