import { join } from "node:path";
import type { Envelope } from "../domain/envelope.ts";
import { parseStoredJson } from "../domain/json.ts";
import type { RunPlan, RunRequest } from "../domain/run.ts";
import { readPrivateFile, throwIfPassing } from "./private-files.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import { type StoreContext, setAside } from "./store-context.ts";
import { isStoredResult } from "./stored-result.ts";
import { isRunPlan, isRunRequest } from "./stored-shapes.ts";

/** The text of `result.json`. */
export function printResult(envelope: Envelope): string {
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

/** The stored result of a job; undefined when there is none. One that cannot be used is set aside and reported. */
export async function readResult(context: StoreContext, id: string): Promise<Envelope | undefined> {
  return readJobFile(context, id, jobFiles.result, (value) => isStoredResult(value, id));
}

/** The text of `request.json` and of `plan.json`. */
export function printStored(value: RunRequest | RunPlan): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What was asked for; undefined when it is not there. One that cannot be used is set aside and reported. */
export async function readRequest(context: StoreContext, id: string): Promise<RunRequest | undefined> {
  return readJobFile(context, id, jobFiles.request, isRunRequest);
}

/** What was decided about the run; undefined when it is not there. One that cannot be used is set aside and reported. */
export async function readPlan(context: StoreContext, id: string): Promise<RunPlan | undefined> {
  return readJobFile(context, id, jobFiles.plan, isRunPlan);
}

/** Throws `state_unwritable` when the file is there and cannot be read now: what it holds may be worth a lot. */
async function readJobFile<Value>(
  context: StoreContext,
  id: string,
  name: string,
  isWhole: (value: unknown) => value is Value,
): Promise<Value | undefined> {
  const path = join(jobFolder(context.paths, id), name);
  const read = readPrivateFile(path, largestFile);
  if (read.found === "nothing") return undefined;
  throwIfPassing(read, path);
  const value = read.found === "file" ? parseStoredJson(read.bytes.toString("utf8")) : undefined;
  if (isWhole(value)) return value;
  const problem = read.found === "refused" ? read.problem : "it is not a whole file of ours";
  // Files appear by rename, so a second reader cannot set aside anything but the same file.
  const setAsideAs = await setAside(path, context.world.now()).catch(() => undefined);
  context.reportProblem({ job: id, path, problem, ...(setAsideAs === undefined ? {} : { setAsideAs }) });
  return undefined;
}

/** Far above any answer; a larger file was not made by us. */
const largestFile = 256 * 1024 * 1024;
