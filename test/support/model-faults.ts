import type { ErrorKind } from "../../src/domain/errors/tandem-error.ts";
import {
  httpError,
  incomplete,
  insufficientQuota,
  responseFailed,
  silence,
  usageLimitReached,
} from "../../src/rehearsal/faults.ts";
import type { RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import { message, refusal } from "../../src/rehearsal/replies.ts";
import type { Entry } from "../../src/rehearsal/script.ts";

/** What a provider does wrong in a turn, and what the turn's end says of it. */
export interface ModelFault {
  readonly name: string;
  readonly replies: readonly Entry[];
  readonly kind: ErrorKind;
  readonly home?: Partial<RehearsalHomeOptions>;
  /** The text that is kept. */
  readonly answer?: string;
  readonly requests?: number;
}

/** Those that both engines tell of in the same words. */
export const commonFaults: readonly ModelFault[] = [
  { name: "a used-up subscription", replies: [usageLimitReached()], kind: "quota", requests: 1 },
  { name: "an account without credit", replies: [insufficientQuota()], kind: "quota", requests: 1 },
  { name: "HTTP 401", replies: [httpError(401)], kind: "not_logged_in", requests: 1 },
  { name: "HTTP 403", replies: [httpError(403)], kind: "not_logged_in", requests: 1 },
  {
    name: "HTTP 401 after retries",
    replies: [httpError(401)],
    kind: "not_logged_in",
    home: { streamRetries: 1 },
  },
  { name: "HTTP 429", replies: [httpError(429)], kind: "rate_limited", requests: 1 },
  { name: "HTTP 500", replies: [httpError(500)], kind: "overloaded", requests: 1 },
  {
    name: "HTTP 503 after a retry",
    replies: [httpError(503)],
    kind: "overloaded",
    home: { requestRetries: 1 },
    requests: 2,
  },
  { name: "HTTP 400", replies: [httpError(400)], kind: "protocol", requests: 1 },
  {
    name: "an overloaded model",
    replies: [responseFailed("server_is_overloaded", "Busy")],
    kind: "overloaded",
  },
  {
    name: "a context that is too long",
    replies: [responseFailed("context_length_exceeded", "Too long")],
    kind: "context_too_large",
  },
  { name: "a refusal", replies: [refusal("I will not.")], kind: "agent_refused", requests: 1 },
  {
    name: "a stream that goes silent for longer than Codex waits",
    replies: [silence(message("Half"))],
    kind: "network_unreachable",
    home: { streamIdleMs: 200, streamRetries: 1 },
    answer: "Half",
  },
  {
    name: "an answer that is cut off",
    replies: [incomplete("max_output_tokens", "Cut")],
    kind: "protocol",
    answer: "Cut",
  },
  {
    name: "a provider that is not there",
    replies: [message("never")],
    kind: "network_unreachable",
    home: { baseUrl: "http://127.0.0.1:9/v1" },
    requests: 0,
  },
];
