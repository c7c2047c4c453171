import { type ErrorReport, reportError } from "../domain/errors/tandem-error.ts";
import type { WatchdogEnd } from "./watchdog.ts";

/** The report of a turn that somebody cancelled. */
export function reportCancelled(): ErrorReport {
  return reportError("cancelled", { by: "on request" });
}

/** The report of a turn that a clock ended. */
export function reportLimit(limit: WatchdogEnd): ErrorReport {
  return limit.reason === "timeout"
    ? reportError("timeout", { afterMs: limit.afterMs })
    : reportError("stalled", { silentMs: limit.silentMs });
}

/** The report of a completed turn without an answer: Codex 0.169 passes on nothing of a refusal but its tokens. */
export function reportNoAnswer({
  commands,
  hasDroppedOutput,
}: {
  readonly commands: number;
  readonly hasDroppedOutput: boolean;
}): ErrorReport {
  if (!hasDroppedOutput) return reportError("empty_answer", { commands });
  return reportError("agent_refused", {
    cause: "it wrote an answer of a kind that Codex does not pass on, which is how a refusal looks.",
  });
}
