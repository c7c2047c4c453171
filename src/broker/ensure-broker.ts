import { endVerifiedProcess } from "../jobs/end-process.ts";
import { acquireLock } from "../jobs/file-lock.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import { type StateWorld, systemWorld } from "../jobs/state-world.ts";
import { type BrokerConnection, connectBroker } from "./broker-client.ts";
import { type BrokerPlace, brokersFolder } from "./broker-place.ts";
import { readBrokerRecord } from "./broker-record.ts";

export interface EnsureOptions {
  readonly stateRoot: string;
  /** Starts a broker at the place; resolves when it serves. */
  readonly spawn: () => Promise<void>;
  /** Time in which a broker that is there has to answer, in milliseconds. */
  readonly deadlineMs?: number;
  readonly world?: StateWorld;
}

const answerMs = 3_000;
/** Longer than a start takes, and than the end of a broker that does not answer. */
const startMs = 30_000;

/**
 * A connection to the broker of a place, which is started when there is none. Of many that want to start it one does. A broker that
 * lives and does not answer is ended, verified dead, before another takes its place. Rejects when that cannot be done.
 */
export async function ensureBroker(place: BrokerPlace, options: EnsureOptions): Promise<BrokerConnection> {
  const { stateRoot, spawn, deadlineMs = answerMs, world = systemWorld() } = options;
  const present = await tryConnect(place, deadlineMs);
  if (present !== undefined) return present;
  ensurePrivateFolder(brokersFolder(stateRoot));
  ensurePrivateFolder(place.folder);
  const lock = await acquireLock(place.startLock, world, { timeoutMs: startMs });
  try {
    const started = await tryConnect(place, deadlineMs);
    if (started !== undefined) return started;
    await endSilent(place, world);
    await spawn();
    return await connectBroker(place, { deadlineMs });
  } finally {
    lock.release();
  }
}

/** A connection to a broker that answers and takes jobs. */
async function tryConnect(place: BrokerPlace, deadlineMs: number): Promise<BrokerConnection | undefined> {
  let connection: BrokerConnection | undefined;
  try {
    connection = await connectBroker(place, { deadlineMs });
    const { draining } = await connection.request("health", {});
    if (draining !== true) return connection;
  } catch {
    // Nobody there, somebody else, or nobody who answers: seen to below.
  }
  connection?.close();
  return undefined;
}

/** One that drains has let go of its place and finishes its jobs; it is left alone. */
async function endSilent(place: BrokerPlace, { processes }: StateWorld): Promise<void> {
  const record = readBrokerRecord(place.record);
  if (record === undefined || record.state === "draining") return;
  if (livenessOf(record.process, processes) === "dead") return;
  const ending = await endVerifiedProcess(record.process, processes);
  if (ending === "left" || ending === "survived") {
    throw new Error(`the broker that does not answer (process ${record.process.pid}) could not be ended`);
  }
}
