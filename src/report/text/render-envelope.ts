import type { Envelope } from "../../domain/envelope.ts";
import { isTerminal } from "../../domain/job.ts";
import type { Pending } from "../../domain/pending.ts";
import { renderArtifacts } from "./artifacts.ts";
import { renderCoverage } from "./coverage.ts";
import { renderDryRun } from "./dry-run.ts";
import { renderError } from "./error.ts";
import { renderFindings } from "./findings.ts";
import { renderHeader } from "./header.ts";
import { hasHeadline, renderHeadline } from "./headline.ts";
import { renderJob } from "./job.ts";
import { renderJobs } from "./jobs-table.ts";
import { nextStepsFor } from "./next-steps.ts";
import { renderOperators } from "./operators.ts";
import { type Block, joinBlocks, labelled, list, modelIndent, verbatim } from "./parts.ts";
import { renderPatch } from "./patch.ts";
import { renderPending } from "./pending.ts";
import { renderReadiness, renderVersion } from "./readiness.ts";
import { renderResults, renderTally } from "./results.ts";
import { oneLine, sanitiseDeep, sanitiseExactly } from "./sanitise.ts";
import { paint, proseColumns, type TextStyle } from "./style.ts";
import { renderThreads } from "./threads.ts";
import { reasonForNone, renderVerdict, tellsNoVerdict } from "./verdict.ts";
import { wrapText } from "./wrap.ts";

/**
 * An answer of the product as text for people, ending in a newline. Every part of the envelope that is there is shown, in
 * one order for all kinds. Nothing from outside reaches the terminal unsanitised; the model's answer keeps its own lines.
 */
export function renderEnvelope(envelope: Envelope, style: TextStyle): string {
  return `${joinBlocks(renderBlocks(sanitiseDeep(withExactRequests(envelope)), style)).join("\n")}\n`;
}

/** Of what somebody may accept no character is left out, not even a colour. */
function withExactRequests(envelope: Envelope): Envelope {
  const { job, jobs } = envelope;
  return {
    ...exactly(envelope),
    ...(job === undefined ? {} : { job: exactly(job) }),
    ...(jobs === undefined ? {} : { jobs: jobs.map(exactly) }),
  };
}

function exactly<Holder extends { readonly pending?: readonly Pending[] }>(holder: Holder): Holder {
  if (holder.pending === undefined) return holder;
  const pending = holder.pending.map((request) => ({ ...request, text: sanitiseExactly(request.text) }));
  return { ...holder, pending };
}

function renderBlocks(envelope: Envelope, style: TextStyle): readonly Block[] {
  const {
    dryRun,
    findings = [],
    job,
    nextSteps = nextStepsFor(envelope),
    operators,
    pending = job?.pending ?? [],
    questions = [],
    results = [],
    threads,
  } = envelope;
  return [
    isHeadlined(envelope) ? renderHeadline(envelope, style) : renderHeader(envelope, style),
    renderVersion(envelope, style),
    renderReadiness(envelope, style),
    renderError(envelope, style),
    job !== undefined && showsJob(envelope) ? renderJob(job, style, envelope.kind === "status") : [],
    renderPending(pending, job, style),
    renderVerdict(envelope, style),
    renderSummary(envelope, style),
    renderAnswer(envelope),
    renderArtifacts(envelope, style),
    renderFindings(findings, style),
    list({ one: "Question", many: "Questions" }, questions, style),
    [
      ...renderChecks(envelope, style),
      ...renderWarnings(envelope, style),
      ...renderCoverage(envelope, style),
    ],
    renderPatch(envelope.kind === "delegate" ? envelope.patch : undefined, style),
    renderDryRun(dryRun, style),
    ...renderResults(results, style, (result) => renderBlocks(result, style)),
    renderJobList(envelope, style),
    renderThreads(threads, style),
    renderOperators(operators, style),
    renderTally(envelope, style),
    list({ one: "Next", many: "Next" }, nextSteps, style),
  ];
}

function isHeadlined(envelope: Envelope): boolean {
  return envelope.error === undefined && hasHeadline(envelope);
}

/** A job without a result yet, or asked for by itself. */
function showsJob(envelope: Envelope): boolean {
  const { job, kind, error } = envelope;
  if (job === undefined || error !== undefined || isHeadlined(envelope)) return false;
  return kind === "status" || !isTerminal(job.status);
}

function renderJobList({ kind, jobs, unlisted, results = [] }: Envelope, style: TextStyle): Block {
  // What has ended is told by its result.
  const listed = results.length === 0 ? jobs : jobs?.filter(({ status }) => !isTerminal(status));
  if (listed === undefined || (listed.length === 0 && kind !== "status")) return [];
  const options = unlisted === undefined ? {} : { unlisted };
  return renderJobs(listed, style, kind === "jobs" ? { ...options, endedHeading: "" } : options);
}

function renderSummary(envelope: Envelope, style: TextStyle): Block {
  const { summary = "", answer, verdict } = envelope;
  // Said elsewhere: in the headline, or under several results.
  if (isHeadlined(envelope) || renderTally(envelope, style).length > 0) return [];
  if (summary.trim() === "" || summary.trim() === answer?.trim()) return [];
  if (verdict === "none" && reasonForNone(envelope) === oneLine(summary)) return [];
  return wrapText(summary.trim(), { columns: proseColumns(style), indent: indentOf(envelope) });
}

/** The answer as given; the raw text only where nothing was read out of it. */
function renderAnswer(envelope: Envelope): Block {
  const { answer = "", findings = [], raw = "", error, summary } = envelope;
  if (answer.trim() !== "") return verbatim(answer, indentOf(envelope));
  const isTold = summary !== undefined || findings.length > 0;
  return raw.trim() === "" || (isTold && error === undefined) ? [] : verbatim(raw, indentOf(envelope));
}

/** In a review our words and the model's alternate, so its are set in; an answer stands alone and can be copied as it is. */
function indentOf({ kind, verdict }: Envelope): string {
  return kind === "review" || verdict !== undefined ? modelIndent : "";
}

/** Where nothing was asked but to check, every check is told; else what did not pass. */
function renderChecks({ evidence = [], kind }: Envelope, style: TextStyle): Block {
  if (evidence.length === 0) return [];
  const passed = evidence.filter(({ status }) => status === "passed").length;
  return [
    paint(`Checks: ${passed} of ${evidence.length} passed`, "quiet", style),
    ...evidence
      .filter(({ status }) => kind === "verify" || status !== "passed")
      .flatMap(({ check, status, detail }) =>
        labelled(`${status}:`, `${check} (${detail})`, style, {
          indent: "  ",
          tone: status === "failed" ? "bad" : "quiet",
        }),
      ),
  ];
}

function renderWarnings({ run, verdict }: Envelope, style: TextStyle): Block {
  return (run?.warnings ?? [])
    .filter((warning) => verdict !== "none" || !tellsNoVerdict(warning))
    .flatMap((warning) => labelled("Warning:", warning, style, { tone: "caution" }));
}
