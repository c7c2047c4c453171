import { ExitCode } from "../exit-code.ts";
import { type Caused, entry } from "./entry.ts";

const exitCode = ExitCode.precondition;
const retryable = false;

/** Errors found before anything was started: exit code 2, nothing spent. */
export const preconditionErrors = {
  usage: entry<{ problem: string; hint?: string; command?: string }>({
    exitCode,
    retryable,
    when: "An option, argument, setting or combination of them is not acceptable.",
    message: ({ problem }) => problem,
    repair: ({ hint, command }) => ({
      say: hint ?? "See `tandem --help`.",
      ...(command === undefined ? {} : { command }),
    }),
  }),
  not_a_git_repo: entry<{ folder: string; cause?: string }>({
    exitCode,
    retryable,
    when: "A command that examines changes was started outside a git work tree.",
    message: ({ folder, cause }) => `${folder} is not inside a git work tree${cause ? `: ${cause}` : "."}`,
    repair: () => ({
      say: "Go to a git work tree or name one with --cwd. `tandem consult` works in any folder.",
      command: "tandem review --cwd PATH",
    }),
  }),
  bad_revision: entry<{ revision: string; cause?: string }>({
    exitCode,
    retryable,
    when: "A branch, tag, commit or range does not name a commit in this repository.",
    message: ({ revision, cause }) =>
      cause ?? `${JSON.stringify(revision)} does not name a commit in this repository.`,
    repair: () => ({
      say: "Name a branch, tag or commit that exists here; fetch it first if it is remote.",
      command: "git branch --all",
    }),
  }),
  input_unreadable: entry<{ path: string; cause: string }>({
    exitCode,
    retryable,
    when: "A file named on the command line (prompt, context, image, schema) cannot be read.",
    message: ({ path, cause }) => `Cannot read ${path}: ${cause}`,
    repair: ({ path }) => ({ say: `Check that ${path} exists, is a readable file and has the right type.` }),
  }),
  input_too_large: entry<{ what: string; size: number; limit: number; unit: "bytes" | "characters" }>({
    exitCode,
    retryable,
    when: "A text that an author wrote is over the byte cap, or the whole prompt is over Codex's own limit.",
    message: ({ what, size, limit, unit }) => `${what} has ${size} ${unit}; the limit is ${limit}.`,
    repair: () => ({
      say: "Shorten it, or put the material into a file and let Codex read it; `input_byte_cap` moves our own limit.",
    }),
  }),
  model_unavailable: entry<{ problem: string; supported: readonly string[] }>({
    exitCode,
    retryable,
    when: "The model or effort is not in the catalogue of the installed Codex.",
    message: ({ problem }) => problem,
    repair: ({ supported }) => ({
      say: supported.length > 0 ? `Supported here: ${supported.join(", ")}.` : "Leave the option out.",
    }),
  }),
  config_rejected: entry<{ key: string; reason: string; source?: string; hint?: string }>({
    exitCode,
    retryable,
    when: "A setting, `-c` override or profile touches what a pin protects, or Codex refuses its configuration.",
    message: ({ key, reason, source }) => `${source ? `${source}: ` : ""}${key} is not accepted: ${reason}`,
    repair: ({ key, hint }) => ({
      say: hint ?? `Remove ${key}; a flag such as --tier, --network or --mcp asks for more rights.`,
    }),
  }),
  workspace_gone: entry<{ folder: string }>({
    exitCode,
    retryable,
    when: "The folder that a job belongs to does not exist any more.",
    message: ({ folder }) => `The folder ${folder} does not exist any more.`,
    repair: () => ({ say: "Restore it, or start again in another folder with --cwd." }),
  }),
  workspace_busy: entry<{ folder: string; job: string }>({
    exitCode,
    retryable: true,
    when: "Another job that may write holds this work tree.",
    message: ({ folder, job }) => `Job ${job} is writing in ${folder}.`,
    repair: ({ job }) => ({
      say: "Wait for it or cancel it. With --if-busy wait a run waits for it by itself.",
      command: `tandem status ${job}`,
    }),
  }),
  job_not_found: entry<{ id?: string; searched: string; problem?: string }>({
    exitCode,
    retryable,
    when: "No stored job has this id, prefix or suffix.",
    message: ({ id, searched, problem }) => problem ?? `No job ${JSON.stringify(id)} in ${searched}.`,
    repair: () => ({ say: "List the jobs of all folders.", command: "tandem status --all" }),
  }),
  job_ambiguous: entry<{ id?: string; candidates: readonly string[]; problem?: string }>({
    exitCode,
    retryable,
    when: "A short job name fits several jobs.",
    message: ({ id, candidates, problem }) =>
      `${problem ?? `${JSON.stringify(id)} fits several jobs`}: ${listed(candidates)}.`,
    repair: () => ({ say: "Give more letters of the id." }),
  }),
  job_running: entry<{ id: string }>({
    exitCode,
    retryable: true,
    when: "The result of a job was asked for before its end.",
    message: ({ id }) => `Job ${id} is still running.`,
    repair: ({ id }) => ({ say: "Wait for its end.", command: `tandem wait ${id}` }),
  }),
  idempotency_conflict: entry<{ key: string; job: string }>({
    exitCode,
    retryable,
    when: "The idempotency key was used before with other arguments.",
    message: ({ key, job }) =>
      `Idempotency key ${JSON.stringify(key)} belongs to job ${job} with other arguments.`,
    repair: () => ({ say: "Use a new key for a new request." }),
  }),
  budget_exceeded: entry<{ what: string; limit: number }>({
    exitCode,
    retryable,
    when: "A limit that the person set on spending is reached.",
    message: ({ what, limit }) => `The limit of ${limit} for ${what} is reached.`,
    repair: () => ({ say: "Raise the limit in the settings or wait until it starts anew." }),
  }),
  state_unwritable: entry<Caused & { folder: string }>({
    exitCode,
    retryable,
    when: "The state root cannot be created, read or written, or belongs to somebody else.",
    message: ({ folder, cause }) => `Cannot use the state folder ${folder}: ${cause}`,
    repair: () => ({
      say: "Make it writable for you alone, or name another absolute folder in TANDEM_HOME.",
    }),
  }),
};

/** More than these help nobody to choose; the details have all. */
const mostListed = 10;

function listed(candidates: readonly string[]): string {
  const rest = candidates.length - mostListed;
  const shown = candidates.slice(0, mostListed).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
