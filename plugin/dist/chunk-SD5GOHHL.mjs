import {
  present
} from "./chunk-GNSLXHBD.mjs";
import {
  hasChanged,
  treeEvidence,
  turnEvidence
} from "./chunk-N6MAVTU2.mjs";
import {
  isAtLeast
} from "./chunk-VD2U5BDO.mjs";

// src/domain/verdict.ts
function decideVerdict({
  overall,
  findings,
  coverage,
  treeChanged,
  rehearsal
}) {
  if (overall === void 0)
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

// src/tasks/compose-review.ts
async function composeReview(end) {
  const { request, prepared, session, turns, judgement, coverage } = end;
  const warnings = [...end.warnings];
  const treeChanged = await hasChanged(prepared, warnings);
  const decision = judgement === void 0 ? { verdict: "none" } : decideVerdict({ ...judgement, coverage, treeChanged, rehearsal: request.rehearsal });
  if ("reason" in decision && decision.reason !== void 0) warnings.push(`No verdict: ${decision.reason}`);
  return {
    session,
    turns,
    warnings,
    parts: {
      target: prepared.resolved.target,
      verdict: decision.verdict,
      findings: judgement?.findings ?? [],
      coverage,
      evidence: [
        ...[end.judgedIn].filter((turn) => turn !== void 0).map(turnEvidence),
        ...end.evidence,
        treeEvidence(treeChanged)
      ],
      ...present("summary", judgement?.summary),
      ...present("confidence", judgement?.confidence),
      ...judgement?.questions?.length ? { questions: judgement.questions } : {},
      ...present("raw", end.raw),
      ...present("error", end.error)
    }
  };
}

export {
  composeReview
};
