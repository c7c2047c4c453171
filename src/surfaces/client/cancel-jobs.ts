import { type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../domain/job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import { cancelJob } from "./cancel-job.ts";
import type { ClientSession } from "./client-session.ts";

/** What came of a wish to stop jobs. */
export interface Cancelled {
  readonly envelope: Envelope;
  /** False when one of them has been told and goes on ending. */
  readonly haveEnded: boolean;
}

/**
 * Stops the named job, or without a name the one that runs in this folder, with `all` every one; waits until nothing of them is
 * left. Throws `usage`, `job_not_found` or `job_ambiguous`.
 */
export async function cancelJobs(
  name: string | undefined,
  options: { readonly all?: boolean },
  session: ClientSession,
): Promise<Cancelled> {
  const jobs = await chosen(name, options, session);
  const outcomes = await Promise.all(
    jobs.map(async (job) => (isTerminal(job.status) ? job : cancelJob(job, session))),
  );
  return {
    envelope: outcomeOf(jobs, outcomes),
    haveEnded: outcomes.every(({ status }) => isTerminal(status)),
  };
}

async function chosen(
  name: string | undefined,
  { all }: { readonly all?: boolean },
  { store, workspace }: ClientSession,
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
  if (here.length === 0) {
    const problem = `No job of ${workspace} is running.`;
    throw new TandemError("job_not_found", { searched: workspace, problem });
  }
  throw new TandemError(
    "job_ambiguous",
    {
      candidates: here.map(({ id, title }) => `${shortJobId(id)} (${title})`),
      problem: `Several jobs of ${workspace} are running`,
    },
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
