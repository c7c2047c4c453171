import { type ErrorReport, reportError } from "../../domain/errors/tandem-error.ts";
import { allPassed, type Row } from "./row.ts";

/** Which failure says most of what went wrong. */
const precedence: readonly Row["fault"][] = [
  "agent_refused",
  "no_image_gen_tool_use",
  "artifact_missing",
  "artifact_invalid",
  "schema_violation",
  "verification_failed",
];

/**
 * Why a run did not succeed; undefined only when every required check passed. What ended the turn (a quota, a refusal, a limit of time)
 * comes first.
 */
export function faultOfRun(
  rows: readonly Row[],
  turnError: ErrorReport | undefined,
): ErrorReport | undefined {
  if (turnError !== undefined) return turnError;
  if (allPassed(rows)) return undefined;
  const open = rows.filter(({ required, status }) => required && status !== "passed");
  const worst = precedence
    .map((fault) => open.find((row) => row.fault === fault && row.status === "failed"))
    .find((row) => row !== undefined);
  if (worst === undefined)
    return reportError("verification_failed", { checks: open.map(({ check }) => check) });
  const { fault, subject = worst.check, detail } = worst;
  switch (fault) {
    case "agent_refused":
      return reportError("agent_refused", { cause: detail });
    case "no_image_gen_tool_use":
      return reportError("no_image_gen_tool_use", {});
    case "artifact_missing":
      return reportError("artifact_missing", { path: subject });
    case "artifact_invalid":
      return reportError("artifact_invalid", { path: subject, problem: detail });
    case "schema_violation":
      return reportError("schema_violation", { problem: detail });
    case "verification_failed":
      return reportError("verification_failed", {
        checks: open.filter((row) => row.fault === fault).map(({ check }) => check),
      });
  }
}
