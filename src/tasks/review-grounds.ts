import type { TurnOutcome } from "../codex/engine.ts";
import type { Evidence } from "../domain/envelope.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { fingerprintTree } from "../workspace/fingerprint.ts";
import type { PreparedReview } from "./prepare-review.ts";
import type { TaskResult } from "./task.ts";

/** The result of a review of an empty change: there is nothing to judge and nobody is asked. */
export function emptyReview({ resolved, diff }: PreparedReview): TaskResult {
  const omitted = diff.files.flatMap(({ change, omitted: reason }) =>
    reason === undefined ? [] : [{ path: change.path, reason }],
  );
  return {
    parts: {
      target: resolved.target,
      verdict: "none",
      summary: `Nothing to review (${resolved.target.label}).`,
      findings: [],
      coverage: { status: "none", basis: "codex", examined: [], omitted },
    },
    warnings: [],
    turns: [],
  };
}

/** Whether the work tree changed since the review was prepared; a tree that cannot be read counts as changed. */
export async function hasChanged(prepared: PreparedReview, warnings: string[]): Promise<boolean> {
  try {
    if ((await fingerprintTree(prepared.repository)) === prepared.fingerprint) return false;
    warnings.push("The files changed during the review; it may speak of either state.");
  } catch (error) {
    warnings.push(`The files could not be compared with their state before the review: ${messageOf(error)}`);
  }
  return true;
}

/** That the last turn was completed by Codex itself. */
export function turnEvidence(outcome: TurnOutcome): Evidence {
  return {
    check: "turn completed",
    status: outcome.status === "completed" ? "passed" : "failed",
    detail: outcome.turn === undefined ? "no turn id was received" : `turn ${outcome.turn}`,
  };
}

export function treeEvidence(changed: boolean): Evidence {
  return {
    check: "files unchanged",
    status: changed ? "failed" : "passed",
    detail: "fingerprints of the work tree before and after the review",
  };
}
