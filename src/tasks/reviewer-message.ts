import type { Severity } from "../domain/finding.ts";
import { parseJsonAnswer } from "./json-answer.ts";
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
  const parsed = reviewerSchema.safeParse(parseJsonAnswer(message));
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
      ...lineRange(code_location?.line_range),
    })),
  };
}

/** Reads the review as Codex renders it for people. What it says of the whole is lost in that form. */
export function readRenderedReview(text: string): ReviewerMessage {
  const [explanation = "", ...rest] = text.split(/\n\n(?:Review comment|Full review comments):\n\n/);
  const comments: { readonly heading: Omit<ReviewerFinding, "body">; readonly body: string[] }[] = [];
  for (const line of rest.join("\n").split("\n")) {
    const heading = readHeading(line);
    if (heading !== undefined) comments.push({ heading, body: [] });
    else if (line.startsWith("  ")) comments.at(-1)?.body.push(line.slice(2));
  }
  return {
    basis: "rendered",
    // Only a finding proves a judgement here; prose without any may be anything, "Review was interrupted" too.
    overall: comments.length > 0 ? "incorrect" : undefined,
    explanation,
    findings: comments.map(({ heading, body }) => ({ ...heading, body: body.join("\n").trim() })),
  };
}

const separator = " — ";

/** `- [P1] Title — /path:1-2`. The title may hold the separator too; so the last one counts. */
function readHeading(line: string): Omit<ReviewerFinding, "body"> | undefined {
  if (!line.startsWith("- ")) return undefined;
  const place = /:(\d{1,9})-(\d{1,9})$/.exec(line);
  const title = /^(?:\[[ x]\] )?(\[P[0-3]\] )?/.exec(line.slice(2));
  const titleStart = 2 + (title?.[0].length ?? 0);
  const titleEnd = place === null ? -1 : line.lastIndexOf(separator, place.index);
  const path = line.slice(titleEnd + separator.length, place?.index);
  if (place === null || titleEnd <= titleStart || path === "") return undefined;
  return {
    title: line.slice(titleStart, titleEnd),
    severity: severityOf(undefined, title?.[1] ?? ""),
    path,
    ...lineRange({ start: Number(place[1]), end: Number(place[2]) }),
  };
}

/** Lines count from 1; a model that has none to name gives 0. */
function lineRange(
  range: { readonly start: number; readonly end: number } | null | undefined,
): Pick<ReviewerFinding, "lineStart" | "lineEnd"> {
  if (range === null || range === undefined || range.start < 1) return {};
  return { lineStart: range.start, ...(range.end < 1 ? {} : { lineEnd: range.end }) };
}

/** Only Codex's own two words count: a judgement of another form is none. */
function overallOf(text: string): ReviewerMessage["overall"] {
  const word = /^(?:the )?patch is (correct|incorrect)\.?$/i.exec(text.trim())?.[1]?.toLowerCase();
  return word === "correct" || word === "incorrect" ? word : undefined;
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
