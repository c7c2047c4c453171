import { setTimeout as sleep } from "node:timers/promises";
import type { JsonRecord } from "./json.ts";
import type { ModelRequest } from "./model-request.ts";
import type { Piece, Step, StreamReply, TokenUsage, Wait } from "./reply.ts";

/** An event of the Responses API: `type` and its fields. */
export type ResponseEvent = JsonRecord & { readonly type: string };

export interface StreamContext {
  readonly request: ModelRequest;
  /** A new id, unique for this endpoint, that starts with the prefix. */
  readonly newId: (prefix: string) => string;
  /** Ends every wait when the connection is gone. */
  readonly signal: AbortSignal;
}

/** The events of one reply in their order. Rejects with an `AbortError` when the connection ends during a wait. */
export async function* responseEvents(
  reply: StreamReply,
  context: StreamContext,
): AsyncGenerator<ResponseEvent> {
  const id = context.newId("resp");
  yield { type: "response.created", response: { id, status: "in_progress" } };
  for (const [index, step] of reply.steps.entries()) yield* stepEvents(step, index, context);
  switch (reply.end.type) {
    case "completed":
      yield {
        type: "response.completed",
        response: { id, status: "completed", usage: usageOf(reply.usage) },
      };
      return;
    case "failed": {
      const error = { code: reply.end.code, message: reply.end.message };
      yield { type: "response.failed", response: { id, status: "failed", error } };
      return;
    }
    case "incomplete": {
      const details = { reason: reply.end.reason };
      yield {
        type: "response.incomplete",
        response: { id, status: "incomplete", incomplete_details: details, usage: usageOf(reply.usage) },
      };
      return;
    }
    case "dropped":
    case "silent":
      return;
  }
}

/** Resolves when the wait is over; rejects with an `AbortError` when the signal comes first. */
export async function waitFor(wait: Wait, signal: AbortSignal): Promise<void> {
  if ("milliseconds" in wait) {
    await sleep(wait.milliseconds, undefined, { signal });
    return;
  }
  const settled = new AbortController();
  try {
    await Promise.race([wait.opened, rejectOnAbort(signal, settled.signal)]);
  } finally {
    settled.abort();
  }
}

async function* stepEvents(step: Step, index: number, context: StreamContext): AsyncGenerator<ResponseEvent> {
  switch (step.type) {
    case "wait":
      await waitFor(step.wait, context.signal);
      return;
    case "reasoning":
      yield* reasoningEvents(step.text, index, context.newId("rs"));
      return;
    case "message":
      yield* messageEvents(step, index, context);
      return;
    case "item":
      yield itemDone(index, step.build(context.request, context.newId("call")));
  }
}

async function* messageEvents(
  step: Step & { type: "message" },
  index: number,
  context: StreamContext,
): AsyncGenerator<ResponseEvent> {
  const id = context.newId("msg");
  const phase = step.phase === undefined ? {} : { phase: step.phase };
  const item = { type: "message", id, role: "assistant", ...phase };
  yield { type: "response.output_item.added", output_index: index, item: { ...item, content: [] } };
  for (const piece of step.pieces) {
    if (typeof piece !== "string") await waitFor(piece, context.signal);
    else {
      const position = { item_id: id, output_index: index, content_index: 0 };
      yield { type: "response.output_text.delta", ...position, delta: piece };
    }
  }
  const content = [{ type: "output_text", text: textOfPieces(step.pieces), annotations: [] }];
  if (step.completes) yield itemDone(index, { ...item, content });
}

function* reasoningEvents(text: string, index: number, id: string): Generator<ResponseEvent> {
  const position = { item_id: id, output_index: index, summary_index: 0 };
  yield {
    type: "response.output_item.added",
    output_index: index,
    item: { type: "reasoning", id, summary: [] },
  };
  yield {
    type: "response.reasoning_summary_part.added",
    ...position,
    part: { type: "summary_text", text: "" },
  };
  yield { type: "response.reasoning_summary_text.delta", ...position, delta: text };
  const summary = [{ type: "summary_text", text }];
  yield itemDone(index, { type: "reasoning", id, summary, encrypted_content: null });
}

function itemDone(index: number, item: JsonRecord): ResponseEvent {
  return { type: "response.output_item.done", output_index: index, item };
}

function textOfPieces(pieces: readonly Piece[]): string {
  return pieces.filter((piece) => typeof piece === "string").join("");
}

function usageOf(usage: TokenUsage): JsonRecord {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}

async function rejectOnAbort(signal: AbortSignal, settled: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new DOMException("The connection is closed.", "AbortError"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true, signal: settled });
  });
}
