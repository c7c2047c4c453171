import { join } from "node:path";
import { type Envelope, envelopeSchema } from "../domain/envelope.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import type { RunRequest } from "../domain/run.ts";
import { hasStrings } from "./json-shape.ts";
import { readPrivateFile, writePrivateFile } from "./private-files.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import { type StoreContext, setAside } from "./store-context.ts";

/** Stores the result of a job; durable before this returns. */
export async function writeResult(context: StoreContext, id: string, envelope: Envelope): Promise<void> {
  const path = join(jobFolder(context.paths, id), jobFiles.result);
  await writePrivateFile(path, `${JSON.stringify(envelope, undefined, 2)}\n`);
}

/** The stored result of a job; undefined when there is none. One that cannot be used is set aside and reported. */
export async function readResult(context: StoreContext, id: string): Promise<Envelope | undefined> {
  return readJobFile(context, id, jobFiles.result, isEnvelope);
}

/** Stores what was asked for. */
export async function writeRequest(context: StoreContext, id: string, request: RunRequest): Promise<void> {
  const path = join(jobFolder(context.paths, id), jobFiles.request);
  await writePrivateFile(path, `${JSON.stringify(request, undefined, 2)}\n`);
}

/** What was asked for; undefined when it is not there. One that cannot be used is set aside and reported. */
export async function readRequest(context: StoreContext, id: string): Promise<RunRequest | undefined> {
  return readJobFile(context, id, jobFiles.request, isRunRequest);
}

async function readJobFile<Value>(
  context: StoreContext,
  id: string,
  name: string,
  isWhole: (value: unknown) => value is Value,
): Promise<Value | undefined> {
  const path = join(jobFolder(context.paths, id), name);
  const read = readPrivateFile(path, largestFile);
  if (read.found === "nothing") return undefined;
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  if (isWhole(value)) return value;
  const problem = read.found === "refused" ? read.problem : "it is not a whole file of ours";
  // Files appear by rename, so a second reader cannot set aside anything but the same file.
  const setAsideAs = await setAside(path, context.world.now()).catch(() => undefined);
  context.reportProblem({ job: id, path, problem, ...(setAsideAs === undefined ? {} : { setAsideAs }) });
  return undefined;
}

/** Far above any answer; a larger file was not made by us. */
const largestFile = 256 * 1024 * 1024;

/** The folder is ours alone, so the check is for damage, not for malice: schema and the fields that decide. */
function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value) || value["schema"] !== envelopeSchema) return false;
  return typeof value["ok"] === "boolean" && typeof value["kind"] === "string";
}

function isRunRequest(value: unknown): value is RunRequest {
  if (!isRecord(value) || !hasStrings(value, ["kind", "title", "cwd", "tier", "isolation"])) return false;
  const lists = [value["files"], value["images"], value["mcpServers"], value["overrides"]];
  return (
    lists.every((list) => Array.isArray(list)) &&
    typeof value["rehearsal"] === "boolean" &&
    typeof value["network"] === "boolean" &&
    isRecord(value["environment"])
  );
}
