import type { JobSummary } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";
import { compareTimes, formatAge, formatDuration } from "./format.ts";
import { folderName, kindWord, outcomeOf, runTimeOf, titleOf, tokensOf } from "./job-words.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, type TextStyle } from "./style.ts";
import type { TableRow } from "./table.ts";

/** Columns of the table of ended jobs. The first three stand where those of the active ones do. */
export const endedColumns = [
  { heading: "job", expendable: 0 },
  { heading: "kind", expendable: 1 },
  { heading: "outcome", expendable: 0, least: 10 },
  { heading: "took", expendable: 3, least: 6 },
  { heading: "ended", expendable: 0, least: 11 },
  { heading: "tokens", expendable: 4, least: 6 },
  { heading: "folder", expendable: 2 },
  { heading: "title", expendable: 0 },
];

export function endedRow(job: JobSummary, showFolder: boolean, style: TextStyle): TableRow {
  const runTime = job.endedAt === undefined ? undefined : runTimeOf(job, nowOf(style));
  return {
    cells: [
      { text: oneLine(shortJobId(job.id)), tone: "accent" },
      { text: kindWord(job.kind) },
      outcomeOf(job),
      { text: runTime === undefined ? "" : formatDuration(runTime) },
      { text: formatAge(job.endedAt ?? job.createdAt, nowOf(style)) },
      { text: tokensOf(job) },
      { text: showFolder ? folderName(job) : "" },
      { text: titleOf(job) },
    ],
  };
}

/** The last one that ended first. */
export function lastEndedFirst(jobs: readonly JobSummary[]): readonly JobSummary[] {
  return jobs.toSorted((one, other) => compareTimes(endOf(other), endOf(one)));
}

function endOf({ endedAt, createdAt }: JobSummary): string {
  return endedAt ?? createdAt;
}
