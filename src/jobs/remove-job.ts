import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isTerminal } from "../domain/job.ts";
import { removeTree } from "../workspace/remove-tree.ts";
import { freeKey } from "./idempotency.ts";
import { presentRecord } from "./job-reading.ts";
import { printJobRecord } from "./job-record.ts";
import { removeFile } from "./lock-file.ts";
import { takeNoticeBack } from "./notices.ts";
import { writePrivateFile } from "./private-files.ts";
import { removeUnowned } from "./remove-delegated.ts";
import { toStateError } from "./state-errors.ts";
import { activeMarker, jobFiles, jobFolder, recentMarker, workspaceMarker } from "./state-paths.ts";
import { type StoreContext, withRecordLock } from "./store-context.ts";

/** Start of the name that a job folder has while it is being removed. */
export const removingPrefix = ".removing-";

/** Removes an ended job with all its files; readers see it whole or not at all. Throws `job_running` or `job_not_found`. */
export async function removeJob(context: StoreContext, id: string): Promise<void> {
  const { paths } = context;
  if (presentRecord(context, id) === undefined) throw notFound(context, id);
  const doomed = join(paths.jobs, `${removingPrefix}${id}`);
  const removed = await withRecordLock(context, id, async () => {
    const record = presentRecord(context, id);
    if (record === undefined) throw notFound(context, id);
    if (!isTerminal(record.status)) throw new TandemError("job_running", { id });
    await changeFiles(paths.jobs, async () => {
      await rename(jobFolder(paths, id), doomed);
    });
    return record;
  });
  const { workspace, idempotencyKey } = removed;
  takeNoticeBack(paths.root, removed);
  removeFile(workspaceMarker(paths, workspace, id));
  removeFile(recentMarker(paths, workspace, id));
  removeFile(activeMarker(paths, id));
  if (idempotencyKey !== undefined) await freeKey(context, idempotencyKey, id);
  await changeFiles(paths.jobs, async () => {
    await removeTree(doomed);
    await removeUnowned(context);
  });
}

/** Removes the journal of an ended job, with the events that are in files of their own; the result stays, and the record says so first. */
export async function dropJournal(context: StoreContext, id: string): Promise<void> {
  await withRecordLock(context, id, async () => {
    const record = presentRecord(context, id);
    if (record === undefined || !isTerminal(record.status)) return;
    const folder = jobFolder(context.paths, id);
    const journalDroppedAt = context.world.now().toISOString();
    await writePrivateFile(join(folder, jobFiles.record), printJobRecord({ journalDroppedAt, ...record }));
    await changeFiles(folder, async () => {
      await rm(join(folder, jobFiles.journal), { force: true });
      await rm(join(folder, jobFiles.payloads), { recursive: true, force: true });
    });
  });
}

async function changeFiles(folder: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}

function notFound(context: StoreContext, id: string): TandemError {
  return new TandemError("job_not_found", { id, searched: context.paths.jobs });
}
