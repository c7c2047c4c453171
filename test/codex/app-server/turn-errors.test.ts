import { describe, expect } from "vitest";
import { reportTurnError } from "../../../src/codex/app-server/turn-errors.ts";
import type { CodexErrorInfo, TurnError } from "../../../src/codex/protocol/generated.ts";
import type { ErrorKind } from "../../../src/domain/errors/tandem-error.ts";
import { verifies } from "../../support/requirements.ts";

function failed(codexErrorInfo: CodexErrorInfo | null): TurnError {
  return { message: "what Codex said", codexErrorInfo, additionalDetails: null } as TurnError;
}

const named: readonly (readonly [string, ErrorKind])[] = [
  ["usageLimitExceeded", "quota"],
  ["sessionBudgetExceeded", "quota"],
  ["rateLimitExceeded", "rate_limited"],
  ["serverOverloaded", "overloaded"],
  ["flexUnavailable", "overloaded"],
  ["policyCapacityUnavailable", "overloaded"],
  ["internalServerError", "overloaded"],
  ["contextWindowExceeded", "context_too_large"],
  ["unauthorized", "not_logged_in"],
  ["modelNotFound", "model_unavailable"],
  ["cyberPolicy", "agent_refused"],
  ["misalignmentPolicyViolation", "agent_refused"],
  ["inferenceHookDenied", "agent_refused"],
  ["tooManyDenials", "approval_declined"],
  ["sandboxError", "sandbox_unavailable"],
  ["badRequest", "protocol"],
  ["threadRollbackFailed", "protocol"],
  ["other", "protocol"],
  ["something of a newer Codex", "protocol"],
];

const carriers = [
  "httpConnectionFailed",
  "responseStreamConnectionFailed",
  "responseStreamDisconnected",
  "responseTooManyFailedAttempts",
];

const statuses: readonly (readonly [number | null, ErrorKind])[] = [
  [null, "network_unreachable"],
  [400, "protocol"],
  [401, "not_logged_in"],
  [403, "not_logged_in"],
  [404, "protocol"],
  [429, "rate_limited"],
  [500, "overloaded"],
  [503, "overloaded"],
];

describe("the error kind of a turn", () => {
  for (const [name, kind] of named) {
    verifies("codex.turn_errors", `${name} is ${kind}`, () => {
      expect(reportTurnError(failed(name)).kind).toBe(kind);
    });
  }

  for (const carrier of carriers) {
    for (const [status, kind] of statuses) {
      verifies("codex.turn_errors", `${carrier} with status ${status} is ${kind}`, () => {
        const info = { [carrier]: { httpStatusCode: status } } as CodexErrorInfo;
        expect(reportTurnError(failed(info)).kind).toBe(kind);
      });
    }
  }

  verifies("codex.turn_errors", "an error without a type, or of an unknown shape, is protocol", () => {
    const shapes = [null, { activeTurnNotSteerable: { turnKind: "review" } }, {}, { a: null }, { a: 1 }];
    for (const shape of shapes) {
      expect(reportTurnError(failed(shape as CodexErrorInfo | null)).kind).toBe("protocol");
    }
    expect(reportTurnError(null).kind).toBe("protocol");
  });
});

verifies("codex.turn_errors", "Codex's own words are kept, and never decide", () => {
  const report = reportTurnError({ ...failed("other"), message: "quota exceeded, 401, usage limit" });
  expect(report.kind).toBe("protocol");
  expect(report.message).toContain("quota exceeded, 401, usage limit");
});

verifies("codex.turn_errors", "the cause of the retries before it explains an error without its own", () => {
  const dropped = { responseStreamDisconnected: { httpStatusCode: null } };
  expect(reportTurnError(failed("other"), dropped).kind).toBe("network_unreachable");
  expect(reportTurnError(failed(null), dropped).kind).toBe("network_unreachable");
  expect(reportTurnError(failed("usageLimitExceeded"), dropped).kind).toBe("quota");
  expect(reportTurnError(failed("other"), null).kind).toBe("protocol");
});

verifies("codex.turn_errors", "of the body of a 400 the words are shown and the code decides", () => {
  const body = (value: unknown) =>
    reportTurnError({ ...failed("badRequest"), message: JSON.stringify(value) });
  const rows: readonly (readonly [unknown, ErrorKind])[] = [
    [{ error: { message: "Too long", code: "context_length_exceeded" } }, "context_too_large"],
    [{ error: { message: "No such model", code: "model_not_found" } }, "model_unavailable"],
    [{ error: { message: "No credit", code: "insufficient_quota" } }, "quota"],
    [{ error: { message: "Odd", code: ["quota"], type: "invalid_request_error" } }, "protocol"],
    [{ detail: "Not with this account" }, "protocol"],
  ];
  for (const [value, kind] of rows) {
    const report = body(value);
    expect(report.kind).toBe(kind);
    expect(report.message).not.toMatch(/[{}]/);
  }
  expect(body({ detail: "Not with this account" }).message).toContain("Not with this account");
  for (const odd of [{}, { error: "x" }, { error: { message: 3 } }, [1]]) {
    expect(body(odd)).toMatchObject({
      kind: "protocol",
      message: expect.stringContaining(JSON.stringify(odd)),
    });
  }
});
