import type { JobSummary } from "../../domain/envelope.ts";
import type { RunPhase } from "../../domain/events.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { ageOf, formatAge, formatElapsed, formatTokens } from "./format.ts";
import { type Block, joinBlocks } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle, type Tone } from "./style.ts";
import { type Cell, renderTable, type TableRow } from "./table.ts";
import { unwrapCommand } from "./unwrap-command.ts";
import { cutToWidth } from "./width.ts";

/** What runs now, then what ended last; the newest first. Older ones are counted, so that the list stays short. */
export function renderJobs(jobs: readonly JobSummary[], style: TextStyle): Block {
  if (jobs.length === 0) return [paint("No jobs here.", "quiet", style)];
  const newestFirst = jobs.toSorted((one, other) => compareTimes(other, one));
  const active = newestFirst.filter(({ status }) => !isTerminal(status));
  const ended = newestFirst.filter(({ status }) => isTerminal(status));
  const showFolder = new Set(jobs.map(({ workspace }) => workspace)).size > 1;
  return joinBlocks([
    section("Running", active, activeShown, (job, now) => activeRow(job, now, showFolder), style),
    section("Ended", ended, endedShown, (job, now) => endedRow(job, now, showFolder), style),
  ]);
}

/** What a job is doing, in a word or two. */
export function phaseWords(phase: RunPhase): string {
  return phases[phase];
}

/** How an ended job came out, and whether that is good news. */
export function outcomeOf(job: JobSummary): Cell {
  if (job.status !== "succeeded")
    return { text: job.status, tone: job.status === "failed" ? "bad" : "quiet" };
  return job.verdict === undefined ? { text: "done", tone: "good" } : verdictCells[job.verdict];
}

const activeShown = 40;
const endedShown = 15;

const phases: Readonly<Record<RunPhase, string>> = {
  queued: "queued",
  starting: "starting",
  thinking: "thinking",
  running_command: "command",
  waiting_approval: "needs you",
  verifying: "verifying",
  cancelling: "cancelling",
};

const verdictCells = {
  pass: { text: "pass", tone: "good" },
  concerns: { text: "concerns", tone: "caution" },
  fail: { text: "fail", tone: "bad" },
  none: { text: "no verdict", tone: "caution" },
} as const satisfies Record<string, { text: string; tone: Tone }>;

const columns = [
  { heading: "job", expendable: 0 },
  { heading: "kind", expendable: 2 },
  { heading: "state", expendable: 0 },
  { heading: "age", expendable: 0 },
  { heading: "last event", expendable: 1 },
  { heading: "tokens", expendable: 4 },
  { heading: "folder", expendable: 3 },
  { heading: "title", expendable: 0 },
];

function section(
  heading: string,
  jobs: readonly JobSummary[],
  limit: number,
  toRow: (job: JobSummary, now: Date) => TableRow,
  style: TextStyle,
): Block {
  if (jobs.length === 0) return [];
  const now = style.now ?? new Date();
  const rest = jobs.length - limit;
  return [
    paint(`${heading} (${jobs.length})`, "title", style),
    ...renderTable(
      columns,
      jobs.slice(0, limit).map((job) => toRow(job, now)),
      style,
    ),
    ...(rest > 0 ? [paint(`… and ${rest} older, listed by --json`, "quiet", style)] : []),
  ];
}

function activeRow(job: JobSummary, now: Date, showFolder: boolean): TableRow {
  const age = ageOf(job.createdAt, now);
  const cells: readonly Cell[] = [
    { text: oneLine(shortJobId(job.id)), tone: "accent" },
    { text: job.kind },
    {
      text: job.phase === undefined ? job.status : phaseWords(job.phase),
      ...(job.phase === "waiting_approval" ? { tone: "caution" as const } : {}),
    },
    { text: age === undefined ? "?" : formatElapsed(age) },
    { text: job.lastEventAt === undefined ? "none yet" : formatAge(job.lastEventAt, now) },
    { text: tokensOf(job) },
    { text: showFolder ? folderName(job) : "" },
    { text: titleOf(job) },
  ];
  return job.currentCommand === undefined
    ? { cells }
    : { cells, note: `$ ${oneLine(unwrapCommand(job.currentCommand))}` };
}

function endedRow(job: JobSummary, now: Date, showFolder: boolean): TableRow {
  const cause = job.error === undefined ? "" : `${cutToWidth(oneLine(job.error), 30)}: `;
  return {
    cells: [
      { text: oneLine(shortJobId(job.id)), tone: "accent" },
      { text: job.kind },
      outcomeOf(job),
      { text: formatAge(job.endedAt ?? job.createdAt, now) },
      { text: "" },
      { text: tokensOf(job) },
      { text: showFolder ? folderName(job) : "" },
      { text: cause + titleOf(job) },
    ],
  };
}

function titleOf({ title, rehearsal }: JobSummary): string {
  return `${rehearsal === true ? "[rehearsal] " : ""}${oneLine(title)}`;
}

function tokensOf({ tokens }: JobSummary): string {
  return tokens === undefined || tokens === 0 ? "" : formatTokens(tokens);
}

function folderName({ workspace }: JobSummary): string {
  const separator = /^([A-Za-z]:|\\)\\/.test(workspace) ? /[\\/]/ : "/";
  return cutToWidth(oneLine(workspace).split(separator).at(-1) ?? "", 16);
}

function compareTimes(one: JobSummary, other: JobSummary): number {
  return timeOf(one).localeCompare(timeOf(other));
}

function timeOf({ endedAt, createdAt }: JobSummary): string {
  return endedAt ?? createdAt;
}
