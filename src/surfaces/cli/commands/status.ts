import { type Envelope, envelopeSchema, type UnlistedJobs } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { summarizeLive } from "../../../jobs/live-summary.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import { readReadiness } from "../../../setup/readiness.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { type CliSession, openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface StatusOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** How many ended jobs a list holds. */
const listLength = 15;
const fullListLength = 200;

/** `tandem status [job]`: whether Codex can be used, and the jobs of this folder. Starts no model and no Codex. */
export async function statusCommand(
  name: string | undefined,
  options: StatusOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const envelope =
    name === undefined ? await overview(session, options.all ?? false) : await oneJob(session, name);
  await printEnvelope(envelope, formatOf(options), world);
  for (const problem of session.problems) world.stderr.write(`Note: ${oneLine(problem)}\n`);
  const unusable = envelope.readiness?.problems.some(({ kind }) => kind.startsWith("codex_")) ?? false;
  return unusable ? ExitCode.codexUnusable : ExitCode.done;
}

async function overview(session: CliSession, all: boolean): Promise<Envelope> {
  const { store, workspace, world, stateRoot, settings } = session;
  const [readiness, active, page] = await Promise.all([
    readReadiness({ machine: world, workspace, stateRoot, settings }),
    store.listActive(),
    store.list(all ? { limit: fullListLength } : { workspace, limit: listLength }),
  ]);
  const here = all ? active : active.filter((job) => job.workspace === workspace);
  const jobs = new Map<string, JobRecord>([...here, ...page.records].map((job) => [job.id, job]));
  const activeElsewhere = active.length - here.length;
  const unlisted: UnlistedJobs = {
    ...(page.hasMore ? { hasOlder: true } : {}),
    ...(activeElsewhere > 0 ? { activeElsewhere } : {}),
  };
  const newestFirst = [...jobs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  return {
    schema: envelopeSchema,
    ok: readiness.problems.length === 0,
    kind: "status",
    readiness,
    jobs: summarizeLive(newestFirst, active),
    ...(Object.keys(unlisted).length === 0 ? {} : { unlisted }),
  };
}

async function oneJob({ store }: CliSession, name: string): Promise<Envelope> {
  const record = await store.find(name);
  const [live] = summarizeLive([record], isTerminal(record.status) ? [] : await store.listActive());
  const { pending, ...job } = live ?? summarizeJob(record);
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "status",
    job,
    ...(pending === undefined ? {} : { pending }),
  };
}
