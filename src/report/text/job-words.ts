import type { JobSummary, Verdict } from "../../domain/envelope.ts";
import type { RunPhase } from "../../domain/events.ts";
import { knownWord } from "../../domain/known-words.ts";
import type { RunKind } from "../../domain/run.ts";
import { ageOf, formatAge, formatPlace, formatTokens } from "./format.ts";
import { oneLine } from "./sanitise.ts";
import type { Cell } from "./table.ts";
import { cutToWidth } from "./width.ts";

/** What a job is doing, in a word or two. */
export function phaseWords(phase: RunPhase): string {
  return knownWord(phases, phase) ?? oneLine(phase);
}

/** The state of a job that has not ended, in a word or two. */
export function stateOf({ phase, status, isQuiet }: JobSummary): Cell {
  const text = phase === undefined ? status : phaseWords(phase);
  return phase === "waiting_approval" || isQuiet === true ? { text, tone: "caution" } : { text };
}

/** How an ended job came out, and whether that is good news. */
export function outcomeOf({ status, verdict }: Pick<JobSummary, "status" | "verdict">): Cell {
  // Not to be taken for the verdict "fail" of a review that did its work.
  if (status === "failed") return { text: "run failed", tone: "bad" };
  if (status !== "succeeded") return { text: status, tone: "quiet" };
  return verdict === undefined
    ? { text: "done", tone: "good" }
    : (knownWord(verdictCells, verdict) ?? { text: oneLine(verdict) });
}

/** The kind in the few columns of a list. */
export function kindWord(kind: RunKind): string {
  return kind === "adversarial-review" ? "adversarial" : kind;
}

/** The title in one line, behind what sets the job apart: a rehearsal, the kind of its error. */
export function titleOf({ title, rehearsal, errorKind, status }: JobSummary): string {
  const marks = [
    ...(rehearsal === true ? ["[rehearsal] "] : []),
    ...(errorKind === undefined || status === "cancelled" ? [] : [`[${errorKind}] `]),
  ];
  return marks.join("") + oneLine(title);
}

/** How long a job has run, or ran; one that never started: how long it has waited, or waited. In milliseconds. */
export function runTimeOf(job: JobSummary, now: Date): number | undefined {
  const end = job.endedAt === undefined ? now : new Date(job.endedAt);
  return ageOf(job.startedAt ?? job.createdAt, end);
}

/**
 * When the last sign of life came, behind `words`; marked when that is too long ago. Nothing for a job that has not been started.
 */
export function lastEventOf(
  { status, lastEventAt, isQuiet }: JobSummary,
  words: string,
  now: Date,
): Cell | undefined {
  if (status === "queued") return undefined;
  if (lastEventAt === undefined) return { text: "no event yet" };
  const age = formatAge(lastEventAt, now);
  return isQuiet === true
    ? { text: `quiet: last event ${age}`, tone: "caution" }
    : { text: `${words} ${age}` };
}

/** `3rd in the queue`; nothing for a job that is not queued. */
export function queueWords({ status, queuePlace }: JobSummary): string | undefined {
  if (status !== "queued") return undefined;
  return queuePlace === undefined ? "waits for its turn" : `${formatPlace(queuePlace)} in the queue`;
}

/** Who asked for the job and which process runs it, as far as known: `claude-code via broker`. */
export function askedWords({ askedBy, host }: JobSummary): string | undefined {
  if (host === undefined) return askedBy;
  return `${askedBy === undefined ? "" : `${askedBy} `}via ${host}`;
}

export function tokensOf({ tokens }: JobSummary): string {
  return tokens === undefined || tokens === 0 ? "" : formatTokens(tokens);
}

/** The last part of the folder's path. */
export function folderName({ workspace }: JobSummary): string {
  const separator = /^([A-Za-z]:|\\)\\/.test(workspace) ? /[\\/]/ : "/";
  return cutToWidth(oneLine(workspace).split(separator).at(-1) ?? "", 16);
}

const phases: Readonly<Record<RunPhase, string>> = {
  queued: "queued",
  starting: "starting",
  thinking: "thinking",
  running_command: "command",
  waiting_approval: "needs you",
  verifying: "verifying",
  cancelling: "cancelling",
};

const verdictCells: Readonly<Record<Verdict, Cell>> = {
  pass: { text: "pass", tone: "good" },
  concerns: { text: "concerns", tone: "caution" },
  fail: { text: "fail", tone: "bad" },
  none: { text: "no verdict", tone: "caution" },
};
