import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessIdentity } from "../domain/job.ts";
import { endVerifiedProcess } from "../jobs/end-process.ts";
import { readLock } from "../jobs/lock-file.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import { heartbeatMs, type StateWorld } from "../jobs/state-world.ts";
import { type BrokerConnection, BrokerUnreached } from "./broker-client.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { readBrokerRecord } from "./broker-record.ts";

interface ClearOptions {
  readonly connect: (limitMs: number) => Promise<BrokerConnection | BrokerUnreached>;
  /** How long one may be without a socket, in ms; longer than it takes to put back one that was removed. */
  readonly unseenMs: number;
  /** How long one may say nothing, in ms. */
  readonly hungMs: number;
}

/**
 * Sees to it that a new broker can start here: undefined when no other one lives, or the connection of one that answers after all. Under
 * the start lock. A living one gets its time to answer. After that, one at whose socket nothing is answered is ended, and only the very
 * process that is written here, until it is verified dead. One that gives signs of life and has no socket that we can see serves others:
 * then this rejects.
 */
export async function clearPlace(
  place: BrokerPlace,
  world: StateWorld,
  { connect, unseenMs, hungMs }: ClearOptions,
): Promise<BrokerConnection | undefined> {
  const beginMs = performance.now();
  for (;;) {
    const leftMs = hungMs - (performance.now() - beginMs);
    // Several tries: the first may be at a socket that somebody planted, and the broker puts its own back.
    const answer = await connect(Math.max(1, Math.min(unseenMs, leftMs)));
    if (!(answer instanceof BrokerUnreached)) return answer;
    const living = findLiving(place, world);
    if (living.length === 0) return undefined;
    const isMute = answer.reason === "mute";
    if (performance.now() - beginMs >= (isMute ? hungMs : unseenMs)) {
      if (isMute || !givesSigns(place, world)) return endAll(living, world);
      throw new Error(`a broker lives and cannot be reached from here: ${answer.message}`);
    }
    await delay(20);
  }
}

async function endAll(living: readonly ProcessIdentity[], { processes }: StateWorld): Promise<undefined> {
  for (const identity of living) {
    const ending = await endVerifiedProcess(identity, processes);
    if (ending === "left" || ending === "survived") {
      throw new Error(`the broker that does not answer (process ${identity.pid}) could not be ended`);
    }
  }
  return undefined;
}

/** Who has the place and is not dead for certain: by the lock, which is taken first, and by the record. */
export function findLiving(place: BrokerPlace, { processes }: StateWorld): readonly ProcessIdentity[] {
  const record = readBrokerRecord(place.record);
  const holders = [
    readLock(place.lock)?.holder?.process,
    record?.state === "serving" ? record.process : undefined,
  ];
  const living = new Map<number, ProcessIdentity>();
  for (const holder of holders) {
    if (holder !== undefined && livenessOf(holder, processes) !== "dead") living.set(holder.pid, holder);
  }
  return [...living.values()];
}

/** A broker touches its lock every ten seconds from the loop in which it answers. */
function givesSigns({ lock }: BrokerPlace, world: StateWorld): boolean {
  const touched = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return world.now().getTime() - touched < 2 * heartbeatMs + 5_000;
}
