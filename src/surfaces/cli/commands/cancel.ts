import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { cancelJob } from "../../client/cancel-job.ts";
import { formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { type CliSession, openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface CancelOptions extends FormatOptions {
  readonly all?: boolean;
}

/** `tandem cancel [job]`: stops a job and waits until nothing of it is left; with --all every job of this folder. */
export async function cancelCommand(
  name: string | undefined,
  options: CancelOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const jobs = await chosen(name, options, session);
  const outcomes = await Promise.all(
    jobs.map(async (job) => (isTerminal(job.status) ? job : cancelJob(job, session))),
  );
  const envelope = outcomeOf(jobs, outcomes);
  await printEnvelope(envelope, formatOf(options), world);
  return outcomes.every(({ status }) => isTerminal(status)) ? ExitCode.done : ExitCode.stillRunning;
}

async function chosen(
  name: string | undefined,
  { all }: CancelOptions,
  { store, workspace }: CliSession,
): Promise<readonly JobRecord[]> {
  if (name !== undefined && all === true) {
    throw new TandemError("usage", {
      problem: "A job and --all exclude each other.",
      hint: "Give one of them.",
    });
  }
  if (name !== undefined) return [await store.find(name)];
  const here = (await store.listActive()).filter(
    (job) => job.workspace === workspace && !isTerminal(job.status),
  );
  if (all === true || here.length === 1) return here;
  if (here.length === 0) throw new TandemError("job_not_found", { id: "a running one", searched: workspace });
  throw new TandemError(
    "job_ambiguous",
    { id: "cancel", candidates: here.map(({ id, title }) => `${shortJobId(id)} (${title})`) },
    { repair: { say: "Name one of them, or cancel all of this folder with --all." } },
  );
}

function outcomeOf(before: readonly JobRecord[], after: readonly JobRecord[]): Envelope {
  const [only] = after;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "cancel",
    ...(only !== undefined && after.length === 1
      ? { job: summarizeJob(only) }
      : { jobs: after.map(summarizeJob) }),
    summary:
      after.length === 0
        ? "No job of this folder is running."
        : after.map((job, index) => describe(before[index] ?? job, job)).join("\n"),
  };
}

function describe(before: JobRecord, after: JobRecord): string {
  const name = shortJobId(after.id);
  if (isTerminal(before.status))
    return `Job ${name} had ended before (${after.status}); nothing was changed.`;
  if (after.status === "cancelled") return `Job ${name} was cancelled; what had arrived is kept.`;
  if (isTerminal(after.status))
    return `Job ${name} ended by itself (${after.status}) before it could be cancelled.`;
  return `Job ${name} has been told to stop and has not ended yet.`;
}
