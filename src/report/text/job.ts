import type { JobSummary } from "../../domain/envelope.ts";
import { isTerminal } from "../../domain/job.ts";
import { formatAge, formatDuration, formatElapsed } from "./format.ts";
import {
  askedWords,
  lastEventOf,
  outcomeOf,
  phaseWords,
  queueWords,
  runTimeOf,
  tokensOf,
} from "./job-words.ts";
import { type Block, labelled } from "./parts.ts";
import { row } from "./rows.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, paint, proseColumns, type TextStyle, type Tone } from "./style.ts";
import type { Cell } from "./table.ts";
import { unwrapCommand } from "./unwrap-command.ts";
import { cutToWidth } from "./width.ts";
import { flow } from "./wrap.ts";

/** What one job is doing, or how it ended, and where; with `isWhole` all else that is known of it. */
export function renderJob(job: JobSummary, style: TextStyle, isWhole = false): Block {
  return [
    ...renderState(isWhole ? withoutPoll(job) : job, style),
    ...(job.currentCommand === undefined ? [] : [renderCommand(job.currentCommand, style)]),
    ...(job.error === undefined
      ? []
      : labelled(job.errorKind === undefined ? "Error:" : `Error (${job.errorKind}):`, job.error, style, {
          tone: "bad",
        })),
    ...row("Folder", oneLine(job.workspace), style),
    ...(isWhole ? renderFacts(job, style) : []),
  ];
}

/** Somebody who looks at a job knows when to look again; who was sent away is told. */
function withoutPoll({ pollAfterMs: _pollAfterMs, ...job }: JobSummary): JobSummary {
  return job;
}

function renderFacts(job: JobSummary, style: TextStyle): Block {
  const now = nowOf(style);
  const asked = askedWords(job);
  const times = [
    `created ${formatAge(job.createdAt, now)}`,
    ...(job.startedAt === undefined ? [] : [`started ${formatAge(job.startedAt, now)}`]),
    ...(job.expiresAt === undefined ? [] : [`kept until ${oneLine(job.expiresAt).slice(0, 10)}`]),
  ];
  return [
    ...(asked === undefined ? [] : row("Asked", asked, style)),
    ...row("Times", times.join(", "), style),
    ...(job.thread === undefined ? [] : row("Thread", oneLine(job.thread), style)),
    ...row("Job", oneLine(job.id), style),
  ];
}

function renderState(job: JobSummary, style: TextStyle): Block {
  const state = stateOf(job);
  const facts = [state, ...timesOf(job, nowOf(style))];
  const rows = flow(
    facts.map(({ text }) => text),
    " · ",
    { columns: proseColumns(style) },
  );
  const tones = new Map<string, Tone | undefined>(facts.map(({ text, tone }) => [text, tone]));
  return rows.map((texts) =>
    texts
      .map((text) => {
        const tone = tones.get(text);
        return tone === undefined ? text : paint(text, tone, style);
      })
      .join(" · "),
  );
}

function stateOf(job: JobSummary): Cell {
  if (isTerminal(job.status)) return { tone: "title", ...outcomeOf(job) };
  return { text: stateWords(job), tone: job.phase === "waiting_approval" ? "caution" : "title" };
}

function stateWords({ phase, status }: JobSummary): string {
  if (phase === undefined) return status;
  if (phase === "waiting_approval") return "waits for your answer";
  return phase === "running_command" ? "running a command" : phaseWords(phase);
}

function timesOf(job: JobSummary, now: Date): readonly Cell[] {
  const runTime = runTimeOf(job, now);
  const queued = queueWords(job);
  const lastEvent = lastEventOf(job, "last event", now);
  const tokens = tokensOf(job);
  return [
    ...(runTime === undefined
      ? []
      : [{ text: isTerminal(job.status) ? formatDuration(runTime) : formatElapsed(runTime) }]),
    ...(queued === undefined ? [] : [{ text: queued }]),
    ...(isTerminal(job.status)
      ? [{ text: `ended ${formatAge(job.endedAt, now)}` }]
      : [lastEvent ?? []].flat()),
    ...(tokens === "" ? [] : [{ text: `${tokens} tokens` }]),
    ...(job.pollAfterMs === undefined ? [] : [{ text: `ask again in ${formatElapsed(job.pollAfterMs)}` }]),
  ];
}

function renderCommand(command: string, style: TextStyle): string {
  return paint(cutToWidth(`  $ ${oneLine(unwrapCommand(command))}`, proseColumns(style)), "quiet", style);
}
