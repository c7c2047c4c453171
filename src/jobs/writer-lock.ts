import { realpathSync } from "node:fs";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { tryLock } from "./file-lock.ts";
import { keepAlive } from "./job-claim.ts";
import { isMissing } from "./state-errors.ts";
import { ensureStateFolders, hashPath } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/** The right to write in a working tree, for one job. */
export interface WriterLock {
  release(): void;
}

/**
 * Makes `job` the only one that may write in the working tree `folder`, by whatever path it is named. Throws `workspace_busy`
 * with the job that has it, `workspace_gone` when the folder does not exist.
 */
export function lockWorkingTree(context: StoreContext, folder: string, job: string): WriterLock {
  const path = writerLockPath(context, folder);
  ensureStateFolders(context.paths);
  const attempt = tryLock(path, context.world, job);
  if (attempt.taken) return keepAlive(attempt.lock);
  throw new TandemError("workspace_busy", { folder, job: attempt.holder?.job ?? "unknown" });
}

function writerLockPath(context: StoreContext, folder: string): string {
  try {
    // `native` gives the case as stored, where names differ in case only and mean one folder.
    return join(context.paths.locks, `writer-${hashPath(realpathSync.native(folder))}.lock`);
  } catch (thrown) {
    if (isMissing(thrown)) throw new TandemError("workspace_gone", { folder });
    throw thrown;
  }
}
