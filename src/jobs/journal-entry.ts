import { createHash } from "node:crypto";
import type { RunEvent } from "../domain/events.ts";
import { isRecord, parseStoredJson } from "../domain/json.ts";
import { isTime } from "../domain/json-shape.ts";
import { isStoredEvent } from "./stored-event.ts";

/** One line of the journal. */
export interface JournalEntry {
  readonly at: string;
  readonly event: RunEvent;
  /** Set when `event` is shortened: the whole one is the file `payloads/<sha256>.json`. */
  readonly payload?: { readonly sha256: string; readonly bytes: number };
}

/** A line and, for a long event, the file that holds the whole of it. */
interface EncodedEntry {
  readonly line: string;
  readonly payload?: { readonly name: string; readonly content: string };
}

/** Events above this many bytes go into a file of their own. */
export const largestLine = 64 * 1024;

/** Makes the journal line of an event; `redact` sees every text of it as it was, before JSON escapes it. */
export function encodeEntry(event: RunEvent, at: string, redact: (text: string) => string): EncodedEntry {
  const clean = mapTexts(event, redact);
  const content = JSON.stringify(clean);
  const bytes = Buffer.byteLength(content);
  if (bytes <= largestLine) return { line: printEntry({ at, event: clean }) };
  const sha256 = createHash("sha256").update(content).digest("hex");
  return {
    line: printEntry({ at, event: shorten(clean), payload: { sha256, bytes } }),
    payload: { name: payloadName(sha256), content },
  };
}

/** Reads one line; undefined when it is not an entry of ours. */
export function parseEntry(line: string): JournalEntry | undefined {
  const value = parseStoredJson(line);
  return isEntry(value) ? value : undefined;
}

/** Reads the whole event from its payload file; undefined when that is not the content that the line names. */
export function parsePayload(content: Buffer, sha256: string): RunEvent | undefined {
  if (createHash("sha256").update(content).digest("hex") !== sha256) return undefined;
  const value = parseStoredJson(content.toString("utf8"));
  return isStoredEvent(value) ? value : undefined;
}

export function payloadName(sha256: string): string {
  return `${sha256}.json`;
}

function printEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function isEntry(value: unknown): value is JournalEntry {
  if (!isRecord(value) || !isTime(value["at"]) || !isStoredEvent(value["event"])) return false;
  const { payload } = value;
  if (payload === undefined) return true;
  // The hash becomes part of a file name.
  return (
    isRecord(payload) && typeof payload["sha256"] === "string" && /^[0-9a-f]{64}$/.test(payload["sha256"])
  );
}

/** The event with long texts cut, for readers that need no more than a look at it. */
function shorten(event: RunEvent): RunEvent {
  const short = mapTexts(event, (text) => (text.length > 1_000 ? `${text.slice(0, 1_000)} …` : text));
  if (Buffer.byteLength(JSON.stringify(short)) <= largestLine / 2) return short;
  return { type: "unknown", name: event.type, payload: null };
}

/** Applies `change` to every text in a value of plain data. */
function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  const mapped: unknown = mapUnknown(value, change);
  // The same shape with other texts: TypeScript cannot follow that through the recursion.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return mapped as Value;
}

function mapUnknown(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapUnknown(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapUnknown(item, change)]));
}
