import {
  fingerprintTree
} from "./chunk-VFKJMQB4.mjs";
import {
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/tasks/review-grounds.ts
function emptyReview({ resolved }) {
  return {
    parts: {
      target: resolved.target,
      verdict: "none",
      summary: `Nothing to review (${resolved.target.label}).`,
      findings: [],
      coverage: { status: "none", basis: "codex", examined: [], omitted: [] }
    },
    warnings: [],
    turns: []
  };
}
async function hasChanged(prepared, warnings) {
  try {
    if (await fingerprintTree(prepared.repository) === prepared.fingerprint) return false;
    warnings.push("The files changed during the review; it may speak of either state.");
  } catch (error) {
    warnings.push(`The files could not be compared with their state before the review: ${messageOf(error)}`);
  }
  return true;
}
function turnEvidence(outcome) {
  return {
    check: "turn completed",
    status: outcome.status === "completed" ? "passed" : "failed",
    detail: outcome.turn === void 0 ? "no turn id was received" : `turn ${outcome.turn}`
  };
}
function treeEvidence(changed) {
  return {
    check: "files unchanged",
    status: changed ? "failed" : "passed",
    detail: "fingerprints of the work tree before and after the review"
  };
}

export {
  emptyReview,
  hasChanged,
  turnEvidence,
  treeEvidence
};
