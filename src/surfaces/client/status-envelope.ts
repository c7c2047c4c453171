import { type Envelope, envelopeSchema, type UnlistedJobs } from "../../domain/envelope.ts";
import { isTerminal, type JobRecord } from "../../domain/job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import { summarizeLive } from "../../jobs/live-summary.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { readReadiness } from "../../setup/readiness.ts";
import type { ClientWorld } from "./client-session.ts";

/** When it makes sense to look after a job again. */
const laterMs = 5_000;

/** How many ended jobs a list holds. */
const listLength = 15;
const fullListLength = 200;

/** The part of the job store that `status` reads. */
export type ReadStore = Pick<JobStore, "find" | "list" | "listActive">;

/** What is told of here. */
export interface StatusSource {
  readonly world: ClientWorld;
  readonly workspace: string;
  readonly stateRoot: string;
  readonly settings: LoadedSettings;
  readonly store: ReadStore;
}

/** Whether Codex can be used, and the jobs of this folder (`all`: of every folder). Starts no model and no Codex. */
export async function overview(source: StatusSource, all: boolean): Promise<Envelope> {
  const { store, workspace, world, stateRoot, settings } = source;
  // The jobs first: where they need more than the reader of `status` can do, the rest was not for nothing.
  const active = await store.listActive();
  const here = all ? active : active.filter((job) => job.workspace === workspace);
  // Those that have not ended do not crowd out those that have.
  const limit = (all ? fullListLength : listLength) + here.length;
  const page = await store.list(all ? { limit } : { workspace, limit });
  const readiness = await readReadiness({ machine: world, workspace, stateRoot, settings });
  const jobs = new Map<string, JobRecord>([...here, ...page.records].map((job) => [job.id, job]));
  // Those that were found dead by this very look are listed as active once more.
  const activeElsewhere = active.filter((job) => !here.includes(job) && !isTerminal(job.status)).length;
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
export async function jobStatus({ store }: Pick<StatusSource, "store">, name: string): Promise<Envelope> {
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
