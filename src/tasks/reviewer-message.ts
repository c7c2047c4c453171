import type { Severity } from "../domain/finding.ts";
import { present } from "./present.ts";

/** One finding as Codex's reviewer writes it. */
export interface ReviewerFinding {
  readonly title: string;
  readonly body: string;
  readonly severity: Severity;
  readonly confidence?: number;
  readonly path?: string;
  readonly lineStart?: number;
  readonly lineEnd?: number;
}

/** What Codex's reviewer says, read from its JSON or, where Codex does not pass that on, from the rendered text. */
export interface ReviewerMessage {
  readonly basis: "data" | "rendered";
  readonly overall: "correct" | "incorrect" | undefined;
  readonly explanation: string;
  readonly confidence?: number;
  readonly findings: readonly ReviewerFinding[];
}

/** P0 to P3 of Codex's review guidelines. */
const severityOfPriority: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Reads the reviewer's raw message. Undefined when it is not the JSON that Codex asks its reviewer for. */
export async function readReviewerData(message: string): Promise<ReviewerMessage | undefined> {
  const { reviewerSchema } = await import("./reviewer-schema.ts");
  const parsed = reviewerSchema.safeParse(parseFenced(message));
  if (!parsed.success) return undefined;
  const { findings, overall_correctness, overall_explanation, overall_confidence_score } = parsed.data;
  return {
    basis: "data",
    overall: overallOf(overall_correctness),
    explanation: overall_explanation,
    ...present("confidence", withinOne(overall_confidence_score)),
    findings: findings.map(({ title, body, priority, confidence_score, code_location }) => ({
      title: stripPriority(title),
      body,
      severity: severityOf(priority ?? undefined, title),
      ...present("confidence", withinOne(confidence_score)),
      ...present("path", code_location?.absolute_file_path),
      ...present("lineStart", code_location?.line_range?.start),
      ...present("lineEnd", code_location?.line_range?.end),
    })),
  };
}

const headingPattern = /^- (?:\[[ x]\] )?(\[P[0-3]\] )?(.+?) — (.+):(\d+)-(\d+)$/;

/** Reads the review as Codex renders it for people. What it says of the whole is lost in that form. */
export function readRenderedReview(text: string): ReviewerMessage {
  const [explanation = "", ...rest] = text.split(/\n\n(?:Review comment|Full review comments):\n\n/);
  const findings: ReviewerFinding[] = [];
  for (const line of rest.join("\n").split("\n")) {
    const heading = headingPattern.exec(line);
    const last = findings.at(-1);
    if (heading !== null) {
      const [, priority = "", title = "", path = "", start, end] = heading;
      const severity = severityOf(undefined, priority);
      findings.push({ title, body: "", severity, path, lineStart: Number(start), lineEnd: Number(end) });
    } else if (last !== undefined && line.startsWith("  ")) {
      findings[findings.length - 1] = { ...last, body: `${last.body}\n${line.slice(2)}`.trim() };
    }
  }
  return {
    basis: "rendered",
    // Only a finding proves a judgement here; prose without any may be anything, "Review was interrupted" too.
    overall: findings.length > 0 ? "incorrect" : undefined,
    explanation,
    findings,
  };
}

function parseFenced(message: string): unknown {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(message)?.[1];
  try {
    return JSON.parse(fenced ?? message);
  } catch {
    return undefined; // Not JSON: the schema refuses it.
  }
}

function overallOf(text: string): ReviewerMessage["overall"] {
  const word = text.toLowerCase();
  if (word.includes("incorrect")) return "incorrect";
  return word.includes("correct") ? "correct" : undefined;
}

function severityOf(priority: number | undefined, title: string): Severity {
  const named = /^\[P([0-3])\]/.exec(title)?.[1];
  const rank = priority ?? (named === undefined ? 2 : Number(named));
  return severityOfPriority[rank] ?? "medium";
}

function stripPriority(title: string): string {
  return title.replace(/^\[P[0-3]\]\s*/, "");
}

function withinOne(value: number | null | undefined): number | undefined {
  return typeof value === "number" && value >= 0 && value <= 1 ? value : undefined;
}
