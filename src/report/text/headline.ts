import type { Envelope, JobSummary } from "../../domain/envelope.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { factLine } from "./fact-line.ts";
import { formatCount, formatDuration, formatElapsed } from "./format.ts";
import { kindWord, outcomeOf, phaseWords, runTimeOf, titleOf } from "./job-words.ts";
import { type Block, hanging, labelled } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, type TextStyle, type Tone } from "./style.ts";

const headlined: readonly Envelope["kind"][] = [
  "cancel",
  "steer",
  "answer",
  "jobs",
  "apply",
  "undo",
  "discard",
];

/** True for an answer that is one sentence about a job: its headline takes the place of the header of a run. */
export function hasHeadline({ kind, gate }: Envelope): boolean {
  return gate !== undefined || headlined.includes(kind);
}

/** What a command has done, in one sentence: as the command says it, else as the job's state tells; then the job in one line. */
export function renderHeadline(envelope: Envelope, style: TextStyle): Block {
  const { job, error, summary = "" } = envelope;
  if (!hasHeadline(envelope) || error !== undefined) return [];
  const own = headlineOf(envelope);
  // A line for each of several jobs is what the list below says as well.
  const isList = envelope.jobs !== undefined && summary.trim().includes("\n");
  const text = summary.trim() === "" || isList ? own.text : summary;
  const [first = "", ...rest] = text.trim().split("\n");
  return [
    ...labelled(oneLine(first), "", style, { tone: own.tone }).map((line) => line.trimEnd()),
    ...rest.flatMap((line) => hanging(line, style)),
    ...(job === undefined ? [] : [renderJobLine(job, style)]),
  ];
}

function headlineOf({ kind, job, jobs = [], gate }: Envelope): {
  readonly text: string;
  readonly tone: Tone;
} {
  if (gate !== undefined) {
    return { text: `The review gate is ${gate.state}.`, tone: gate.state === "on" ? "caution" : "good" };
  }
  if (kind === "steer") return { text: "Said to the running turn.", tone: "good" };
  if (kind === "apply" || kind === "undo" || kind === "discard") return { text: "Done.", tone: "good" };
  if (kind === "answer") return { text: "Answered.", tone: "good" };
  if (kind === "jobs") {
    return jobs.length === 0
      ? { text: "Nothing was removed.", tone: "quiet" }
      : { text: `Removed ${formatCount(jobs.length, "job")}.`, tone: "good" };
  }
  if (job === undefined) return cancelledAll(jobs);
  return cancelled(job);
}

function cancelled(job: JobSummary): { readonly text: string; readonly tone: Tone } {
  if (!isTerminal(job.status)) return { text: "Asked to stop; it has not ended yet.", tone: "caution" };
  return job.status === "cancelled"
    ? { text: "Cancelled.", tone: "good" }
    : { text: `It had ended already (${outcomeOf(job).text}): nothing was changed.`, tone: "caution" };
}

function cancelledAll(jobs: readonly JobSummary[]): { readonly text: string; readonly tone: Tone } {
  const ending = jobs.filter(({ status }) => !isTerminal(status)).length;
  const count = jobs.filter(({ status }) => status === "cancelled").length;
  if (jobs.length === 0) return { text: "Nothing runs here: nothing was cancelled.", tone: "quiet" };
  const rest = ending === 0 ? "" : ` ${ending} still ending.`;
  return { text: `Cancelled ${formatCount(count, "job")}.${rest}`, tone: ending === 0 ? "good" : "caution" };
}

function renderJobLine(job: JobSummary, style: TextStyle): string {
  const runTime = runTimeOf(job, nowOf(style));
  const facts = [
    { text: oneLine(shortJobId(job.id)), tone: "accent" as const },
    { text: kindWord(job.kind) },
    ...(isTerminal(job.status) || job.phase === undefined ? [] : [{ text: phaseWords(job.phase) }]),
    ...(runTime === undefined
      ? []
      : [{ text: isTerminal(job.status) ? formatDuration(runTime) : formatElapsed(runTime) }]),
    { text: titleOf(job) },
  ];
  return factLine(facts, "", style);
}
