import type { Envelope } from "../../../domain/envelope.ts";
import { shortJobId } from "../../../domain/job.ts";
import type { SlashLine } from "../../slash/read-slash.ts";
import { callText } from "../results/tool-words.ts";
import { longestContext } from "./hook-answer.ts";

/** How long `result` may wait in one call; it knows by itself how long the client lets it. */
const waitSeconds = 7_200;

/** Tells the model of a run that has begun; its command's page says what to do with the answer. */
export function runHasBegun(line: SlashLine, id: string): string {
  const job = shortJobId(id);
  return [
    `Codex job ${job} (${line.command}) runs, started by this plugin exactly as the person typed it. Do not start it again.`,
    `Get its answer: ${callText("result", { job, waitSeconds })}`,
    ...whatIfItGoesOn(job, line.flags.has("wait")),
    ...(isTask(line) && !line.flags.has("write")
      ? ["It is read-only: --write was not typed. Say so if files would have to change."]
      : []),
  ].join("\n");
}

/** One wording for a client that takes a long call into the background and for one that does not. */
function whatIfItGoesOn(job: string, waits: boolean): readonly string[] {
  return [
    "When Claude Code takes that call into the background: say that Codex is at work and end your turn; its result comes to you by itself.",
    waits
      ? "When the tool says that the run goes on: call it again, until it has ended."
      : `When the tool says that the run goes on: say so, name /codex:result ${job} and /codex:status, and end your turn.`,
  ];
}

/** Tells the person of a run that was typed with --background. */
export function runsInBackground({ command }: SlashLine, id: string): string {
  const job = shortJobId(id);
  return [
    `Codex works on it in the background: job ${job} (${command}).`,
    `/codex:status ${job}   what it does now`,
    `/codex:result ${job}   its answer, once it has ended`,
    `/codex:cancel ${job}   stops it`,
  ].join("\n");
}

/** Tells the model how a job that was started before is waited for. */
export function waitFor(line: SlashLine, id: string): string {
  const job = shortJobId(id);
  return [
    `Get the answer of Codex job ${job}: ${callText("result", { job, waitSeconds })}`,
    ...whatIfItGoesOn(job, false),
  ].join("\n");
}

/** Tells the model how a rescue is asked for, with the flags as the person typed them. */
export function rescueCall({ flags, text }: SlashLine, resumes: string | undefined): string {
  const one = (flag: string) => flags.get(flag)?.[0];
  const write = flags.has("write");
  const values = {
    task: "…",
    ...(write ? { write } : {}),
    ...(resumes === undefined ? {} : { continueJob: resumes }),
    ...(one("model") === undefined ? {} : { model: one("model") }),
    ...(one("effort") === undefined ? {} : { effort: one("effort") }),
    ...(flags.has("background") ? { wait: false } : {}),
    ...(flags.has("dry-run") ? { dryRun: true } : {}),
  };
  return [
    ...quoted(text),
    `Shape a prompt from it by the skill codex-prompting, then call once: ${callText("task", values)}`,
    write
      ? "--write was typed: this one call may change files."
      : "--write was not typed: the call is read-only, and one with write: true is refused. Say that it was read-only.",
    ...(resumes === undefined
      ? []
      : [`It goes on with the thread of job ${resumes}: send only what is new.`]),
  ].join("\n");
}

/** What does not fit is on the command's page as well. */
function quoted(text: string): readonly string[] {
  const rows = text.split("\n").map((row) => `> ${row}`);
  return rows.join("\n").length > longestContext - callLength
    ? [
        "The person wants Codex to do what stands in <typed> on the command's page, behind the flags: it is too long for this note.",
      ]
    : ["The person wants Codex to do this, in their own words:", ...rows];
}

/** Room for all that is said beside the words. */
const callLength = 1_500;

/** True for an answer that is a run that has begun. */
export function begunJob({ job, error, dryRun }: Envelope): string | undefined {
  return error === undefined && dryRun === undefined ? job?.id : undefined;
}

function isTask({ command }: SlashLine): boolean {
  return command === "task" || command === "rescue" || command === "reply";
}
