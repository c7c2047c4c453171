import type { Evidence } from "../../domain/envelope.ts";
import type { RetryableKind } from "../../domain/operator.ts";

/** One row of the evidence, with what follows when its check failed. */
export interface Row extends Evidence {
  /** Advice decides nothing. */
  readonly required: boolean;
  /** The kind of error that its failure is. */
  readonly fault: RetryableKind | "agent_refused";
  /** About what the agent gave as its result: that a rule does not hold contradicts nothing that it claims. */
  readonly isAboutResult?: boolean;
  /** What it was about, for the text of the error. */
  readonly subject?: string;
}

export function passed(check: string, detail: string, fault: Row["fault"] = "verification_failed"): Row {
  return { check, status: "passed", detail, required: true, fault };
}

export function failed(
  check: string,
  detail: string,
  fault: Row["fault"] = "verification_failed",
  subject?: string,
): Row {
  return {
    check,
    status: "failed",
    detail,
    required: true,
    fault,
    ...(subject === undefined ? {} : { subject }),
  };
}

/** What could not be looked at, because what it is about is not there. A required one is no success. */
export function skipped(check: string, detail: string, fault: Row["fault"] = "verification_failed"): Row {
  return { check, status: "skipped", detail, required: true, fault };
}

/** True when every check that decides was made and passed, and there was one. */
export function allPassed(rows: readonly Row[]): boolean {
  const deciding = rows.filter(({ required }) => required);
  return deciding.length > 0 && deciding.every(({ status }) => status === "passed");
}
