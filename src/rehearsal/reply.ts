import type { Gate } from "./gate.ts";
import type { JsonRecord } from "./json.ts";
import type { ModelRequest } from "./model-request.ts";

/** What the scripted model does with one request. */
export type Reply = StreamReply | HttpReply | HangReply;

/** A stream of server-sent events, as the Responses API gives it. */
export interface StreamReply {
  readonly kind: "stream";
  readonly steps: readonly Step[];
  readonly end: StreamEnd;
  readonly usage: TokenUsage;
  /** Beside those that every stream has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A plain HTTP answer, for errors. */
export interface HttpReply {
  readonly kind: "http";
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** No answer at all: the connection stays open and silent until one side closes it. */
export interface HangReply {
  readonly kind: "hang";
}

export type Step =
  | { readonly type: "wait"; readonly wait: Wait }
  | { readonly type: "reasoning"; readonly text: string }
  | {
      readonly type: "message";
      readonly pieces: readonly Piece[];
      readonly phase?: string;
      /** False leaves the message unfinished: started and in pieces, but never completed. */
      readonly completes: boolean;
    }
  | { readonly type: "item"; readonly build: ItemBuilder; readonly callsTool: boolean };

/** A part of a streamed text, or a pause between parts. */
export type Piece = string | Wait;

export type Wait = Gate | { readonly milliseconds: number };

/** Makes an output item for the request that it answers; `callId` is new for every call of it. */
export type ItemBuilder = (request: ModelRequest, callId: string) => JsonRecord;

export type StreamEnd =
  | { readonly type: "completed" }
  | { readonly type: "failed"; readonly code: string; readonly message: string }
  | { readonly type: "incomplete"; readonly reason: string }
  /** The connection is destroyed without an end of the stream. */
  | { readonly type: "dropped" }
  /** The connection stays open and nothing more comes. */
  | { readonly type: "silent" };

export interface TokenUsage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** What every reply reports unless it says otherwise. */
export const defaultUsage: TokenUsage = { input: 100, cached: 10, output: 20, reasoning: 5 };

/** True when Codex will come back with another request, carrying the output of a tool. */
export function callsTool(reply: Reply): boolean {
  return reply.kind === "stream" && reply.steps.some((step) => step.type === "item" && step.callsTool);
}
