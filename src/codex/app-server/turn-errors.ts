import { type ErrorReport, reportError } from "../../domain/errors/tandem-error.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import type { CodexErrorInfo, TurnError } from "../protocol/generated.ts";

/**
 * The report of a failed turn, from Codex's typed error. `earlier` is the typed cause of the retries before it:
 * after its last retry Codex 0.169 reports a dropped stream only as "other".
 */
export function reportTurnError(error: TurnError | null, earlier?: CodexErrorInfo | null): ErrorReport {
  const { words: cause, code } = readBody(error?.message ?? "the turn failed without a message");
  const own = error?.codexErrorInfo ?? null;
  const info = (own === null || own === "other") && earlier ? earlier : own;
  const report = typeof info === "string" ? fromName(info, cause) : fromStatus(info, cause);
  return report.kind === "protocol" ? fromCode(code, cause) : report;
}

/** Of an answer with status 400 Codex passes on the body as it is: an object with words, and most often a code of the API's own. */
function readBody(message: string): { readonly words: string; readonly code: unknown } {
  const body = parseJson(message);
  if (!isRecord(body)) return { words: message, code: undefined };
  const error = isRecord(body["error"]) ? body["error"] : body;
  const words = [error["message"], error["detail"]].find(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  return { words: words ?? message, code: error["code"] };
}

function fromCode(code: unknown, cause: string): ErrorReport {
  switch (code) {
    case "context_length_exceeded":
      return reportError("context_too_large", { cause });
    case "model_not_found":
      return reportError("model_unavailable", { problem: cause, supported: [] });
    case "insufficient_quota":
      return reportError("quota", { cause });
    default:
      return reportError("protocol", { problem: cause });
  }
}

function fromName(name: string, cause: string): ErrorReport {
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

/** The variants that carry an HTTP status: connection failed, stream failed, stream dropped, too many attempts. */
function fromStatus(info: object | null, cause: string): ErrorReport {
  const fields = isRecord(info) ? Object.values(info).find(isRecord) : undefined;
  if (fields === undefined || !("httpStatusCode" in fields))
    return reportError("protocol", { problem: cause });
  const status = fields["httpStatusCode"];
  if (typeof status !== "number") return reportError("network_unreachable", { cause });
  if (status === 401 || status === 403) return reportError("not_logged_in", { cause });
  if (status === 429) return reportError("rate_limited", { cause });
  if (status >= 500) return reportError("overloaded", { cause });
  return reportError("protocol", { problem: cause });
}
