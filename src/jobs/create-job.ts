import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJobId, type JobRecord, newJobId } from "../domain/job.ts";
import type { RunPlan, RunRequest } from "../domain/run.ts";
import { printJobRecord } from "./job-record.ts";
import { removeFile } from "./lock-file.ts";
import { writePrivateFiles } from "./private-drafts.ts";
import { createPrivateFolder, ensurePrivateFolder } from "./private-folders.ts";
import { errorCodeOf, toStateError } from "./state-errors.ts";
import {
  activeMarker,
  ensureStateFolders,
  jobFiles,
  jobFolder,
  recentFolder,
  recentMarker,
  type StatePaths,
  workspaceFolder,
  workspaceMarker,
} from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { printStored } from "./stored-files.ts";

/** A job that is to be stored. */
export interface NewJob {
  readonly request: RunRequest;
  readonly plan?: RunPlan;
  /** Root of the work tree that the job belongs to, else the folder of the command. */
  readonly workspace: string;
}

/** How many of a workspace's newest jobs are found without reading the names of all. */
export const recentJobs = 64;

/**
 * Stores a new job as `queued`, before anything is spawned for it. Until somebody claims it, the process that calls this counts
 * as its owner: it must stay until then. `prepare` is called with the id before the record is there, so that nothing sees the
 * job yet. Throws `state_unwritable` or `disk_full`.
 */
export async function createJob(
  context: StoreContext,
  { request, plan, workspace }: NewJob,
  prepare: (id: string) => Promise<void> = async () => undefined,
): Promise<JobRecord> {
  const { paths, world } = context;
  ensureStateFolders(paths);
  ensurePrivateFolder(workspaceFolder(paths, workspace));
  ensurePrivateFolder(recentFolder(paths, workspace));
  const now = world.now();
  let id = newJobId(now);
  while (!createPrivateFolder(jobFolder(paths, id))) id = newJobId(now);
  // The markers come before the record: a job is never without them, and a marker without a job is passed over.
  writeMarker(activeMarker(paths, id), paths.active);
  writeMarker(workspaceMarker(paths, workspace, id), paths.workspaces);
  writeMarker(recentMarker(paths, workspace, id), paths.recent);
  trimRecent(paths, workspace);
  await prepare(id);
  const createdAt = now.toISOString();
  const record: JobRecord = {
    schema: "codex-tandem/job/1",
    id,
    workspace,
    status: "queued",
    phase: "queued",
    createdAt,
    owner: world.self,
    ...fieldsOfRequest(request),
  };
  const folder = jobFolder(paths, id);
  await writePrivateFiles(folder, [
    { path: join(folder, jobFiles.request), content: printStored(request) },
    ...(plan === undefined ? [] : [{ path: join(folder, jobFiles.plan), content: printStored(plan) }]),
    { path: join(folder, jobFiles.record), content: printJobRecord(record) },
  ]);
  return record;
}

/** What a record has from the request. */
export function fieldsOfRequest({
  kind,
  title,
  rehearsal,
  askedBy,
  stallMs,
  idempotencyKey,
  session,
}: RunRequest): Pick<
  JobRecord,
  "kind" | "title" | "rehearsal" | "askedBy" | "stallMs" | "idempotencyKey" | "session"
> {
  return {
    kind,
    title,
    rehearsal,
    askedBy,
    stallMs,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Not each time, so that most jobs are made without it. Whoever else does it meanwhile removes no newer ones. */
function trimRecent(paths: StatePaths, workspace: string): void {
  const ids = readdirSync(recentFolder(paths, workspace)).filter(isJobId).sort();
  if (ids.length <= 2 * recentJobs) return;
  for (const id of ids.slice(0, -recentJobs)) removeFile(recentMarker(paths, workspace, id));
}

function writeMarker(path: string, folder: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    if (errorCodeOf(thrown) !== "EEXIST") throw toStateError(thrown, folder);
  }
}
