import { isTerminal, type JobRecord } from "../../domain/job.ts";
import { endVerifiedProcess } from "../../jobs/end-process.ts";
import { followJob } from "../../jobs/follow-job.ts";
import { systemProcessReader } from "../../jobs/process-reader.ts";
import { describeAsker } from "./asker.ts";
import type { ClientSession } from "./client-session.ts";

/** Time in which an owner ends a run that it was told to end: its own graces for Codex add up to less. */
const patienceMs = 20_000;

/**
 * Asks the owner of a job to stop it and waits for its end. An owner that does not react in time is ended itself, if it is a
 * process of this job alone; a broker serves others too and is left to its own limits.
 */
export async function cancelJob(
  job: JobRecord,
  { store, world, log, askedBy }: ClientSession,
): Promise<JobRecord> {
  await store.requestCancel(job.id, describeAsker(world, askedBy));
  const { record, ended } = await followJob(store, job.id, { budgetMs: patienceMs, isBystander: true });
  if (ended || isTerminal(record.status)) return record;
  if (record.host !== "runner" || record.owner === undefined) return record;
  log("warning", "the owner of a cancelled job does not react", { job: job.id, owner: record.owner.pid });
  await endVerifiedProcess(record.owner, systemProcessReader(world.platform));
  return store.read(job.id);
}
