import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { reportError } from "../domain/errors/tandem-error.ts";
import type { JobRecord } from "../domain/job.ts";
import { fieldsOfRequest } from "./create-job.ts";
import { statusOfResult } from "./job-status.ts";
import { readLock } from "./lock-file.ts";
import { livenessOf } from "./process-identity.ts";
import { jobFiles, jobFolder, workspaceMarker } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { presentReceipt } from "./store-result.ts";
import { readRequest, readResult } from "./stored-files.ts";

/**
 * A new record of a job whose record cannot be used, from what else is known: the request, the result, the owner's lock.
 * Undefined when the request is not readable either. The record lock is held.
 */
export async function rebuildRecord(
  context: StoreContext,
  id: string,
  problem: string,
): Promise<JobRecord | undefined> {
  const request = await readRequest(context, id);
  if (request === undefined) return undefined;
  const known = {
    schema: "codex-tandem/job/1",
    id,
    workspace: workspaceOf(context, id, request.cwd),
    createdAt: timeOfId(id),
    ...fieldsOfRequest(request),
  } as const;
  return { ...known, ...(await stateOf(context, id, problem)) };
}

async function stateOf(
  context: StoreContext,
  id: string,
  problem: string,
): Promise<Pick<JobRecord, "status" | "owner" | "endedAt" | "error" | "receipt">> {
  const now = context.world.now().toISOString();
  const result = await readResult(context, id);
  if (result !== undefined) {
    const status = statusOfResult(result);
    const endedAt = result.job?.endedAt ?? now;
    const error = result.error && { kind: result.error.kind, message: result.error.message };
    const receipt = presentReceipt(context, id)?.sha256;
    return {
      status,
      endedAt,
      ...(error === undefined ? {} : { error }),
      ...(receipt === undefined ? {} : { receipt }),
    };
  }
  const owner = readLock(join(jobFolder(context.paths, id), jobFiles.ownerLock))?.holder?.process;
  if (owner !== undefined && livenessOf(owner, context.world.processes) !== "dead") {
    return { status: "running", owner };
  }
  const { kind, message } = reportError("internal", { cause: problem });
  return { status: "failed", endedAt: now, error: { kind, message } };
}

/** The workspace is the run's folder or one above it; its marker tells which. */
function workspaceOf(context: StoreContext, id: string, cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(workspaceMarker(context.paths, folder, id))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

/** The time in an id (`20261121t024700123-bcdfgh`) as ISO 8601. */
function timeOfId(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})-.*$/, "$1-$2-$3T$4:$5:$6.$7Z");
}
