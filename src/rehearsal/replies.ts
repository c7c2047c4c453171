import type { JsonRecord } from "./json.ts";
import type { ModelRequest } from "./model-request.ts";
import {
  defaultUsage,
  type ItemBuilder,
  type Piece,
  type Step,
  type StreamEnd,
  type StreamReply,
  type TokenUsage,
  type Wait,
} from "./reply.ts";

export interface MessageOptions {
  /** `commentary` or `final_answer`, as newer models mark their messages. */
  readonly phase?: string;
  /** Nothing is sent of the message before this is over. */
  readonly after?: Wait;
}

/** A message of the assistant. The last one of a turn is its answer. */
export function message(text: string, options: MessageOptions = {}): StreamReply {
  return slow([text], options);
}

/** A message that is streamed in pieces, with pauses between them where a gate or a time is put. */
export function slow(pieces: readonly Piece[], options: MessageOptions = {}): StreamReply {
  const { phase, after } = options;
  const text: Step = {
    type: "message",
    pieces,
    completes: true,
    ...(phase === undefined ? {} : { phase }),
  };
  return stream(after === undefined ? [text] : [{ type: "wait", wait: after }, text]);
}

/** A summary of reasoning, as it precedes a message or a call. */
export function reasoning(text: string): StreamReply {
  return stream([{ type: "reasoning", text }]);
}

/** A completed response without any output. */
export function empty(): StreamReply {
  return stream([]);
}

/** A message that consists of a refusal. Codex 0.169 shows nothing of it and completes the turn. */
export function refusal(text: string): StreamReply {
  return item(
    (_request, callId) => ({
      type: "message",
      id: `msg_${callId}`,
      role: "assistant",
      content: [{ type: "refusal", refusal: text }],
    }),
    false,
  );
}

export interface CommandOptions {
  /** Folder of the command; the run's own when left out. */
  readonly workdir?: string;
  /** How long Codex waits before it hands back what has been printed so far, in milliseconds. */
  readonly yieldTimeMs?: number;
  /** Asks to run outside the sandbox. */
  readonly escalated?: { readonly justification: string };
}

/** A shell command, called the way the model's generation calls it. */
export function command(line: string, options: CommandOptions = {}): StreamReply {
  const { workdir, yieldTimeMs, escalated } = options;
  return toolCall("exec_command", {
    cmd: line,
    ...(workdir === undefined ? {} : { workdir }),
    ...(yieldTimeMs === undefined ? {} : { yield_time_ms: yieldTimeMs }),
    ...(escalated === undefined
      ? {}
      : { sandbox_permissions: "require_escalated", justification: escalated.justification }),
  });
}

/** A patch in Codex's own format (`*** Begin Patch` …). Models that have no tool for it get it through the shell, as Codex does. */
export function applyPatch(patch: string): StreamReply {
  return item((request, callId) => {
    if (request.toolStyle === "code") return codeCall(callId, "apply_patch", patch);
    if (request.tools.includes("apply_patch")) {
      return { type: "custom_tool_call", call_id: callId, name: "apply_patch", input: patch };
    }
    const line = `apply_patch <<'TANDEM_PATCH'\n${patch}\nTANDEM_PATCH`;
    return functionCall(callId, "exec_command", { cmd: line });
  }, true);
}

/** A call of any tool; `namespace` for a tool that is offered inside one, such as an MCP server's (`mcp__server`). */
export function toolCall(name: string, argumentsObject: JsonRecord, namespace?: string): StreamReply {
  return item((request: ModelRequest, callId) => {
    if (request.toolStyle === "code") {
      return codeCall(callId, namespace === undefined ? name : `${namespace}__${name}`, argumentsObject);
    }
    return functionCall(callId, name, argumentsObject, namespace);
  }, true);
}

/** A question that the model puts to its user in the middle of a turn. */
export interface ModelQuestion {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
}

/** Questions to the user. Models of every style call this tool directly (Codex 0.169). */
export function askUser(...questions: readonly ModelQuestion[]): StreamReply {
  return item(
    (_request, callId) =>
      functionCall(callId, "request_user_input", {
        questions: questions.map(({ id, question, options }) => ({
          id,
          question,
          header: id,
          options: options.map((label) => ({ label, description: label })),
        })),
      }),
    true,
  );
}

/** Several outputs in one response. The last reply decides how the response ends and what it used. */
export function items(replies: readonly StreamReply[]): StreamReply {
  const last = replies.at(-1) ?? empty();
  return { ...last, steps: replies.flatMap((reply) => reply.steps) };
}

/** The same reply with other token counts. */
export function withUsage(reply: StreamReply, usage: Partial<TokenUsage>): StreamReply {
  return { ...reply, usage: { ...reply.usage, ...usage } };
}

/** A reply of given steps; the base of all others. */
export function stream(steps: readonly Step[], end: StreamEnd = { type: "completed" }): StreamReply {
  return { kind: "stream", steps, end, usage: defaultUsage };
}

function item(build: ItemBuilder, callsTool: boolean): StreamReply {
  return stream([{ type: "item", build, callsTool }]);
}

function functionCall(
  callId: string,
  name: string,
  argumentsObject: JsonRecord,
  namespace?: string,
): JsonRecord {
  return {
    type: "function_call",
    call_id: callId,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    arguments: JSON.stringify(argumentsObject),
  };
}

/** JSON is valid JavaScript, so hostile text inside stays text. */
function codeCall(callId: string, name: string, value: unknown): JsonRecord {
  const input = `text(await tools.${name}(${JSON.stringify(value)}));`;
  return { type: "custom_tool_call", call_id: callId, name: "exec", input };
}
