import { closeSync, readSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../domain/events.ts";
import { type JournalEntry, parseEntry, parsePayload, payloadName } from "./journal-entry.ts";
import { openPrivateFile, readPrivateFile } from "./private-files.ts";
import { jobFiles } from "./state-paths.ts";

/** What a journal holds from some offset on. */
export interface JournalPart {
  readonly entries: readonly JournalEntry[];
  /** Lines that are no entries of ours, as they are (cut when very long). */
  readonly strays: readonly string[];
  /** Where to read on later: behind the last whole line. */
  readonly nextOffset: number;
  /** Bytes of an unfinished last line. While the owner lives it may be in the middle of a write. */
  readonly tornBytes: number;
  /** The last entry is whole and only its line end is missing. */
  readonly lacksLineEnd: boolean;
  /** Why the file was not read, when it is there and not ours. */
  readonly problem?: string;
}

/** Reads the journal of a job and changes nothing; an absent one is empty. Memory holds one line at a time beside the entries. */
export function readJournal(folder: string, { from = 0 }: { readonly from?: number } = {}): JournalPart {
  const opened = openPrivateFile(join(folder, jobFiles.journal));
  if (opened.found === "nothing") return { ...emptyPart, nextOffset: from };
  if (opened.found === "refused") return { ...emptyPart, nextOffset: from, problem: opened.problem };
  try {
    return collect(opened.descriptor, from);
  } finally {
    closeSync(opened.descriptor);
  }
}

/** The event of an entry as it was, also when the journal holds a shortened one. */
export function wholeEvent(folder: string, entry: JournalEntry): RunEvent {
  if (entry.payload === undefined) return entry.event;
  const { sha256 } = entry.payload;
  const path = join(folder, jobFiles.payloads, payloadName(sha256));
  const read = readPrivateFile(path, largestPayload);
  const event = read.found === "file" ? parsePayload(read.bytes, sha256) : undefined;
  return event ?? entry.event;
}

const emptyPart = { entries: [], strays: [], tornBytes: 0, lacksLineEnd: false } as const;
const largestPayload = 256 * 1024 * 1024;
const lineEnd = 0x0a;

function collect(descriptor: number, from: number): JournalPart {
  const entries: JournalEntry[] = [];
  const strays: string[] = [];
  const keep = (line: Buffer): boolean => {
    const text = line.toString("utf8");
    const entry = parseEntry(text);
    if (entry !== undefined) entries.push(entry);
    return entry !== undefined;
  };
  const { rest, nextOffset } = eachLine(descriptor, from, (line) => {
    if (line.length > 0 && !keep(line)) strays.push(line.toString("utf8", 0, 4_096));
  });
  if (rest.length > 0 && keep(rest)) {
    return { entries, strays, nextOffset: nextOffset + rest.length, tornBytes: 0, lacksLineEnd: true };
  }
  return { entries, strays, nextOffset, tornBytes: rest.length, lacksLineEnd: false };
}

function eachLine(
  descriptor: number,
  from: number,
  visit: (line: Buffer) => void,
): { readonly rest: Buffer; readonly nextOffset: number } {
  const chunk = Buffer.alloc(256 * 1024);
  let pending: Buffer[] = [];
  let offset = from;
  let lineStart = from;
  for (;;) {
    const count = readSync(descriptor, chunk, 0, chunk.length, offset);
    if (count === 0) return { rest: Buffer.concat(pending), nextOffset: lineStart };
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0 && end < count; end = chunk.indexOf(lineEnd, start)) {
      visit(Buffer.concat([...pending, chunk.subarray(start, end)]));
      pending = [];
      start = end + 1;
      lineStart = offset + start;
    }
    // A copy: the next read overwrites the chunk.
    if (start < count) pending.push(Buffer.from(chunk.subarray(start, count)));
    offset += count;
  }
}
