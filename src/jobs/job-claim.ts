import { join } from "node:path";
import type { JobRecord } from "../domain/job.ts";
import { type FileLock, tryLock } from "./file-lock.ts";
import { updateJob } from "./job-changes.ts";
import { presentRecord, readJob } from "./job-reading.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import { heartbeatMs } from "./state-world.ts";
import type { StoreContext } from "./store-context.ts";

/** The proof that this process owns a job; given back when the job has ended. */
export interface JobClaim {
  readonly record: JobRecord;
  release(): void;
}

/**
 * Makes this process the owner of a job: takes its lock, gives signs of life and writes itself into the record. Undefined when
 * another living process owns it or it is not `queued` any more: a run that was begun is never begun again. `host` says what kind
 * of process this is, where that is to be shown.
 */
export async function claimJob(
  context: StoreContext,
  id: string,
  host?: JobRecord["host"],
): Promise<JobClaim | undefined> {
  const found = await readJob(context, id);
  if (found?.status !== "queued") return undefined;
  const path = join(jobFolder(context.paths, id), jobFiles.ownerLock);
  const attempt = tryLock(path, context.world, id);
  if (!attempt.taken) return undefined;
  const { lock } = attempt;
  try {
    // Looked at again under the lock: another claimant may have begun it in between.
    if (presentRecord(context, id)?.status === "queued") {
      const { record, applied } = await updateJob(context, id, {
        owner: context.world.self,
        ...(host === undefined ? {} : { host }),
      });
      if (applied) return { record, ...keepAlive(lock) };
    }
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  lock.release();
  return undefined;
}

/** Gives signs of life until the lock is released. The timer keeps no process running. */
export function keepAlive(lock: FileLock): { release(): void } {
  const timer = setInterval(() => refreshQuietly(lock), heartbeatMs);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      lock.release();
    },
  };
}

function refreshQuietly(lock: FileLock): void {
  try {
    lock.refresh();
  } catch {
    // One sign of life less; the state root may be back before the next one.
  }
}
