import type { CommandRecord, TurnOutcome } from "../codex/engine.ts";
import type { Coverage, Evidence } from "../domain/envelope.ts";
import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import { type Finding, findingId } from "../domain/finding.ts";
import type { RunRequest } from "../domain/run.ts";
import { relativeToRoot } from "../evidence/anchor.ts";
import { anchorIn } from "./anchored-finding.ts";
import { composeReview } from "./compose-review.ts";
import { askForDetails } from "./native-details.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { present } from "./present.ts";
import { reviewInput } from "./review-input.ts";
import {
  type ReviewerFinding,
  type ReviewerMessage,
  readRenderedReview,
  readReviewerData,
} from "./reviewer-message.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

/** Reviews a change with Codex's built-in reviewer, which gathers the change itself. */
export async function runNativeReview(
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
  const message = outcome.status === "completed" ? await readMessage(outcome, warnings) : undefined;
  const coverage = coverageOf(prepared, outcome.commands);
  const turns = [outcome];
  let cancelled: ErrorReport | undefined;
  let findings = (message?.findings ?? []).map((finding) => toFinding(finding, prepared, coverage));
  if (findings.length > 0 && request.review?.isNativeOnly !== true) {
    const details = await askForDetails(session, findings, prepared, context);
    findings = [...details.findings];
    turns.push(...details.turns);
    warnings.push(...details.warnings);
    cancelled = details.cancelled;
  }
  return composeReview({
    request,
    prepared,
    session,
    turns,
    judgedIn: outcome,
    coverage,
    warnings,
    evidence: [readEvidence(coverage, prepared.changes.length)],
    ...present("raw", outcome.reviewerMessage ?? outcome.answer),
    ...present("error", outcome.error ?? cancelled),
    ...(message === undefined
      ? {}
      : {
          judgement: {
            overall: message.overall,
            summary: message.explanation,
            findings,
            ...present("confidence", message.confidence),
          },
        }),
  });
}

async function readMessage(outcome: TurnOutcome, warnings: string[]): Promise<ReviewerMessage> {
  if (outcome.reviewerMessage !== undefined) {
    const data = await readReviewerData(outcome.reviewerMessage);
    if (data !== undefined) return data;
  }
  warnings.push("The reviewer's findings did not come as data; they were read from its rendered text.");
  return readRenderedReview(outcome.answer ?? "");
}

function toFinding(from: ReviewerFinding, prepared: PreparedReview, coverage: Coverage): Finding {
  const file = from.path === undefined ? undefined : relativeToRoot(from.path, prepared.repository.root);
  const { title, body, severity, confidence, lineStart, lineEnd } = from;
  return {
    id: findingId({ title, ...present("file", file) }),
    severity,
    title,
    body,
    ...present("file", file),
    ...present("lineStart", lineStart),
    ...present("lineEnd", lineEnd),
    ...present("confidence", confidence),
    anchor: anchorIn(prepared, { file, lineStart, lineEnd }),
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

function readEvidence({ status, omitted }: Coverage, changed: number): Evidence {
  return {
    check: "changed files read",
    status: status === "complete" ? "passed" : "failed",
    detail: `${changed - omitted.length} of ${changed}, by the output of commands that succeeded`,
  };
}
