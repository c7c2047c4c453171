import type { ThreadSummary } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";
import { factLine } from "./fact-line.ts";
import { formatAge } from "./format.ts";
import type { Block } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, paint, type TextStyle } from "./style.ts";
import { noteIndent, renderTable } from "./table.ts";

/** Threads of Codex in two lines each: whole id, age and name; then the folder and our jobs on it. */
export function renderThreads(threads: readonly ThreadSummary[] | undefined, style: TextStyle): Block {
  if (threads === undefined) return [];
  if (threads.length === 0) return [paint("No threads here.", "quiet", style)];
  const rows = threads.map((thread) => ({
    cells: [
      { text: oneLine(thread.id), tone: "accent" as const },
      { text: formatAge(thread.updatedAt, nowOf(style)) },
      { text: oneLine(thread.name ?? thread.preview ?? "") || "(no name)" },
    ],
    notes: notesOf(thread, style),
  }));
  return renderTable(columns, rows, style);
}

const columns = [
  { heading: "thread", expendable: 0 },
  { heading: "updated", expendable: 0, least: 11 },
  { heading: "name", expendable: 0 },
];

const jobsShown = 5;

function notesOf({ cwd, jobs }: ThreadSummary, style: TextStyle): readonly string[] {
  const shown = jobs.slice(0, jobsShown).map((id) => oneLine(shortJobId(id)));
  const rest = jobs.length > jobsShown ? ` and ${jobs.length - jobsShown} more` : "";
  const facts = [
    ...(jobs.length === 0
      ? []
      : [{ text: `${jobs.length === 1 ? "job" : "jobs"} ${shown.join(", ")}${rest}` }]),
    ...(cwd === undefined ? [] : [{ text: `in ${oneLine(cwd)}` }]),
  ];
  return facts.length === 0 ? [] : [factLine(facts, noteIndent, style)];
}
