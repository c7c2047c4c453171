import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isRecord, parseJson } from "../../domain/json.ts";
import { makeFolder } from "../../settings/make-folder.ts";

/** What is kept of a server that ended by a fault. */
export interface CrashNote {
  readonly server: string;
  readonly version: string;
  readonly build: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly reason: string;
  readonly reconnect: string;
}

const fileName = "mcp-crash.json";
/** How long a crash is worth telling, in milliseconds. */
const freshMs = 24 * 60 * 60 * 1000;

/** Keeps a note in the state root in place of an earlier one; synchronous, because the process is about to end. Throws the system's error. */
export function writeCrashNote(stateRoot: string, note: CrashNote): void {
  makeFolder(stateRoot);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = openSync(join(stateRoot, fileName), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    writeSync(file, `${JSON.stringify(note, undefined, 2)}\n`);
  } finally {
    closeSync(file);
  }
}

/** The last crash as a sentence, while it is news. */
export function readCrashNote(stateRoot: string, now: Date = new Date()): string | undefined {
  let text: string;
  try {
    text = readFileSync(join(stateRoot, fileName), "utf8");
  } catch {
    return undefined; // None has crashed.
  }
  const note = parseJson(text);
  if (!isRecord(note)) return undefined;
  const { at, reason } = note;
  if (typeof at !== "string" || typeof reason !== "string") return undefined;
  // An age that is no number is not news either.
  if (!(now.getTime() - Date.parse(at) <= freshMs)) return undefined;
  return `This server ended by a fault at ${at} (${reason}). Runs were not touched by that.`;
}
