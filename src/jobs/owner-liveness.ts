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
  readonly owner: ProcessIdentity | undefined;
  /** Its last sign of life, ms since 1970. */
  readonly lastSeenMs: number;
}

/** Judges the holder of the owner's lock, or before a claim the process that made the job. */
export function findOwner(context: StoreContext, record: JobRecord): OwnerFinding {
  const folder = jobFolder(context.paths, record.id);
  const recordPath = join(folder, jobFiles.record);
  const lock = readOwnerLock(join(folder, jobFiles.ownerLock));
  const owner = lock?.holder?.process ?? record.owner;
  const lastSeenMs = Math.max(lock?.touchedMs ?? 0, touchedMs(recordPath));
  const liveness = owner === undefined ? "unknown" : livenessOf(owner, context.world.processes);
  const isLost =
    liveness === "dead" || (liveness === "unknown" && isSilent(recordPath, lastSeenMs, context.world));
  return { isLost, owner, lastSeenMs };
}

function readOwnerLock(path: string): PresentLock | undefined {
  try {
    return readLock(path);
  } catch {
    // Not a lock that we made, so it proves nothing: the record's owner is judged.
    return undefined;
  }
}

function touchedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
