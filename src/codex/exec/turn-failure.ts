import { type ErrorKind, type ErrorReport, reportError } from "../../domain/errors/tandem-error.ts";
import { isRecord } from "../../domain/json.ts";
import { reportTurnError } from "../app-server/turn-errors.ts";
import type { CodexErrorInfo } from "../protocol/generated.ts";

type CausedKind = Extract<
  ErrorKind,
  | "agent_refused"
  | "context_too_large"
  | "network_unreachable"
  | "not_logged_in"
  | "overloaded"
  | "quota"
  | "rate_limited"
>;

/** The messages of `turn.failed` (Codex 0.169), each anchored at its start. The apostrophe is a typographic one in some. */
const messages: readonly [says: RegExp, kind: CausedKind][] = [
  [/^You[’']ve hit your usage limit\b/, "quota"],
  [/^Quota exceeded\./, "quota"],
  [/^To use Codex with your ChatGPT plan, upgrade /, "quota"],
  [/^rate limit exceeded: /, "rate_limited"],
  [/^We[’']re currently experiencing high demand/, "overloaded"],
  [/^Selected model is at capacity\./, "overloaded"],
  [/^Codex ran out of room in the model[’']s context window\./, "context_too_large"],
  [/^Missing environment variable: `/, "not_logged_in"],
  [/^Your access token could not be refreshed/, "not_logged_in"],
  [/^Connection failed: /, "network_unreachable"],
  [/^stream disconnected before completion: /, "network_unreachable"],
];

const filtered =
  /^(?:stream disconnected before completion: )?Incomplete response returned, reason: content_filter$/;
const status = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b/;

/**
 * The report of a turn that Codex declared failed. `typed` is Codex's own error info from its session file, where there is one: it
 * decides. `exec` itself gives only the message, so without a session file its known messages decide; an unknown one is `protocol`.
 */
export function reportTurnFailure(message: string, typed?: unknown): ErrorReport {
  const cause = message === "" ? "the turn failed without a message" : message;
  if (filtered.test(cause)) return reportError("agent_refused", { cause });
  const fromInfo = reportTurnError({
    message: cause,
    // The session file spells the same type in snake case.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    codexErrorInfo: camelCase(typed ?? null) as CodexErrorInfo | null,
    additionalDetails: null,
    misalignment: null,
  });
  if (fromInfo.kind !== "protocol") return fromInfo;
  const code = Number(status.exec(cause)?.[1]);
  if (!Number.isNaN(code)) return fromStatus(code, cause);
  const kind = messages.find(([says]) => says.test(cause))?.[1];
  return kind === undefined ? fromInfo : reportError(kind, { cause });
}

function fromStatus(code: number, cause: string): ErrorReport {
  if (code === 401 || code === 403) return reportError("not_logged_in", { cause });
  if (code === 429) return reportError("rate_limited", { cause });
  if (code >= 500) return reportError("overloaded", { cause });
  return reportError("protocol", { problem: cause });
}

function camelCase(value: unknown): unknown {
  if (typeof value === "string") return camelWord(value);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [camelWord(key), camelCase(part)]));
}

function camelWord(word: string): string {
  return word.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
