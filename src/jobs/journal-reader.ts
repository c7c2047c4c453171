import { closeSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../domain/events.ts";
import { type JournalEntry, parseEntry, parsePayload, payloadName } from "./journal-entry.ts";
import { readLines } from "./journal-lines.ts";
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
  /** `maxBytes` was reached before the end of the file. */
  readonly hasMore: boolean;
  /** Why the file was not read, when it is there and not ours. */
  readonly problem?: string;
  /** It may be read the next time. */
  readonly mayPass?: true;
}

export interface JournalRange {
  /** Offset to begin at, 0 without it. A file that is shorter is another one by now and read from its beginning. */
  readonly from?: number;
  /** Ends after the line that reaches so many bytes. */
  readonly maxBytes?: number;
}

/**
 * Reads the journal of a job and changes nothing; an absent one is empty. Memory holds a part of the file beside the entries, so
 * `maxBytes` bounds it.
 */
export function readJournal(folder: string, range: JournalRange = {}): JournalPart {
  const { from = 0, maxBytes = Number.POSITIVE_INFINITY } = range;
  const opened = openPrivateFile(join(folder, jobFiles.journal));
  if (opened.found === "nothing") return { ...emptyPart, nextOffset: from };
  if (opened.found === "refused") {
    const { found: _found, ...why } = opened;
    return { ...emptyPart, nextOffset: from, ...why };
  }
  try {
    return collect(opened.descriptor, from > opened.stats.size ? 0 : from, maxBytes);
  } finally {
    closeSync(opened.descriptor);
  }
}

/** The whole journal in parts of bounded size; there is at least one. */
export function* readJournalParts(folder: string): Generator<JournalPart, void, undefined> {
  for (let from = 0; ; ) {
    const part = readJournal(folder, { from, maxBytes: partBytes });
    yield part;
    if (!part.hasMore) return;
    from = part.nextOffset;
  }
}

/** The last part of the journal: where it ends, and how. */
export function readJournalEnd(folder: string): JournalPart {
  let part = readJournal(folder, { maxBytes: partBytes });
  while (part.hasMore) part = readJournal(folder, { from: part.nextOffset, maxBytes: partBytes });
  return part;
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

const emptyPart = { entries: [], strays: [], tornBytes: 0, lacksLineEnd: false, hasMore: false } as const;
const largestPayload = 256 * 1024 * 1024;
const partBytes = 4 * 1024 * 1024;

function collect(descriptor: number, from: number, maxBytes: number): JournalPart {
  const entries: JournalEntry[] = [];
  const strays: string[] = [];
  const keep = (line: Buffer): boolean => {
    const entry = parseEntry(line.toString("utf8"));
    if (entry !== undefined) entries.push(entry);
    return entry !== undefined;
  };
  const { rest, restBytes, nextOffset, hasMore } = readLines(descriptor, { from, maxBytes }, (line) => {
    if (line.length > 0 && !keep(line)) strays.push(line.toString("utf8", 0, 4_096));
  });
  if (restBytes > 0 && keep(rest)) {
    const end = nextOffset + restBytes;
    return { entries, strays, nextOffset: end, tornBytes: 0, lacksLineEnd: true, hasMore };
  }
  return { entries, strays, nextOffset, tornBytes: restBytes, lacksLineEnd: false, hasMore };
}
