import { constants, openSync } from "node:fs";
import { join } from "node:path";
import type { BrokerConnection } from "../../broker/broker-client.ts";
import { messageOf, toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { JobRecord } from "../../domain/job.ts";
import type { RunPlan, RunRequest } from "../../domain/run.ts";
import type { ClientSession } from "./client-session.ts";
import { runnerLog, spawnBackground } from "./spawn-background.ts";

/** What was stored of a job that is to be handed over. */
export interface StoredRun {
  readonly request: RunRequest;
  readonly plan: RunPlan;
  /** A broker that was reached while the job was stored; it is closed, or given back. */
  readonly reached?: Promise<BrokerConnection | undefined>;
}

/** True when no broker is wanted: the scripted model of a rehearsal lives in the process that runs it. */
export function getsOwnProcess({ rehearsal }: RunRequest, { settings }: ClientSession): boolean {
  return settings.values.direct || rehearsal;
}

/**
 * Gives a stored job to the broker, or to a process of its own where that is asked for or no broker can be had. Resolves when one
 * of them owns it, with the connection to the broker, which the caller closes. Throws when neither could be started; the job has
 * ended then.
 */
export async function handOver(
  job: JobRecord,
  run: StoredRun,
  session: ClientSession,
): Promise<BrokerConnection | undefined> {
  const broker = await tryBroker(job, run, session);
  if (typeof broker === "object") return broker;
  try {
    await startRunner(job, broker, session);
    return undefined;
  } catch (error) {
    // A broker has it after all, and only its answer was lost: then the job is that broker's.
    const { owner } = await session.store.read(job.id);
    if (owner?.pid !== job.owner?.pid) return undefined;
    const report = toErrorReport(error);
    await session.store.finish(job.id, {
      status: "failed",
      envelope: { schema: "codex-tandem/1", ok: false, kind: job.kind, error: report },
      change: { error: { kind: report.kind, message: report.message } },
    });
    throw error;
  }
}

/** The broker that owns the job, or why there is none for this run; undefined when none was wanted. */
async function tryBroker(
  job: JobRecord,
  { request, plan, reached }: StoredRun,
  session: ClientSession,
): Promise<BrokerConnection | string | undefined> {
  if (getsOwnProcess(request, session)) return undefined;
  try {
    const { submitToBroker } = await import("./submit-to-broker.ts");
    return await submitToBroker(job.id, plan, session, reached);
  } catch (error) {
    session.log("warning", "no broker could be reached", { job: job.id, error: messageOf(error) });
    return messageOf(error);
  }
}

async function startRunner(
  { id }: JobRecord,
  reason: string | undefined,
  { world, store, stateRoot }: ClientSession,
): Promise<void> {
  // It was started without a reason.
  if (reason === undefined && (await world.standby?.take(id)) === true) return;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  await spawnBackground({
    nodePath: world.nodePath,
    parameters: ["run-job", id, ...(reason === undefined ? [] : [reason])],
    environment: { ...world.environment, TANDEM_HOME: stateRoot },
    folder: stateRoot,
    stderr: openSync(join(store.foldersOf(id).job, runnerLog), flags, 0o600),
  });
}
