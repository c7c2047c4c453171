import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { tryLock } from "../jobs/file-lock.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import { type StateWorld, systemWorld } from "../jobs/state-world.ts";
import { type BrokerConnection, BrokerUnreached, connectBroker } from "./broker-client.ts";
import { type BrokerPlace, brokersFolder } from "./broker-place.ts";
import { clearPlace } from "./clear-place.ts";
import { noteStartFailure, readStartFailure } from "./start-failure.ts";

export interface EnsureOptions {
  readonly stateRoot: string;
  /**
   * Starts a broker at the place; resolves when it serves. Rejects when it cannot, or when the signal says that it took too long: then
   * nothing of it may be left.
   */
  readonly spawn: (signal: AbortSignal) => Promise<void>;
  /** Time in which a broker that is there has to answer, in milliseconds. */
  readonly deadlineMs?: number;
  /** Time after which a living broker that is connected to and says nothing counts as hung, in milliseconds. Its jobs are lost then. */
  readonly hungMs?: number;
  /** Time in which one has to be there, in milliseconds. */
  readonly startMs?: number;
  readonly world?: StateWorld;
}

const answerMs = 3_000;
const defaultHungMs = 10_000;
/** Longer than a start takes, and than the end of a broker that does not answer. */
const patienceMs = 30_000;

/**
 * A connection to the broker of a place, which is started when there is none. Of many that want to start it one does, and the others
 * learn what came of it. A broker that lives and does not answer is ended, verified dead, before another takes its place; one that lives
 * and cannot be reached from here alone is left to its jobs. Rejects when there is no connection to be had.
 */
export async function ensureBroker(place: BrokerPlace, options: EnsureOptions): Promise<BrokerConnection> {
  const {
    deadlineMs = answerMs,
    startMs = patienceMs,
    world = systemWorld(),
    hungMs = defaultHungMs,
  } = options;
  const earlier = readStartFailure(place)?.id;
  const endMs = performance.now() + startMs;
  for (;;) {
    const present = await connectUsable(place, deadlineMs);
    if (!(present instanceof BrokerUnreached)) return present;
    // A sandbox without sockets, or a broker that a person chose: neither is a reason to replace anybody.
    if (present.reason === "forbidden" || place.isNamed === true) throw present;
    const failure = readStartFailure(place);
    if (failure !== undefined && failure.id !== earlier) throw new Error(failure.why);
    if (performance.now() >= endMs) throw present;
    const started = await startAlone(place, { ...options, deadlineMs, hungMs, world }, endMs);
    if (started !== undefined) return started;
    // Somebody else starts it. Different pauses, so that those who wait do not meet again and again.
    await delay(10 + Math.random() * 30);
  }
}

/** Undefined when another process is about to start one. */
async function startAlone(
  place: BrokerPlace,
  options: EnsureOptions & {
    readonly deadlineMs: number;
    readonly hungMs: number;
    readonly world: StateWorld;
  },
  endMs: number,
): Promise<BrokerConnection | undefined> {
  const { stateRoot, spawn, deadlineMs, hungMs, world } = options;
  ensurePrivateFolder(brokersFolder(stateRoot));
  ensurePrivateFolder(place.folder);
  const attempt = tryLock(place.startLock, world);
  if (!attempt.taken) return undefined;
  try {
    const present = await clearPlace(place, world, {
      connect: async (limitMs) => connectUsable(place, limitMs),
      unseenMs: deadlineMs,
      hungMs,
    });
    if (present !== undefined) return present;
    await startInTime(spawn, endMs);
    return await connectBroker(place, { deadlineMs });
  } catch (error) {
    await noteStartFailure(place, messageOf(error));
    throw error;
  } finally {
    attempt.lock.release();
  }
}

async function startInTime(spawn: EnsureOptions["spawn"], endMs: number): Promise<void> {
  const late = new AbortController();
  const limitMs = Math.max(leastStartMs, endMs - performance.now());
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error("the broker did not start in time");
      late.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    await Promise.race([spawn(late.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** A connection to a broker that answers and takes jobs, or why there is none. */
async function connectUsable(
  place: BrokerPlace,
  deadlineMs: number,
): Promise<BrokerConnection | BrokerUnreached> {
  let connection: BrokerConnection | undefined;
  try {
    connection = await connectBroker(place, { deadlineMs });
    const { draining } = await connection.request("health", {});
    if (draining !== true) return connection;
    connection.close();
    return new BrokerUnreached("absent", "the broker takes no further jobs");
  } catch (error) {
    connection?.close();
    return error instanceof BrokerUnreached ? error : new BrokerUnreached("distrusted", messageOf(error));
  }
}

/** What is left of the time when waiting took most of it. */
const leastStartMs = 1_000;
