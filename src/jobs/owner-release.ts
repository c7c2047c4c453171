import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readLock } from "./lock-file.ts";
import { livenessOf } from "./process-identity.ts";
import { type ProcessReader, systemProcessReader } from "./process-reader.ts";
import { jobFiles } from "./state-paths.ts";
import type { JobStore } from "./store.ts";

const lookMs = 4;

/**
 * Waits until the owner of an ended job has let go of it: then nothing of Codex is left of the run. A successful run's result is
 * stored a moment before that. One that was killed lets go of nothing, and is not waited for. Resolves after `limitMs` at the latest.
 */
export async function waitForRelease(
  store: Pick<JobStore, "foldersOf">,
  id: string,
  limitMs: number,
): Promise<void> {
  const lock = join(store.foldersOf(id).job, jobFiles.ownerLock);
  const reader = systemProcessReader();
  const deadline = performance.now() + limitMs;
  while (isHeld(lock, reader) && performance.now() < deadline) await delay(lookMs);
}

function isHeld(path: string, reader: ProcessReader): boolean {
  try {
    const lock = readLock(path);
    if (lock === undefined) return false;
    return lock.holder === undefined || livenessOf(lock.holder.process, reader) !== "dead";
  } catch {
    // Not a lock that we made: nobody holds the job by it.
    return false;
  }
}
