import type { Coverage, Envelope } from "../../../domain/envelope.ts";
import type { ErrorReport } from "../../../domain/errors/tandem-error.ts";
import { isTerminal } from "../../../domain/job.ts";
import { formatCount } from "../../text/format.ts";
import { renderHeader } from "../../text/header.ts";
import { renderJobs } from "../../text/jobs-table.ts";
import { joinBlocks } from "../../text/parts.ts";
import { renderEnvelope } from "../../text/render-envelope.ts";
import { renderTally } from "../../text/results.ts";
import { renderVerdict } from "../../text/verdict.ts";
import { codeBlock, codeSpan, escapeInline, neutraliseLine, neutraliseMarkdown } from "./neutralise.ts";
import { renderFindings } from "./render-findings.ts";

/**
 * A result as GitHub-flavoured Markdown, for a comment or a job summary. The words of the model keep their own Markdown but
 * cannot mention anybody, fetch images or bring HTML. What is no result of a run (`status`, lists, dry runs) is shown as text.
 */
export function renderMarkdown(envelope: Envelope, now = new Date()): string {
  return `${blocksOf(envelope, now)
    .map((block) => block.trimEnd())
    .filter((block) => block !== "")
    .join("\n\n")}\n`;
}

const plain = { columns: 100, colour: false };

function blocksOf(envelope: Envelope, now: Date): readonly string[] {
  const { results = [], error, findings = [] } = envelope;
  if (results.length > 0)
    return [
      ...results.flatMap((result, index) => (index === 0 ? [] : ["---"]).concat(blocksOf(result, now))),
      ...renderUnder(envelope, now),
    ];
  if (!isResult(envelope)) return [codeBlock(renderEnvelope(envelope, { ...plain, now }))];
  return [
    ...renderHead(envelope),
    ...renderError(error),
    ...renderSummary(envelope),
    ...renderAnswer(envelope),
    ...renderFindings(findings),
    ...renderList("Questions", envelope.questions, neutraliseLine),
    ...renderChecks(envelope),
    ...renderCoverage(envelope.coverage),
    ...renderList("Next", envelope.nextSteps, (step) =>
      step.startsWith("tandem ") ? codeSpan(step) : neutraliseLine(step),
    ),
  ];
}

/** True for the answer of a run; all else (lists, what a command did, a job without an answer) is shown as a terminal shows it. */
function isResult({ kind, answer, verdict, error, ...rest }: Envelope): boolean {
  if (kind === "verify") return false;
  if (rest.jobs ?? rest.readiness ?? rest.dryRun ?? rest.version ?? rest.threads ?? rest.pending)
    return false;
  if (error !== undefined || answer !== undefined || verdict !== undefined) return true;
  return rest.job === undefined && !commandKinds.has(kind);
}

const commandKinds: ReadonlySet<Envelope["kind"]> = new Set([
  "cancel",
  "steer",
  "answer",
  "jobs",
  "threads",
  "wait",
]);

/** What stands under several results: the jobs without one, how all came out, and how to go on. */
function renderUnder(envelope: Envelope, now: Date): readonly string[] {
  const style = { ...plain, now };
  const open = envelope.jobs?.filter(({ status }) => !isTerminal(status)) ?? [];
  const lines = joinBlocks([
    open.length === 0 ? [] : renderJobs(open, style),
    renderTally(envelope, style),
    envelope.nextSteps ?? [],
  ]);
  return lines.length === 0 ? [] : ["---", codeBlock(lines.join("\n"))];
}

/** The lines that a terminal shows first: marks such as REHEARSAL, what ran, on what terms, and the verdict. */
function renderHead(envelope: Envelope): readonly string[] {
  const [first = "Result", ...facts] = renderHeader(envelope, plain);
  const verdict = renderVerdict(envelope, plain).map((line) => line.trim());
  return [
    `## ${escapeInline(first)}`,
    facts.map(escapeInline).join("  \n"),
    ...(verdict.length === 0 ? [] : [`**${escapeInline(verdict.join(" "))}**`]),
  ];
}

function renderError(error: ErrorReport | undefined): readonly string[] {
  if (error === undefined) return [];
  const { kind, message, repair } = error;
  return [
    `**Error (${kind}):** ${escapeInline(message)}`,
    escapeInline(repair.say),
    ...(repair.command === undefined ? [] : [codeBlock(repair.command)]),
  ];
}

function renderSummary({ summary = "", answer }: Envelope): readonly string[] {
  return summary.trim() === "" || summary.trim() === answer?.trim()
    ? []
    : [neutraliseMarkdown(summary.trim())];
}

function renderAnswer({ answer = "", raw = "", summary, findings = [], error }: Envelope): readonly string[] {
  if (answer.trim() !== "") return [neutraliseMarkdown(answer.trim())];
  const isTold = summary !== undefined || findings.length > 0;
  return raw.trim() === "" || (isTold && error === undefined) ? [] : [codeBlock(raw)];
}

function renderChecks({ evidence = [], run }: Envelope): readonly string[] {
  const open = evidence.filter(({ status }) => status !== "passed");
  return [
    ...renderList(
      "Checks",
      open.map(({ check, status, detail }) => `${status}: ${check} (${detail})`),
      escapeInline,
    ),
    ...renderList("Warnings", run?.warnings, escapeInline),
  ];
}

const pathsShown = 20;

function renderCoverage(coverage: Coverage | undefined): readonly string[] {
  if (coverage === undefined || coverage.examined.length + coverage.omitted.length === 0) return [];
  const examined = `Examined: ${formatCount(coverage.examined.length, "path")}`;
  if (coverage.omitted.length === 0) return [`${examined}.`];
  const shown = coverage.omitted
    .slice(0, pathsShown)
    .map(({ path, reason }) => `- ${codeSpan(path)}: ${escapeInline(reason)}`);
  const rest = coverage.omitted.length - shown.length;
  return [
    `**Not examined: ${formatCount(coverage.omitted.length, "path")}** (${examined.toLowerCase()})`,
    [...shown, ...(rest > 0 ? [`- and ${formatCount(rest, "more path")}`] : [])].join("\n"),
  ];
}

function renderList(
  heading: string,
  entries: readonly string[] | undefined,
  show: (entry: string) => string,
): readonly string[] {
  const filled = (entries ?? []).filter((entry) => entry.trim() !== "");
  return filled.length === 0 ? [] : [`**${heading}**`, filled.map((entry) => `- ${show(entry)}`).join("\n")];
}
