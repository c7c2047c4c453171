import { statSync } from "node:fs";
import { join } from "node:path";
import type { JobRecord, ProcessIdentity } from "../domain/job.ts";
import { type PresentLock, readLock } from "./lock-file.ts";
import { livenessOf } from "./process-identity.ts";
import { isSilent } from "./silence.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/** The owner of a job that has not ended, as far as it can be seen from here. */
export interface OwnerFinding {
  readonly isLost: boolean;
  /** It lives, or may live, and has let go of the job all the same: its end could not be stored (a full disk). */
  readonly hasLetGo: boolean;
  readonly owner: ProcessIdentity | undefined;
  /** Its last sign of life, ms since 1970. */
  readonly lastSeenMs: number;
}

/**
 * Judges the holder of the owner's lock, or before a claim the process that made the job. A background process writes itself into the
 * record only while it has the lock, which it gives back at the end: a job without one that has not ended is nobody's any more.
 */
export function findOwner(context: StoreContext, record: JobRecord): OwnerFinding {
  const folder = jobFolder(context.paths, record.id);
  const recordPath = join(folder, jobFiles.record);
  const lock = readOwnerLock(join(folder, jobFiles.ownerLock));
  const owner = lock.present?.holder?.process ?? record.owner;
  const lastSeenMs = Math.max(lock.present?.touchedMs ?? 0, touchedMs(recordPath));
  const liveness = owner === undefined ? "unknown" : livenessOf(owner, context.world.processes);
  const isDead =
    liveness === "dead" || (liveness === "unknown" && isSilent(recordPath, lastSeenMs, context.world));
  const hasLetGo = !isDead && lock.isGone && record.host !== undefined;
  return { isLost: isDead || hasLetGo, hasLetGo, owner, lastSeenMs };
}

function readOwnerLock(path: string): { readonly present?: PresentLock; readonly isGone: boolean } {
  try {
    const present = readLock(path);
    return present === undefined ? { isGone: true } : { present, isGone: false };
  } catch {
    // Not a lock that we made, so it proves nothing: the record's owner is judged.
    return { isGone: false };
  }
}

function touchedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
