import type { Gate } from "../../../src/rehearsal/gate.ts";

/** What the model says next: a finished message, or an error of the endpoint. */
export interface MessageReply {
  readonly content: MessageContent | MessageError;
  /** The answer begins when this gate is open. */
  readonly gate?: Gate;
}

/** Text first, then calls of tools, as the Messages API orders them. */
interface MessageContent {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
}

interface MessageError {
  readonly status: number;
  readonly message: string;
}

/** The model answers with a text and its turn is over. */
export function says(text: string): MessageReply {
  return { content: { text, calls: [] } };
}

/** The model calls a tool. */
export function calls(name: string, input: unknown = {}): MessageReply {
  return callsAll([{ name, input }]);
}

/** The model calls several tools in one message. */
export function callsAll(toolCalls: readonly ToolCall[]): MessageReply {
  return { content: { text: "", calls: toolCalls } };
}

/** The endpoint refuses with this HTTP status. */
export function refuses(status: number, message = "Refused by the script."): MessageReply {
  return { content: { status, message } };
}

/** The same reply, but not before the gate is open. */
export function holdsUntil(gate: Gate, reply: MessageReply): MessageReply {
  return { ...reply, gate };
}

/** Events of the Messages API that stream this message, and the message itself as it is answered without streaming. */
export function renderMessage(
  { text, calls: toolCalls }: MessageContent,
  { model, newId }: { readonly model: string; readonly newId: (prefix: string) => string },
): { readonly events: readonly MessageEvent[]; readonly message: unknown } {
  const blocks = [
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...toolCalls.map(({ name, input }) => ({ type: "tool_use", id: newId("toolu"), name, input })),
  ];
  const message = {
    id: newId("msg"),
    type: "message",
    role: "assistant",
    model,
    content: blocks,
    stop_reason: toolCalls.length > 0 ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: {
      input_tokens: 10,
      output_tokens: 10,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  };
  const events = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    ...blocks.flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: 10 },
    },
    { type: "message_stop" },
  ];
  return { events, message };
}

export interface MessageEvent {
  readonly type: string;
}

type Block =
  | { readonly type: string; readonly text: string }
  | { readonly type: string; readonly id: string; readonly name: string; readonly input: unknown };

function blockEvents(block: Block, index: number): readonly MessageEvent[] {
  const [empty, delta] =
    "text" in block
      ? [
          { ...block, text: "" },
          { type: "text_delta", text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
        ];
  return [
    { type: "content_block_start", index, content_block: empty } as MessageEvent,
    { type: "content_block_delta", index, delta } as MessageEvent,
    { type: "content_block_stop", index } as MessageEvent,
  ];
}
