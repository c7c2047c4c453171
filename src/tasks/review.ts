import type { CommandRecord, TurnOutcome } from "../codex/engine.ts";
import type { Coverage, Evidence } from "../domain/envelope.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { type Finding, findingId } from "../domain/finding.ts";
import type { RunRequest } from "../domain/run.ts";
import { decideVerdict } from "../domain/verdict.ts";
import { anchorOf, relativeToRoot } from "../evidence/anchor.ts";
import { fingerprintTree } from "../workspace/fingerprint.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { reviewInput } from "./review-input.ts";
import {
  type ReviewerFinding,
  type ReviewerMessage,
  readRenderedReview,
  readReviewerData,
} from "./reviewer-message.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

/** The result of a review of an empty change: there is nothing to judge and nobody is asked. */
export function emptyReview({ resolved }: PreparedReview): TaskResult {
  return {
    parts: {
      target: resolved.target,
      verdict: "none",
      summary: `Nothing to review: ${resolved.target.label} hold no change.`,
      findings: [],
      coverage: { status: "none", basis: "codex", examined: [], omitted: [] },
    },
    warnings: [],
    turns: [],
  };
}

/** Reviews a change with Codex's built-in reviewer, which gathers the change itself. */
export async function runReview(
  request: RunRequest,
  prepared: PreparedReview,
  context: TaskContext,
): Promise<TaskResult> {
  const { repository, resolved } = prepared;
  const session = await context.openThread(
    threadOptions(request, { untrusted: true, workTreeRoot: repository.root }),
  );
  const target = reviewInput(resolved, prepared.isDirty);
  const outcome = await session.run({ type: "review", target }, context.watchdog, context.signal);
  const warnings: string[] = [];
  const treeChanged = await hasChanged(prepared, warnings);
  const message = outcome.status === "completed" ? await readMessage(outcome, warnings) : undefined;
  const coverage = coverageOf(prepared, outcome.commands);
  const findings = (message?.findings ?? []).map((finding) => toFinding(finding, prepared, coverage));
  const raw = outcome.reviewerMessage ?? outcome.answer;
  const decision =
    message === undefined
      ? { verdict: "none" as const }
      : decideVerdict({
          overall: message.overall,
          findings,
          coverage,
          treeChanged,
          rehearsal: request.rehearsal,
        });
  if (decision.verdict === "none" && "reason" in decision) warnings.push(`No verdict: ${decision.reason}`);
  return {
    session,
    turns: [outcome],
    warnings,
    parts: {
      target: resolved.target,
      verdict: decision.verdict,
      findings,
      coverage,
      evidence: [
        ...turnEvidence(outcome),
        readEvidence(coverage, prepared.changes.length),
        treeEvidence(treeChanged),
      ],
      ...(message?.confidence === undefined ? {} : { confidence: message.confidence }),
      ...(message === undefined ? {} : { summary: message.explanation }),
      ...(raw === undefined ? {} : { raw }),
      ...(outcome.error === undefined ? {} : { error: outcome.error }),
    },
  };
}

async function readMessage(outcome: TurnOutcome, warnings: string[]): Promise<ReviewerMessage> {
  if (outcome.reviewerMessage !== undefined) {
    const data = await readReviewerData(outcome.reviewerMessage);
    if (data !== undefined) return data;
  }
  warnings.push("The reviewer's findings did not come as data; they were read from its rendered text.");
  return readRenderedReview(outcome.answer ?? "");
}

async function hasChanged(prepared: PreparedReview, warnings: string[]): Promise<boolean> {
  try {
    if ((await fingerprintTree(prepared.repository)) === prepared.fingerprint) return false;
    warnings.push("The files changed during the review; it may speak of either state.");
  } catch (error) {
    warnings.push(`The files could not be compared with their state before the review: ${messageOf(error)}`);
  }
  return true;
}

function toFinding(from: ReviewerFinding, { repository, diff }: PreparedReview, coverage: Coverage): Finding {
  const file = from.path === undefined ? undefined : relativeToRoot(from.path, repository.root);
  const grounds = diff.files.map(({ change, changedLines }) => ({ path: change.path, changedLines }));
  const { title, body, severity, confidence, lineStart, lineEnd } = from;
  const place = {
    ...(lineStart === undefined ? {} : { lineStart }),
    ...(lineEnd === undefined ? {} : { lineEnd }),
  };
  return {
    id: findingId({ title, ...(file === undefined ? {} : { file }) }),
    severity,
    title,
    body,
    ...(file === undefined ? {} : { file }),
    ...place,
    ...(confidence === undefined ? {} : { confidence }),
    anchor: file === undefined ? "missing" : anchorOf({ file, ...place }, grounds),
    proof: file !== undefined && coverage.examined.includes(file) ? "witnessed" : "claim",
  };
}

/** Codex gathers the change itself: what it examined are the files that its successful commands printed. */
function coverageOf({ repository, changes }: PreparedReview, commands: readonly CommandRecord[]): Coverage {
  const read = new Set(
    commands.flatMap((command) => command.reads.map((path) => relativeToRoot(path, repository.root))),
  );
  const unread = changes.filter(({ path }) => !read.has(path));
  const status = unread.length === changes.length ? "none" : unread.length === 0 ? "complete" : "partial";
  const omitted = unread.map(({ path }) => ({ path, reason: "no command that Codex ran printed it" }));
  return { status, basis: "codex", examined: [...read], omitted };
}

function turnEvidence(outcome: TurnOutcome): readonly Evidence[] {
  const status = outcome.status === "completed" ? "passed" : "failed";
  return [
    {
      check: "turn completed",
      status,
      detail: outcome.turn === undefined ? "no turn id was received" : `turn ${outcome.turn}`,
    },
  ];
}

function readEvidence({ status, omitted }: Coverage, changed: number): Evidence {
  return {
    check: "changed files read",
    status: status === "complete" ? "passed" : "failed",
    detail: `${changed - omitted.length} of ${changed}, by the output of commands that succeeded`,
  };
}

function treeEvidence(changed: boolean): Evidence {
  return {
    check: "files unchanged",
    status: changed ? "failed" : "passed",
    detail: "fingerprints of the work tree before and after the review",
  };
}
