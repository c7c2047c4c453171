import type { Envelope, JobSummary } from "../../domain/envelope.ts";
import { type Finding, severities } from "../../domain/finding.ts";
import { isTerminal } from "../../domain/job.ts";
import { formatConfidence } from "../text/findings.ts";
import { oneLine, sanitise } from "../text/sanitise.ts";

/** How strongly a finding is reported to programs that know three strengths. */
export type FindingLevel = "error" | "warning" | "note";

/** A finding that points at nothing is never more than a note, however grave the model calls it. */
export function levelOf({ severity, anchor }: Finding): FindingLevel {
  if (anchor === "missing") return "note";
  if (severity === "critical" || severity === "high") return "error";
  return severity === "medium" ? "warning" : "note";
}

/** The gravest first, as programs often show only the first ones. */
export function byGravity(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
}

/**
 * The envelopes that tell of a run: the results of a list with the jobs that have none yet, so that nobody takes them for runs
 * without findings; or the envelope itself.
 */
export function resultsOf(envelope: Envelope): readonly Envelope[] {
  const { results = [], jobs = [], kind, schema } = envelope;
  const open = kind === "wait" ? jobs.filter(isOpen) : [];
  if (results.length + open.length === 0) return [envelope];
  return [
    ...results.flatMap(resultsOf),
    ...open.map((job): Envelope => ({ schema, ok: true, kind: job.kind, job })),
  ];
}

/** What programs are told of a job that has no result yet; undefined for a result. */
export function openWords({ job, error }: Envelope): string | undefined {
  if (job === undefined || error !== undefined || !isOpen(job)) return undefined;
  return `The job ${job.id} is still ${job.status === "queued" ? "queued" : "running"}.`;
}

function isOpen({ status }: JobSummary): boolean {
  return !isTerminal(status);
}

/** What a finding says beside its title, as named paragraphs; the first one has no name. */
export function pointsOf({
  body,
  failurePath,
  risk,
  recommendation,
}: Finding): readonly { readonly label: string; readonly text: string }[] {
  return [
    { label: "", text: body },
    { label: "Fails when:", text: failurePath },
    { label: "Risk:", text: risk },
    { label: "Fix:", text: recommendation },
  ].flatMap(({ label, text }) =>
    text === undefined || text.trim() === "" ? [] : [{ label, text: sanitise(text).trim() }],
  );
}

/** How far a finding can be trusted, in a few words each: `inference`, `claim`, `60% sure`. */
export function factsOf({ category, proof, confidence, anchor, file }: Finding): readonly string[] {
  return [
    ...(category === undefined ? [] : [category]),
    proof,
    ...(confidence === undefined ? [] : [formatConfidence(confidence)]),
    ...(anchor === "moved" ? ["quote elsewhere"] : []),
    ...(anchor === "missing" ? [file === undefined ? "cannot block" : "not found there, cannot block"] : []),
  ];
}

/** A finding as plain text, without its title: paragraphs, then the facts. */
export function plainText(finding: Finding): string {
  const paragraphs = pointsOf(finding).map(({ label, text }) => (label === "" ? text : `${label} ${text}`));
  return [...paragraphs, `(${[finding.severity, ...factsOf(finding)].join(" · ")})`].join("\n\n");
}

/** The title in one line; it is never empty. */
export function titleOf({ title }: Finding): string {
  const line = oneLine(title);
  return line === "" ? "A finding without a title" : line;
}

/** The first and last line of a finding, where they are numbers that lines can have. */
export function linesOf({
  lineStart,
  lineEnd,
}: Finding): { readonly first: number; readonly last: number } | undefined {
  if (lineStart === undefined || !Number.isSafeInteger(lineStart) || lineStart < 1) return undefined;
  const isRange = lineEnd !== undefined && Number.isSafeInteger(lineEnd) && lineEnd > lineStart;
  return { first: lineStart, last: isRange ? lineEnd : lineStart };
}

/** The path of a finding, where it lies in the work tree; others are named in the text only. */
export function treePathOf({ file }: Finding): string | undefined {
  if (file === undefined || file.trim() === "" || /^(?:[\\/]|[A-Za-z]:[\\/])/.test(file)) return undefined;
  return file.split("/").some((part) => part === ".." || part === "." || part === "") ? undefined : file;
}
