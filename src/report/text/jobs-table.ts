import type { JobSummary, UnlistedJobs } from "../../domain/envelope.ts";
import { isTerminal } from "../../domain/job.ts";
import { activeColumns, activeRow, inOrderOfUrgency, waitsForAnswer } from "./active-jobs.ts";
import { endedColumns, endedRow, lastEndedFirst } from "./ended-jobs.ts";
import { kindWord } from "./job-words.ts";
import { type Block, joinBlocks } from "./parts.ts";
import { lookAt, restIsIn } from "./reader.ts";
import { paint, type TextStyle } from "./style.ts";
import { renderTable, type TableColumn, type TableRow } from "./table.ts";

export interface JobsOptions {
  readonly unlisted?: UnlistedJobs;
  /** Stands above the ended ones; empty where the answer has said what they are. */
  readonly endedHeading?: string;
}

/** What has not ended, then what ended last. What is not shown is counted, so that the list stays short. */
export function renderJobs(
  jobs: readonly JobSummary[],
  style: TextStyle,
  { unlisted = {}, endedHeading = "Ended" }: JobsOptions = {},
): Block {
  const active = inOrderOfUrgency(jobs.filter(({ status }) => !isTerminal(status)));
  const ended = lastEndedFirst(jobs.filter(({ status }) => isTerminal(status)));
  const hasOlder = unlisted.hasOlder === true;
  const showFolder = new Set(jobs.map(({ workspace }) => workspace)).size > 1;
  const kindWidth = Math.max(0, ...jobs.map(({ kind }) => kindWord(kind).length));
  const table = (columns: readonly TableColumn[], rows: readonly TableRow[]) =>
    renderTable(withKindWidth(columns, kindWidth), rows, style);
  const shownActive = active.slice(0, activeShown);
  const shownEnded = ended.slice(0, endedShown);
  return joinBlocks([
    jobs.length === 0 ? [paint("No jobs here.", "quiet", style), ...renderElsewhere(unlisted, style)] : [],
    active.length === 0
      ? []
      : [
          renderActiveHeading(active, style),
          ...table(
            activeColumns,
            shownActive.map((job) => activeRow(job, showFolder, style)),
          ),
          ...activeRest(active.slice(activeShown), style),
        ],
    jobs.length === 0 ? [] : renderElsewhere(unlisted, style),
    ended.length === 0
      ? []
      : [
          ...(endedHeading === ""
            ? []
            : [paint(`${endedHeading} (${hasOlder ? "more than " : ""}${ended.length})`, "title", style)]),
          ...table(
            endedColumns,
            shownEnded.map((job) => endedRow(job, showFolder, style)),
          ),
          ...endedRest(ended.length - shownEnded.length, hasOlder, style),
        ],
  ]);
}

/** With two running jobs and this many ended ones the list fits a terminal of 24 lines. */
const endedShown = 12;
const activeShown = 12;

/** Both tables keep the same columns up to the state. */
function withKindWidth(columns: readonly TableColumn[], kindWidth: number): readonly TableColumn[] {
  return columns.map((column) => (column.heading === "kind" ? { ...column, least: kindWidth } : column));
}

function renderActiveHeading(active: readonly JobSummary[], style: TextStyle): string {
  const counts = countStates(active);
  const words = counts.map(({ count, word }) => `${count} ${word}`).join(", ");
  return paint(words, "title", style);
}

function countStates(jobs: readonly JobSummary[]): readonly { count: number; word: string }[] {
  const waiting = jobs.filter(waitsForAnswer).length;
  const queued = jobs.filter((job) => job.status === "queued" && !waitsForAnswer(job)).length;
  return [
    { count: waiting, word: waiting === 1 ? "waits for your answer" : "wait for your answer" },
    { count: jobs.length - waiting - queued, word: "running" },
    { count: queued, word: "queued" },
  ].filter(({ count }) => count > 0);
}

function activeRest(rest: readonly JobSummary[], style: TextStyle): Block {
  if (rest.length === 0) return [];
  const words = countStates(rest).map(({ count, word }) => `${count} ${word}`);
  return [paint(`… and ${words.join(", ")}${comma(restIsIn(style))}`, "quiet", style)];
}

/** `held` are those that the envelope has and the list does not show. */
function endedRest(held: number, hasOlder: boolean, style: TextStyle): Block {
  if (held === 0) return hasOlder ? [paint("… and older ones", "quiet", style)] : [];
  const rest = restIsIn(style);
  const words = hasOlder ? `more than ${held} older` : `${held} older`;
  const place = rest !== "" && hasOlder ? `, the first of them${rest}` : comma(rest);
  return [paint(`… and ${words}${place}`, "quiet", style)];
}

function renderElsewhere({ activeElsewhere = 0 }: UnlistedJobs, style: TextStyle): Block {
  if (activeElsewhere === 0) return [];
  const what = activeElsewhere === 1 ? "1 job has" : `${activeElsewhere} jobs have`;
  return [paint(`${what} not ended in other folders: ${lookAt(undefined, style)}`, "quiet", style)];
}

function comma(words: string): string {
  return words === "" ? "" : `,${words}`;
}
