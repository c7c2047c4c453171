import { createExclusively, type LockHolder, type PresentLock, readLock, removeFile } from "./lock-file.ts";
import { livenessOf } from "./process-identity.ts";
import { isSilent } from "./silence.ts";
import type { StateWorld } from "./state-world.ts";

/** The right to replace one taking of a lock. */
interface TakeoverClaim {
  drop(): void;
}

/**
 * Gets the right to replace the lock taking `instance`, whose holder is dead; undefined when a living process has it.
 *
 * To remove a stale lock and make a new one is not safe: between the look at the lock and its removal another taker may have
 * replaced it. So each taking has its own claim file, made exclusively, and only its maker may replace that taking. When a
 * claimant dies too, its claim is claimed in the same way. Whoever comes late finds that the lock is another taking by now.
 */
export function claimTakeover(
  lockPath: string,
  instance: string,
  draft: string,
  holder: LockHolder,
  world: StateWorld,
): TakeoverClaim | undefined {
  const claims: string[] = [];
  let claimed = instance;
  for (let depth = 0; depth < longestChain; depth += 1) {
    const path = `${lockPath}.claim-${claimed}`;
    claims.push(path);
    if (createExclusively(draft, path, holder)) return { drop: () => claims.forEach(removeFile) };
    const rival = readLock(path);
    if (rival === undefined || !isStale(path, rival, world)) return undefined;
    claimed = rival.instance;
  }
  return undefined;
}

/** True when the holder is dead, or cannot be seen from here and gives no signs of life any more. */
export function isStale(path: string, { holder, touchedMs }: PresentLock, world: StateWorld): boolean {
  // A time to come is as old as one that is past: the clock was set in between.
  if (holder === undefined) return Math.abs(world.now().getTime() - touchedMs) > unreadableForMs;
  const liveness = livenessOf(holder.process, world.processes);
  return liveness === "unknown" ? isSilent(path, touchedMs, world) : liveness === "dead";
}

/** Each link is a process that died within the microseconds of a takeover. */
const longestChain = 16;

/** On a file system without hard links a lock is empty for a moment before it is written. */
const unreadableForMs = 5_000;
