import { isAbsolute } from "node:path";
import { type Envelope, envelopeSchema } from "../domain/envelope.ts";
import { isJobId } from "../domain/job.ts";
import { isRecord } from "../domain/json.ts";
import { hasOptionalStrings, hasStrings, isStringList, isWord } from "../domain/json-shape.ts";
import { engineNames, type RunPlan, type RunRequest } from "../domain/run.ts";

/** True for a stored result: schema and the fields that decide. */
export function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value) || value["schema"] !== envelopeSchema) return false;
  return typeof value["ok"] === "boolean" && typeof value["kind"] === "string";
}

/** True for a stored request: everything that decides what a run may do and what is started for it. */
export function isRunRequest(value: unknown): value is RunRequest {
  if (!isRecord(value) || !hasStrings(value, ["kind", "title", "cwd", "tier", "isolation"])) return false;
  const lists = [value["files"], value["images"], value["mcpServers"], value["overrides"]];
  const numbers = [value["timeoutMs"], value["stallMs"], value["inputByteCap"], value["gitTimeoutMs"]];
  const { addDirectories = [], environment, askedBy } = value;
  return (
    [...lists, addDirectories].every(isStringList) &&
    numbers.every((number) => typeof number === "number") &&
    (askedBy === undefined || isWord(askedBy)) &&
    hasOptionalStrings(value, ["prompt", "words", "resume", "idempotencyKey", "session"]) &&
    (value["gate"] === undefined || isGateRequest(value["gate"])) &&
    (value["delegate"] === undefined || isDelegateRequest(value["delegate"])) &&
    typeof value["rehearsal"] === "boolean" &&
    typeof value["network"] === "boolean" &&
    isRecord(environment) &&
    isStringList(Object.values(environment))
  );
}

/** Its work tree is found by this id, and the links are made as they stand. */
function isDelegateRequest(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { checks, links, includeUntracked, previewBytes, continues } = value;
  return (
    isStringList(checks) &&
    isStringList(links) &&
    typeof includeUntracked === "boolean" &&
    typeof previewBytes === "number" &&
    (continues === undefined || (typeof continues === "string" && isJobId(continues)))
  );
}

/** Git is given these folders, and the ids as they stand. */
function isGateRequest(value: unknown): boolean {
  if (!isRecord(value) || !hasStrings(value, ["fingerprint"]) || !isStringList(value["objectFolders"]))
    return false;
  const { omitted } = value;
  return (
    [value["baseTree"], value["headTree"]].every(
      (id) => typeof id === "string" && /^[0-9a-f]{40,64}$/.test(id),
    ) &&
    value["objectFolders"].every((folder) => isAbsolute(folder)) &&
    Array.isArray(omitted) &&
    omitted.every((one) => isRecord(one) && hasStrings(one, ["path", "reason"]))
  );
}

/** True for a stored plan: the program in it is started as it stands. */
export function isRunPlan(value: unknown): value is RunPlan {
  if (!isRecord(value) || !hasStrings(value, ["route", "codexHome"])) return false;
  const { codex, form, endpoint } = value;
  return (
    engineNames.some((name) => name === value["engine"]) &&
    (form === undefined || form === "native" || form === "structured") &&
    isRecord(codex) &&
    hasStrings(codex, ["path", "version"]) &&
    isStringList(codex["argumentsPrefix"]) &&
    (endpoint === undefined || isEndpointChoice(endpoint)) &&
    typeof value["usesOpenaiKey"] === "boolean" &&
    isStringList(value["warnings"])
  );
}

function isEndpointChoice(value: unknown): boolean {
  return isRecord(value) && hasStrings(value, ["address"]) && hasOptionalStrings(value, ["tokenFile"]);
}
