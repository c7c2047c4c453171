import { join } from "node:path";
import { isRecord, parseJson } from "../domain/json.ts";
import { hasStrings, isTime } from "../domain/json-shape.ts";
import { readPrivateFile, writePrivateFile } from "./private-files.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/** That a job should stop. Its owner watches for it. */
export interface CancelRequest {
  /** Who asked: "a person", "Claude Code". */
  readonly by: string;
  readonly at: string;
}

/** Asks the owner of a job to stop it. A second request changes nothing. */
export async function requestCancel(context: StoreContext, id: string, by: string): Promise<CancelRequest> {
  const present = readCancelRequest(context, id);
  if (present !== undefined) return present;
  const request = { by, at: context.world.now().toISOString() };
  await writePrivateFile(cancelPath(context, id), JSON.stringify(request));
  return request;
}

/** The request to stop a job, if there is one. */
export function readCancelRequest(context: StoreContext, id: string): CancelRequest | undefined {
  const read = readPrivateFile(cancelPath(context, id), 64 * 1024);
  if (read.found !== "file") return undefined;
  const value = parseJson(read.bytes.toString("utf8"));
  return isCancelRequest(value) ? value : undefined;
}

function cancelPath(context: StoreContext, id: string): string {
  return join(jobFolder(context.paths, id), jobFiles.cancel);
}

function isCancelRequest(value: unknown): value is CancelRequest {
  return isRecord(value) && hasStrings(value, ["by"]) && isTime(value["at"]);
}
