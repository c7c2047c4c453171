import type { CommandRecord } from "../codex/engine.ts";
import type { Coverage, Evidence } from "../domain/envelope.ts";
import type { RunRequest } from "../domain/run.ts";
import { relativeToRoot } from "../evidence/anchor.ts";
import { anchoredFinding } from "./anchored-finding.ts";
import { composeReview } from "./compose-review.ts";
import { describeMarks, type InlinedChange } from "./inline-change.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { present } from "./present.ts";
import { structuredPrompt } from "./structured-prompt.ts";
import { runStructuredTurn } from "./structured-turn.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

const overallOfVerdict = { approve: "correct", concerns: "incorrect", reject: "incorrect" } as const;

/** Reviews a change that we gathered and put into the prompt, under our own schema. Works on both engines. */
export async function runStructuredReview(
  request: RunRequest,
  prepared: PreparedReview,
  context: TaskContext,
): Promise<TaskResult> {
  const { reviewAnswerSchema } = await import("./answer-schemas.ts");
  const { inlined, text } = await structuredPrompt(request, prepared);
  const session = await context.openThread(
    threadOptions(request, { untrusted: true, workTreeRoot: prepared.repository.root }),
  );
  const outcome = await runStructuredTurn(
    session,
    { type: "prompt", text, images: [] },
    reviewAnswerSchema,
    context,
  );
  const commands = outcome.turns.flatMap((turn) => turn.commands);
  const coverage = coverageOf(prepared, inlined, commands);
  const seen = new Set(coverage.examined);
  const common = {
    request,
    prepared,
    session,
    turns: outcome.turns,
    judgedIn: outcome.turns.at(-1),
    coverage,
    warnings: [describeMarks(inlined.marks)].filter((warning) => warning !== undefined),
    evidence: [shownEvidence(coverage)],
    ...present("raw", outcome.raw),
  };
  if (!outcome.ok) return composeReview({ ...common, error: outcome.error });
  const { answer } = outcome;
  const reviewed = { root: prepared.repository.root, diff: prepared.diff, seen };
  return composeReview({
    ...common,
    judgement: {
      overall: overallOfVerdict[answer.verdict],
      summary: answer.summary,
      findings: answer.findings.map((finding) => anchoredFinding(finding, reviewed)),
      questions: answer.questions,
      ...present("confidence", answer.confidence),
    },
  });
}

/** Examined is what was shown, and what Codex read by itself beside it. */
function coverageOf(
  { repository }: PreparedReview,
  { shown, omitted }: InlinedChange,
  commands: readonly CommandRecord[],
): Coverage {
  const read = commands.flatMap((command) =>
    command.reads.map((path) => relativeToRoot(path, repository.root)),
  );
  const examined = new Set([...shown, ...read]);
  const left = omitted.filter(({ path }) => !read.includes(path));
  const status = examined.size === 0 ? "none" : left.length === 0 ? "complete" : "partial";
  return { status, basis: "gathered", examined: [...examined], omitted: left };
}

function shownEvidence({ status, examined, omitted }: Coverage): Evidence {
  return {
    check: "change shown whole",
    status: status === "complete" ? "passed" : "failed",
    detail: `${examined.length} files shown or read, ${omitted.length} left out`,
  };
}
