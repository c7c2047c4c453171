import { isNativeReview } from "../../src/rehearsal/model-request.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { answerFor } from "../../src/rehearsal/schema-answer.ts";
import { type Entry, firstOf, type Script, sequence, when } from "../../src/rehearsal/script.ts";

export interface ScriptedFinding {
  readonly title?: string;
  /** Codex's own: 0 is the gravest, 3 the lightest. */
  readonly priority?: number;
  /** As the reviewer gives it: absolute in real life. */
  readonly path: string;
  readonly start?: number;
  readonly end?: number;
}

/** What Codex 0.169 asks its reviewer for, as JSON. */
export function reviewerJson(
  overall: "patch is correct" | "patch is incorrect",
  findings: readonly ScriptedFinding[] = [],
): string {
  return JSON.stringify({
    findings: findings.map(
      ({ title = "Handle the empty case", priority = 1, path, start = 1, end = start }) => ({
        title: `[P${priority}] ${title}`,
        body: "It fails when the list is empty.",
        confidence_score: 0.8,
        priority,
        code_location: { absolute_file_path: path, line_range: { start, end } },
      }),
    ),
    overall_correctness: overall,
    overall_explanation: "The change was read as a whole.",
    overall_confidence_score: 0.9,
  });
}

/** Codex's own reviewer: runs the commands one after the other, then gives its answer. What else is asked for gets an answer of its shape. */
export function reviewer(commands: readonly string[], last: string | Entry): Script {
  const end: Entry = typeof last === "string" ? message(last) : last;
  return firstOf(
    when(isNativeReview, sequence(...commands.map((line) => command(line)), end)),
    ({ outputSchema }) =>
      outputSchema === undefined
        ? undefined
        : message(JSON.stringify(answerFor(outputSchema, { note: "Scripted.", findings: [] }))),
  );
}
