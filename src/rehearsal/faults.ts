import { items, message, stream } from "./replies.ts";
import type { HangReply, HttpReply, StreamReply } from "./reply.ts";

/** An HTTP error. Codex 0.169 retries 401, 403, 404 and 5xx, and 429 only when a `retry-after` header says when. */
export function httpError(
  status: number,
  body?: string | Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  const content = body ?? { error: { message: `Scripted error ${status}.` } };
  return {
    kind: "http",
    status,
    body: typeof content === "string" ? content : JSON.stringify(content),
    headers: { "content-type": "application/json", ...headers },
  };
}

/** The subscription's limit is used up; never retried. Codex names the time when it starts anew, if there is one. */
export function usageLimitReached(resetsAt?: Date): HttpReply {
  const resets = resetsAt === undefined ? {} : { resets_at: Math.floor(resetsAt.getTime() / 1000) };
  return httpError(429, {
    error: {
      type: "usage_limit_reached",
      message: "The usage limit has been reached",
      plan_type: "plus",
      ...resets,
    },
  });
}

/** The account of an API key has no credit left; never retried. */
export function insufficientQuota(): StreamReply {
  return responseFailed("insufficient_quota", "You exceeded your current quota.");
}

/**
 * The stream ends in `response.failed`. Codes that Codex 0.169 tells apart: `context_length_exceeded`,
 * `insufficient_quota`, `rate_limit_exceeded`, `server_is_overloaded`, `cyber_policy`, `invalid_prompt`.
 */
export function responseFailed(code: string, text: string): StreamReply {
  return stream([], { type: "failed", code, message: text });
}

/** The answer is cut: `max_output_tokens` or `content_filter`. */
export function incomplete(reason: string, text = "Partial answer"): StreamReply {
  return { ...message(text), end: { type: "incomplete", reason } };
}

/** The connection breaks in the middle of a message, or after a whole one (`afterItem`). */
export function dropStream(options: { afterItem?: boolean; text?: string } = {}): StreamReply {
  const { afterItem = false, text = "Partial answer" } = options;
  return stream([{ type: "message", pieces: [text], completes: afterItem }], { type: "dropped" });
}

/** The stream starts and then nothing comes until one side closes it; `before` is sent first. */
export function silence(before?: StreamReply): StreamReply {
  return items([...(before === undefined ? [] : [before]), stream([], { type: "silent" })]);
}

/** Not even response headers. */
export function hang(): HangReply {
  return { kind: "hang" };
}
