import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

/** `tandem jobs remove <job…>`: deletes ended jobs with all that was stored of them. */
export async function removeJobsCommand(
  names: readonly string[],
  options: FormatOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const { store } = await openSession(world, world.cwd);
  const jobs: JobRecord[] = [];
  // All are looked at before the first is removed: a wrong name removes nothing.
  for (const name of names) {
    const job = await store.find(name);
    if (!isTerminal(job.status)) {
      const repair = { say: "Cancel it first.", command: `tandem cancel ${shortJobId(job.id)}` };
      throw new TandemError("job_running", { id: job.id }, { repair });
    }
    if (!jobs.some(({ id }) => id === job.id)) jobs.push(job);
  }
  for (const { id } of jobs) await store.remove(id);
  await printEnvelope(removed(jobs), formatOf(options), world);
  return ExitCode.done;
}

export interface PruneOptions extends FormatOptions {
  readonly days?: number;
  readonly all?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** `tandem jobs prune`: deletes ended jobs whose result was delivered, of all folders. */
export async function pruneJobsCommand(options: PruneOptions, world: CliWorld): Promise<ExitCode> {
  const { store } = await openSession(world, world.cwd);
  const jobs = await store.prune({
    ...(options.days === undefined ? {} : { olderThanMs: options.days * dayMs }),
    ...(options.all === true ? { all: true } : {}),
  });
  await printEnvelope(removed(jobs), formatOf(options), world);
  return ExitCode.done;
}

function removed(jobs: readonly JobRecord[]): Envelope {
  const count = jobs.length === 1 ? "1 job was" : `${jobs.length} jobs were`;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "jobs",
    jobs: jobs.map(summarizeJob),
    summary: `${count} removed.`,
  };
}
