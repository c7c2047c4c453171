import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../jobs/file-lock.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import type { StateWorld } from "../jobs/state-world.ts";
import { type BrokerPlace, brokerPlace } from "./broker-place.ts";
import { findBrokersIn, placeKeys } from "./broker-record.ts";
import { findLiving } from "./clear-place.ts";

/** Long enough to read the log of a broker that died. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes the places of brokers that are dead and that nobody has come to for a week: each Codex, login and build has one of its own,
 * and most never come back. Gives their keys. Never throws; what cannot be removed now is left to the next broker.
 */
export function sweepPlaces(stateRoot: string, ownKey: string, world: StateWorld): readonly string[] {
  return placeKeys(stateRoot).filter((key) => {
    const place = brokerPlace(stateRoot, key, { platform: process.platform, user: process.getuid?.() });
    try {
      return key !== ownKey && isOld(place.folder, world) && removePlace(place, world);
    } catch {
      // Gone already, or not to be written.
      return false;
    }
  });
}

/** Under the lock of whoever would start a broker there. */
function removePlace(place: BrokerPlace, world: StateWorld): boolean {
  const attempt = tryLock(place.startLock, world);
  if (!attempt.taken) return false;
  try {
    const isDraining = findBrokersIn(place.folder).some(
      ({ record }) => livenessOf(record.process, world.processes) !== "dead",
    );
    if (isDraining || findLiving(place, world).length > 0) return false;
    if (place.socketFolder !== undefined) rmSync(place.address, { force: true });
    rmSync(place.folder, { recursive: true });
    return true;
  } finally {
    attempt.lock.release();
  }
}

function isOld(folder: string, { now }: StateWorld): boolean {
  const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return paths.every((path) => now().getTime() - lstatSync(path).mtimeMs > keptMs);
}
