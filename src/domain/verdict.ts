import type { Coverage, Envelope, Evidence, Verdict } from "./envelope.ts";
import { type Finding, isAtLeast } from "./finding.ts";

/** What a verdict is decided from. */
export interface VerdictGrounds {
  /** The reviewer's own judgement of the whole; undefined when its answer could not be read. */
  readonly overall: "correct" | "incorrect" | undefined;
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** The files changed while they were reviewed. */
  readonly treeChanged: boolean;
  /** The scripted model judged, not a real one. */
  readonly rehearsal: boolean;
}

export interface VerdictDecision {
  readonly verdict: Verdict;
  /** Why there is none, in words. */
  readonly reason?: string;
}

/**
 * The verdict of a review whose turn completed with a valid answer; every other review has none. A pass needs a complete view
 * of files that stayed as they were. A finding that points at nothing is shown and never blocks.
 */
export function decideVerdict({
  overall,
  findings,
  coverage,
  treeChanged,
  rehearsal,
}: VerdictGrounds): VerdictDecision {
  if (overall === undefined)
    return { verdict: "none", reason: "The reviewer's answer could not be read as a review." };
  if (coverage.status === "none") return { verdict: "none", reason: "Codex read none of the changed files." };
  const anchored = findings.filter(({ anchor }) => anchor !== "missing");
  if (overall === "incorrect") {
    return { verdict: anchored.some(({ severity }) => isAtLeast(severity, "high")) ? "fail" : "concerns" };
  }
  if (anchored.some(({ severity }) => isAtLeast(severity, "medium"))) return { verdict: "concerns" };
  if (coverage.status === "partial")
    return { verdict: "none", reason: "Not every changed file was examined." };
  if (treeChanged) return { verdict: "none", reason: "The files changed during the review." };
  if (rehearsal) return { verdict: "none", reason: "A scripted model approves of nothing." };
  return { verdict: "pass" };
}

/** Failed where a reviewer's answer could not be read as a review. */
const judgementCheck = "answer is a review";

/** The check of a review whose turn completed with an answer that is none. */
export function missingJudgement(): Evidence {
  return { check: judgementCheck, status: "failed", detail: "it could not be read as one" };
}

/**
 * True for a review that somebody was asked for and that nobody gave: none of the change was examined, or the answer is no review.
 * Where there was nothing to review nobody was asked, and there are no checks.
 */
export function isUnjudged({
  verdict,
  coverage,
  evidence = [],
}: Pick<Envelope, "verdict" | "coverage" | "evidence">): boolean {
  if (verdict !== "none" || evidence.length === 0) return false;
  const isUnreadable = evidence.some(({ check, status }) => check === judgementCheck && status === "failed");
  return isUnreadable || coverage?.status === "none";
}
