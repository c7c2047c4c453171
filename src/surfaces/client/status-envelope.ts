import { type Envelope, envelopeSchema, type UnlistedJobs } from "../../domain/envelope.ts";
import { isTerminal, type JobRecord } from "../../domain/job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import { summarizeLive } from "../../jobs/live-summary.ts";
import { readReadiness } from "../../setup/readiness.ts";
import type { ClientSession } from "./client-session.ts";

/** When it makes sense to look after a job again. */
const laterMs = 5_000;

/** How many ended jobs a list holds. */
const listLength = 15;
const fullListLength = 200;

/** Whether Codex can be used, and the jobs of this folder (`all`: of every folder). Starts no model and no Codex. */
export async function overview(session: ClientSession, all: boolean): Promise<Envelope> {
  const { store, workspace, world, stateRoot, settings } = session;
  const listed = async () => {
    const active = await store.listActive();
    const here = all ? active : active.filter((job) => job.workspace === workspace);
    // Those that have not ended do not crowd out those that have.
    const limit = (all ? fullListLength : listLength) + here.length;
    return { active, here, page: await store.list(all ? { limit } : { workspace, limit }) };
  };
  const [readiness, { active, here, page }] = await Promise.all([
    readReadiness({ machine: world, workspace, stateRoot, settings }),
    listed(),
  ]);
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

/** One job as it is now. Throws `job_not_found` or `job_ambiguous`. */
export async function jobStatus({ store }: Pick<ClientSession, "store">, name: string): Promise<Envelope> {
  const record = await store.find(name);
  const [live] = summarizeLive([record], isTerminal(record.status) ? [] : await store.listActive());
  const { pending, ...summary } = live ?? summarizeJob(record);
  const job = isTerminal(record.status) ? summary : { ...summary, pollAfterMs: laterMs };
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "status",
    job,
    ...(pending === undefined ? {} : { pending }),
  };
}
