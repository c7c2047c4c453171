import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import { type CliSession, openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface ResultOptions {
  readonly json?: boolean;
}

/** `tandem result [job]`: the stored result of a job, or of this folder's newest ended one. */
export async function resultCommand(
  name: string | undefined,
  options: ResultOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const record = name === undefined ? await newestEnded(session) : await session.store.find(name);
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  const envelope = (await session.store.readResult(record.id)) ?? withoutResult(record);
  await printEnvelope(envelope, formatOf(options), world);
  await session.store.markRead(record.id);
  return exitCodeFor(envelope);
}

async function newestEnded({ store, workspace }: CliSession): Promise<JobRecord> {
  const { records } = await store.list({ workspace, limit: 50 });
  const ended = records.find(({ status }) => isTerminal(status));
  if (ended !== undefined) return ended;
  throw new TandemError("job_not_found", { id: "the newest", searched: workspace });
}

/** A job that ended and whose result was lost: what the record says is all there is. */
function withoutResult(record: JobRecord): Envelope {
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record.kind,
    job: summarizeJob(record),
    error: reportError("internal", { cause: "the stored result is missing or could not be read" }),
  };
}
