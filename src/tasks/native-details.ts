import type { ThreadSession, TurnOutcome } from "../codex/engine.ts";
import type { ErrorReport } from "../domain/errors/tandem-error.ts";
import { type Finding, findingId } from "../domain/finding.ts";
import { anchorIn } from "./anchored-finding.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { present } from "./present.ts";
import type { TaskContext } from "./task.ts";

export interface DetailedFindings {
  readonly findings: readonly Finding[];
  readonly turns: readonly TurnOutcome[];
  readonly warnings: readonly string[];
  /** Somebody cancelled the run during this turn; then the run is cancelled, whatever it had found. */
  readonly cancelled?: ErrorReport;
}

/**
 * Asks the reviewer, in one more turn on its thread, for what Codex's own reviews lack: quote, failure path, risk, category and
 * recommendation. A turn that fails leaves the findings as they are and says so.
 */
export async function askForDetails(
  session: ThreadSession,
  findings: readonly Finding[],
  prepared: PreparedReview,
  context: TaskContext,
): Promise<DetailedFindings> {
  const [{ nativeDetailSchema }, { runStructuredTurn }] = await Promise.all([
    import("./answer-schemas.ts"),
    import("./structured-turn.ts"),
  ]);
  const input = { type: "prompt", text: detailsPrompt(findings), images: [] } as const;
  const outcome = await runStructuredTurn(session, input, nativeDetailSchema, context);
  if (!outcome.ok) {
    const warning = `The findings have no quotes and failure paths: ${outcome.error.message}`;
    const cancelled = outcome.error.kind === "cancelled" ? { cancelled: outcome.error } : {};
    return { findings, turns: outcome.turns, warnings: [warning], ...cancelled };
  }
  const details = new Map(outcome.answer.findings.map((detail) => [detail.number, detail]));
  const detailed = findings.map((finding, index) => {
    const detail = details.get(index + 1);
    if (detail === undefined) return finding;
    const { category, quote, failurePath, risk, recommendation } = detail;
    const { title, file, lineStart, lineEnd } = finding;
    return {
      ...finding,
      id: findingId({ title, ...present("file", file), ...present("quote", quote) }),
      category,
      ...present("quote", quote),
      ...present("failurePath", failurePath),
      ...present("risk", risk),
      ...present("recommendation", recommendation),
      anchor: anchorIn(prepared, { file, lineStart, lineEnd, quote }),
    };
  });
  return { findings: detailed, turns: outcome.turns, warnings: [] };
}

function detailsPrompt(findings: readonly Finding[]): string {
  const list = findings.map(({ title, file, lineStart }, index) => {
    const place = file === undefined ? "" : ` (${file}${lineStart === undefined ? "" : `:${lineStart}`})`;
    return `${index + 1}. ${title}${place}`;
  });
  return [
    "These are the findings of your review, by number:",
    ...list,
    "",
    "For each of them give: category (fact: visible in the code; inference: follows from it; question: needs an answer), quote (the line or lines in question, copied exactly from the file), failurePath (the concrete input or sequence that makes it fail, and what happens then), risk and recommendation. Give null for what does not apply. Add no finding and change none.",
  ].join("\n");
}
