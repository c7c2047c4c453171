import type { JobSummary } from "../../domain/envelope.ts";
import { isTerminal } from "../../domain/job.ts";
import { ageOf, formatAge, formatElapsed, formatTokens } from "./format.ts";
import { outcomeOf, phaseWords } from "./jobs-table.ts";
import { type Block, labelled } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, paintStart, proseColumns, type TextStyle } from "./style.ts";
import { unwrapCommand } from "./unwrap-command.ts";
import { cutToWidth } from "./width.ts";
import { flow } from "./wrap.ts";

/** The state of one job, for `status ID` and for a run that goes on after the waiting is over. */
export function renderJob(job: JobSummary, style: TextStyle): Block {
  const now = style.now ?? new Date();
  const words = isTerminal(job.status) ? outcomeOf(job).text : stateWords(job);
  const columns = proseColumns(style);
  const tone = isTerminal(job.status) ? (outcomeOf(job).tone ?? "title") : "title";
  const [first = "", ...rest] = flow([words, ...timesOf(job, now)], " · ", { columns }).map((row) =>
    row.join(" · "),
  );
  return [
    paintStart(first, words.length, tone, style),
    ...rest,
    ...(job.currentCommand === undefined
      ? []
      : [paint(cutToWidth(`  $ ${oneLine(unwrapCommand(job.currentCommand))}`, columns), "quiet", style)]),
    ...(job.error === undefined ? [] : labelled("Error:", job.error, style, { tone: "bad" })),
    ...labelled("Folder:", oneLine(job.workspace), style),
  ];
}

function stateWords({ phase, status }: JobSummary): string {
  if (phase === undefined) return status;
  return phase === "running_command" ? "running a command" : phaseWords(phase);
}

function timesOf(job: JobSummary, now: Date): readonly string[] {
  const age = ageOf(job.createdAt, isTerminal(job.status) ? new Date(job.endedAt ?? job.createdAt) : now);
  return [
    ...(age === undefined ? [] : [formatElapsed(age)]),
    ...(isTerminal(job.status)
      ? [`ended ${formatAge(job.endedAt, now)}`]
      : [job.lastEventAt === undefined ? "no event yet" : `last event ${formatAge(job.lastEventAt, now)}`]),
    ...(job.tokens === undefined || job.tokens === 0 ? [] : [`${formatTokens(job.tokens)} tokens`]),
  ];
}
