import type { JobSummary } from "../../domain/envelope.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { answerCommands } from "./answer-command.ts";
import { demandOf } from "./demand.ts";
import { factLine } from "./fact-line.ts";
import { compareTimes, formatElapsed } from "./format.ts";
import {
  askedWords,
  folderName,
  kindWord,
  lastEventOf,
  queueWords,
  runTimeOf,
  stateOf,
  titleOf,
  tokensOf,
} from "./job-words.ts";
import { lookAt } from "./reader.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, paint, type TextStyle } from "./style.ts";
import { type Cell, noteIndent, type TableRow } from "./table.ts";
import { unwrapCommand } from "./unwrap-command.ts";
import { displayWidth } from "./width.ts";

/** Columns of the table of jobs that have not ended. */
export const activeColumns = [
  { heading: "job", expendable: 0 },
  { heading: "kind", expendable: 1 },
  { heading: "state", expendable: 0, least: 10 },
  { heading: "for", expendable: 0, least: 6 },
  { heading: "tokens", expendable: 2, least: 6 },
  { heading: "title", expendable: 0 },
];

/** Those first that wait for the reader; then what runs, the newest first; then the queue, in its order. */
export function inOrderOfUrgency(jobs: readonly JobSummary[]): readonly JobSummary[] {
  return jobs.toSorted(
    (one, other) =>
      urgencyOf(one) - urgencyOf(other) ||
      (one.queuePlace ?? Number.MAX_SAFE_INTEGER) - (other.queuePlace ?? Number.MAX_SAFE_INTEGER) ||
      compareCreation(other, one) * (one.status === "queued" ? -1 : 1),
  );
}

/** A job in two lines; in three when it waits for the reader. */
export function activeRow(job: JobSummary, showFolder: boolean, style: TextStyle): TableRow {
  const runTime = runTimeOf(job, nowOf(style));
  return {
    cells: [
      { text: oneLine(shortJobId(job.id)), tone: "accent" },
      { text: kindWord(job.kind) },
      stateOf(job),
      { text: runTime === undefined ? "?" : formatElapsed(runTime) },
      { text: tokensOf(job) },
      { text: titleOf(job) },
    ],
    notes: waitsForAnswer(job) ? demandLines(job, showFolder, style) : [activityLine(job, showFolder, style)],
  };
}

/** True for a job that goes on only when somebody answers. */
export function waitsForAnswer({ status, phase, pending = [] }: JobSummary): boolean {
  return !isTerminal(status) && (phase === "waiting_approval" || pending.length > 0);
}

function urgencyOf(job: JobSummary): number {
  if (waitsForAnswer(job)) return 0;
  return job.status === "queued" ? 2 : 1;
}

function compareCreation(one: JobSummary, other: JobSummary): number {
  return compareTimes(one.createdAt, other.createdAt);
}

function activityLine(job: JobSummary, showFolder: boolean, style: TextStyle): string {
  const command = job.currentCommand;
  const facts: readonly (Cell | undefined)[] = [
    textCell(queueWords(job)),
    lastEventOf(job, "active", nowOf(style)),
    textCell(askedWords(job)),
    textCell(showFolder ? `in ${folderName(job)}` : undefined),
    textCell(command === undefined ? undefined : `$ ${oneLine(unwrapCommand(command))}`),
  ];
  return factLine(
    facts.filter((fact) => fact !== undefined),
    noteIndent,
    style,
  );
}

function textCell(text: string | undefined): Cell | undefined {
  return text === undefined ? undefined : { text };
}

/** What the job asks for and how to answer it. What is not shown whole is not offered for acceptance. */
function demandLines(job: JobSummary, showFolder: boolean, style: TextStyle): readonly string[] {
  const { pending = [] } = job;
  const [first] = pending;
  const letters = oneLine(shortJobId(job.id));
  const look = lookAt(letters, style);
  const more = pending.length > 1 ? ` (1 of ${pending.length})` : "";
  const waits = `${noteIndent}${paint(`waits for your answer${more}:`, "caution", style)}`;
  if (first === undefined) return [`${waits} ${look}`];
  const { words, isWhole } = demandOf(first);
  // A model cannot accept, so it is shown where all of the request is.
  const isShown =
    style.reader !== "model" &&
    isWhole &&
    pending.length === 1 &&
    displayWidth(noteIndent + words) <= style.columns;
  const [accept = look] = answerCommands(letters, first);
  const place: readonly Cell[] = showFolder ? [{ text: `in ${folderName(job)}` }] : [];
  return [factLine([{ text: words }, ...place], noteIndent, style), `${waits} ${isShown ? accept : look}`];
}
