import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isRecord, parseJson } from "../domain/json.ts";
import { hasOptionalStrings, hasStrings, isStringList } from "../domain/json-shape.ts";
import { answerOrigins, decisions, type PendingAnswer } from "../domain/pending.ts";
import { readPrivateFile } from "./private-files.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

/** What somebody asks of the process that owns a run, while it goes on. */
export type OwnerRequest =
  /** Text for the turn that runs; `by` as in a cancel request. */
  | { readonly type: "steer"; readonly text: string; readonly by: string }
  /** An answer to what Codex asks; without `pending` to the only thing that it asks. */
  | { readonly type: "answer"; readonly pending?: string; readonly answer: PendingAnswer };

/** What became of a request. The reason of a refusal is for people, or one of `postReasons`. */
export type OwnerReply =
  | { readonly ok: true; readonly detail?: string }
  | { readonly ok: false; readonly reason: string };

/** Reasons that are not the owner's own words. */
export const postReasons = {
  /** The run had ended, or its owner: the request has changed nothing. */
  ended: "ended",
  /** The owner did not take the request in time; it was taken back and has changed nothing. */
  withdrawn: "withdrawn",
  /** The owner took the request and did not say what became of it in time: it may have had its effect. */
  unanswered: "unanswered",
} as const;

/** The files of one request in the folder `requests` of a job: written by the poster, taken by the owner by a new name, answered. */
export interface RequestFiles {
  readonly request: string;
  readonly taken: string;
  readonly reply: string;
}

export function requestsFolder({ paths }: StoreContext, id: string): string {
  return join(jobFolder(paths, id), jobFiles.requests);
}

export function requestFiles(folder: string, stem: string): RequestFiles {
  const named = (ending: string) => join(folder, `${stem}${ending}.json`);
  return { request: named(""), taken: named(".taken"), reply: named(".reply") };
}

let count = 0;

/** A name for the files of a new request; names sort by time, those of one process in the order of the calls. */
export function newStem(now: Date): string {
  const time = now.toISOString().replace(/[-:.]/g, "").replace("T", "t").replace("Z", "");
  count = (count + 1) % 1_000_000;
  return `${time}-${String(count).padStart(6, "0")}-${randomBytes(6).toString("hex")}`;
}

/** The stems of the requests among the names of a folder that nobody has taken yet, first one first. */
export function waitingStems(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => /^(\d{8}t\d{9}-\d{6}-[0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []).sort();
}

/** Reads a request of somebody else; undefined when it is none. */
export function readOwnerRequest(path: string): OwnerRequest | undefined {
  const read = readPrivateFile(path, largestRequest);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  return isOwnerRequest(value) ? value : undefined;
}

/** Reads the owner's reply; undefined as long as there is none. */
export function readOwnerReply(path: string): OwnerReply | undefined {
  const read = readPrivateFile(path, largestReply);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  return isOwnerReply(value) ? value : undefined;
}

/** A reply with words of bounded length. */
export function boundedReply(reply: OwnerReply): OwnerReply {
  const cut = (text: string) => text.slice(0, longestWords);
  if (!reply.ok) return { ok: false, reason: cut(reply.reason) };
  return reply.detail === undefined ? { ok: true } : { ok: true, detail: cut(reply.detail) };
}

/** Above any text that a person may send, also when all of it has to be escaped. */
export const largestRequest = 4 * 1024 * 1024;
const largestReply = 256 * 1024;
const longestWords = 16 * 1024;

function isOwnerRequest(value: unknown): value is OwnerRequest {
  if (!isRecord(value)) return false;
  if (value["type"] === "steer") return hasStrings(value, ["text", "by"]);
  return (
    value["type"] === "answer" && hasOptionalStrings(value, ["pending"]) && isPendingAnswer(value["answer"])
  );
}

/** Only known words: what decides over a command of Codex is never guessed. */
function isPendingAnswer(value: unknown): value is PendingAnswer {
  if (!isRecord(value)) return false;
  const { answers } = value;
  return (
    decisions.some((decision) => decision === value["decision"]) &&
    answerOrigins.some((origin) => origin === value["origin"]) &&
    (answers === undefined || (isRecord(answers) && isStringList(Object.values(answers))))
  );
}

function isOwnerReply(value: unknown): value is OwnerReply {
  if (!isRecord(value)) return false;
  return value["ok"] === true
    ? hasOptionalStrings(value, ["detail"])
    : value["ok"] === false && hasStrings(value, ["reason"]);
}
