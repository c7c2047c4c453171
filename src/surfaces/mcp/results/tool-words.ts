import type { Envelope } from "../../../domain/envelope.ts";
import type { Repair } from "../../../domain/errors/entry.ts";
import type { ErrorReport } from "../../../domain/errors/tandem-error.ts";
import { shortJobId } from "../../../domain/job.ts";
import { callWords } from "../../../report/text/reader.ts";

/** A call of a tool as the model can make it; for what no person is shown. */
export function callText(tool: string, values: Readonly<Record<string, unknown>>): string {
  return `${tool} ${JSON.stringify(values)}`;
}

/** An envelope whose ways out are tools and arguments in place of commands and flags; everything else stays as it is. */
export function inToolWords(envelope: Envelope): Envelope {
  const { error, run, results, readiness } = envelope;
  return {
    ...envelope,
    ...(envelope.nextSteps === undefined ? {} : { nextSteps: envelope.nextSteps.flatMap(stepInWords) }),
    ...(error === undefined ? {} : { error: reportInToolWords(error) }),
    ...(run === undefined ? {} : { run: { ...run, warnings: run.warnings.map(wordsOf) } }),
    ...(readiness === undefined
      ? {}
      : { readiness: { ...readiness, problems: readiness.problems.map(reportInToolWords) } }),
    // Steps of a list are said once, under all of them.
    ...(results === undefined
      ? {}
      : { results: results.map((result) => ({ ...inToolWords(result), nextSteps: [] })) }),
  };
}

/** What only the person does is told as that. */
function stepInWords(step: string): readonly string[] {
  const [, job] = /^tandem apply (\S+)$/.exec(step) ?? [];
  if (job !== undefined) {
    return [
      `The person takes the patch over, if they want it: /codex:apply ${job}. There is no tool for it.`,
    ];
  }
  return step.startsWith("tandem discard ") ? [] : [step];
}

/** How to go on with a job that has ended; nothing after a failure, which has its own way out. */
export function stepsAfter({ job, error, pending = [] }: Envelope): readonly string[] {
  if (job === undefined || error !== undefined || pending.length > 0) return [];
  return [`${callWords("reply", { job: shortJobId(job.id), text: "…" })} goes on with it.`];
}

/** The result of a run with the calls that go on with it. */
export function withSteps(envelope: Envelope): Envelope {
  return { ...envelope, nextSteps: [...(envelope.nextSteps ?? []), ...stepsAfter(envelope)] };
}

function reportInToolWords(error: ErrorReport): ErrorReport {
  const { command, ...repair } = repairOf(error);
  // A command of another program is the person's; ours has a tool or means nothing here.
  return { ...error, repair: { ...repair, ...wayOf(command), say: wordsOf(repair.say) } };
}

function wayOf(command: string | undefined): Pick<Repair, "command" | "tool" | "arguments"> {
  if (command === "tandem status") return { tool: "status", arguments: {} };
  return command === undefined || command.startsWith("tandem ") ? {} : { command };
}

function repairOf({ kind, repair, details = {} }: ErrorReport): Repair {
  const job = typeof details["job"] === "string" ? details["job"] : details["id"];
  switch (kind) {
    case "job_running":
      return {
        say: "Wait for it, or say something to its running turn.",
        tool: "result",
        arguments: { job, waitSeconds: 50 },
      };
    case "job_not_found":
      return { say: "List the jobs of all folders.", tool: "status", arguments: { all: true } };
    case "workspace_busy":
      return { say: "Wait for it or cancel it.", tool: "status", arguments: { job } };
    case "not_a_git_repo":
      return { say: "Name a git work tree with `workspace`; `consult` works in any folder." };
    case "workspace_gone":
      return { say: "Restore it, or name another folder as `workspace`." };
    case "config_rejected":
      return { say: "It is in the person's own configuration of Codex, or in their settings: tell them." };
    case "timeout":
      return { say: "Ask for less, or let the person raise the limit in the settings." };
    case "stalled":
      return { say: "Start again; the setting `stall` moves the limit." };
    case "usage":
      return repair.say === "See `tandem --help`." ? { say: "Correct the arguments." } : repair;
    default:
      return repair;
  }
}

function wordsOf(text: string): string {
  return flagWords.reduce((said, [flag, word]) => said.replace(flag, word), text);
}

/** Flags of the command line and what they are called here. */
const flagWords: readonly (readonly [RegExp, string])[] = [
  [/--write\b/g, "`write: true`"],
  [/--include-untracked\b/g, "`includeUntracked: true`"],
  [/--cwd(?: PATH)?\b/g, "`workspace`"],
  [/--structured\b/g, '`style: "structured"`'],
  [/--resume-last\b|--job\b|--thread\b/g, "`continueJob`"],
  [/--fresh\b/g, "no `continueJob`"],
  [/--approvals (\w+)/g, '`approvals: "$1"`'],
  [/--image\b/g, "`images`"],
  [/--(base|commit|scope|model|effort)\b/g, "`$1`"],
];
