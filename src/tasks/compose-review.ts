import type { ThreadSession, TurnOutcome } from "../codex/engine.ts";
import type { Coverage, Evidence } from "../domain/envelope.ts";
import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import type { Finding } from "../domain/finding.ts";
import type { RunRequest } from "../domain/run.ts";
import { decideVerdict, missingJudgement } from "../domain/verdict.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { present } from "./present.ts";
import { hasChanged, treeEvidence, turnEvidence } from "./review-grounds.ts";
import type { TaskResult } from "./task.ts";

/** What a reviewer said, read from the final answer of a completed turn. */
export interface Judgement {
  readonly overall: "correct" | "incorrect" | undefined;
  readonly summary: string;
  readonly confidence?: number;
  readonly findings: readonly Finding[];
  readonly questions?: readonly string[];
}

export interface ReviewEnd {
  readonly request: RunRequest;
  readonly prepared: PreparedReview;
  readonly session: ThreadSession;
  readonly turns: readonly TurnOutcome[];
  /** The turn whose answer is the judgement. */
  readonly judgedIn: TurnOutcome | undefined;
  /** Absent when no turn completed with a valid answer: then there is no verdict. */
  readonly judgement?: Judgement;
  readonly coverage: Coverage;
  readonly evidence: readonly Evidence[];
  readonly raw?: string;
  readonly error?: ErrorReport;
  readonly warnings: readonly string[];
}

/** The result of a review, whoever wrote it: the verdict is decided here and nowhere else. */
export async function composeReview(end: ReviewEnd): Promise<TaskResult> {
  const { request, prepared, session, turns, judgement, coverage } = end;
  const warnings = [...end.warnings];
  const treeChanged = await hasChanged(prepared, warnings);
  const decision =
    judgement === undefined
      ? { verdict: "none" as const }
      : decideVerdict({ ...judgement, coverage, treeChanged, rehearsal: request.rehearsal });
  if ("reason" in decision && decision.reason !== undefined) warnings.push(`No verdict: ${decision.reason}`);
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
        ...[end.judgedIn].filter((turn) => turn !== undefined).map(turnEvidence),
        ...end.evidence,
        ...(judgement !== undefined && judgement.overall === undefined ? [missingJudgement()] : []),
        treeEvidence(treeChanged),
      ],
      ...present("summary", judgement?.summary),
      ...present("confidence", judgement?.confidence),
      ...(judgement?.questions?.length ? { questions: judgement.questions } : {}),
      ...present("raw", end.raw),
      ...present("error", end.error),
    },
  };
}
