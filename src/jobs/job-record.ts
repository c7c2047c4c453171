import { type JobRecord, jobStatuses, type ProcessIdentity } from "../domain/job.ts";
import { isRecord, parseStoredJson } from "../domain/json.ts";
import { isNumber } from "../domain/json-check.ts";
import { hasOptionalStrings, hasStrings, isStringList, isTime, isWord } from "../domain/json-shape.ts";

/** The text of `job.json`. */
export function printJobRecord(record: JobRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Reads `job.json` of the job `id`; undefined when it is not a whole record of this job. */
export function parseJobRecord(text: string, id: string): JobRecord | undefined {
  const value = parseStoredJson(text);
  return isJobRecord(value) && value.id === id ? value : undefined;
}

/** True for a process identity as we write it; anything else is never looked up and never signalled. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (!isRecord(value)) return false;
  const { pid } = value;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return false;
  return hasStrings(value, ["host"]) && hasOptionalStrings(value, ["startTime", "boot", "pidNamespace"]);
}

function isJobRecord(value: unknown): value is JobRecord {
  if (!isRecord(value) || value["schema"] !== "codex-tandem/job/1") return false;
  return (
    hasStrings(value, ["id", "kind", "title", "workspace"]) &&
    hasOptionalStrings(value, optionalTexts) &&
    [value["host"], value["askedBy"]].every((it) => it === undefined || isWord(it)) &&
    jobStatuses.some((status) => status === value["status"]) &&
    isTime(value["createdAt"]) &&
    optionalTimes.every((name) => value[name] === undefined || isTime(value[name])) &&
    [value["owner"], value["child"]].every((it) => it === undefined || isProcessIdentity(it)) &&
    [value["tokens"], value["stallMs"]].every((it) => it === undefined || isNumber(it)) &&
    (value["isThreadKept"] === undefined || typeof value["isThreadKept"] === "boolean") &&
    isPendingList(value["pending"]) &&
    typeof value["rehearsal"] === "boolean" &&
    isErrorField(value["error"])
  );
}

const optionalTexts = [
  "engine",
  "route",
  "phase",
  "thread",
  "turn",
  "currentCommand",
  "verdict",
  "idempotencyKey",
  "receipt",
  "session",
] as const;

const optionalTimes = ["startedAt", "endedAt", "lastEventAt", "readAt", "journalDroppedAt"] as const;

function isErrorField(value: unknown): boolean {
  return value === undefined || (isRecord(value) && hasStrings(value, ["kind", "message"]));
}

/** Each of them is put before a person, so their shape counts: no answer may go to something that was never asked. */
function isPendingList(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isPending));
}

function isPending(value: unknown): boolean {
  if (!isRecord(value) || !hasStrings(value, ["id", "text"]) || !isWord(value["kind"])) return false;
  const { questions } = value;
  return (
    isStringList(value["choices"]) &&
    isTime(value["expiresAt"]) &&
    (questions === undefined || (Array.isArray(questions) && questions.every(isQuestion)))
  );
}

function isQuestion(value: unknown): boolean {
  return isRecord(value) && hasStrings(value, ["id", "text"]) && isStringList(value["choices"]);
}
