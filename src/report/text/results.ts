import type { Envelope } from "../../domain/envelope.ts";
import { isTerminal } from "../../domain/job.ts";
import { formatCount } from "./format.ts";
import { outcomeOf } from "./job-words.ts";
import { type Block, joinBlocks } from "./parts.ts";
import { paint, proseColumns, type TextStyle } from "./style.ts";
import { wrapText } from "./wrap.ts";

/** Several results, each under a line that parts it from the one before. */
export function renderResults(
  results: readonly Envelope[],
  style: TextStyle,
  render: (result: Envelope) => readonly Block[],
): readonly Block[] {
  return results.map((result, index) => {
    const mark = `Result ${index + 1} of ${results.length}`;
    return [...(results.length === 1 ? [] : [paint(mark, "accent", style)]), ...joinBlocks(render(result))];
  });
}

/** The line under several results, and under what has not ended: how each came out. */
export function renderTally(
  { kind, summary = "", results = [], jobs = [] }: Envelope,
  style: TextStyle,
): Block {
  const open = jobs.filter(({ status }) => !isTerminal(status)).length;
  if ((kind !== "wait" && kind !== "result") || results.length + open < 2) return [];
  const counts = new Map<string, number>();
  for (const result of results) {
    const outcome = outcomeWord(result);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  if (open > 0) counts.set("still running", open);
  const words = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  return [
    paint(`${formatCount(results.length + open, "job")}: ${words}`, "title", style),
    ...(summary.trim() === "" ? [] : wrapText(summary.trim(), { columns: proseColumns(style) })),
  ];
}

function outcomeWord({ job, error, verdict }: Envelope): string {
  const status = job !== undefined && isTerminal(job.status) ? job.status : undefined;
  const ended = status ?? (error === undefined ? "succeeded" : "failed");
  return outcomeOf({ status: ended, ...(verdict === undefined ? {} : { verdict }) }).text;
}
