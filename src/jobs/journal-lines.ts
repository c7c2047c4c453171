import { readSync } from "node:fs";

/** What was read of a file of lines. */
export interface LinesRead {
  /** The unfinished last line, cut when it is longer than any line of ours. */
  readonly rest: Buffer;
  /** Its bytes in the file. */
  readonly restBytes: number;
  /** Behind the last whole line. */
  readonly nextOffset: number;
  /** `maxBytes` was reached before the end of the file. */
  readonly hasMore: boolean;
}

/** Much longer than a line of ours can be. Of a longer one only its beginning is kept. */
const longestLine = 1024 * 1024;
const lineEnd = 0x0a;

/** Calls `visit` with each whole line from an offset on, to the end of the file or of the line that reaches `maxBytes`. */
export function readLines(
  descriptor: number,
  { from, maxBytes }: { readonly from: number; readonly maxBytes: number },
  visit: (line: Buffer) => void,
): LinesRead {
  const chunk = Buffer.alloc(256 * 1024);
  const line = new LineParts();
  let offset = from;
  let lineStart = from;
  while (lineStart - from < maxBytes) {
    const count = readSync(descriptor, chunk, 0, chunk.length, offset);
    if (count === 0) {
      return { rest: line.take(), restBytes: offset - lineStart, nextOffset: lineStart, hasMore: false };
    }
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0 && end < count; end = chunk.indexOf(lineEnd, start)) {
      line.add(chunk.subarray(start, end));
      visit(line.take());
      start = end + 1;
      lineStart = offset + start;
    }
    line.add(chunk.subarray(start, count));
    offset += count;
  }
  return { rest: Buffer.alloc(0), restBytes: 0, nextOffset: lineStart, hasMore: true };
}

/** A line that comes in several chunks. */
class LineParts {
  #parts: Buffer[] = [];
  #bytes = 0;

  add(part: Buffer): void {
    const kept = part.subarray(0, longestLine - this.#bytes);
    if (kept.length === 0) return;
    // A copy: the next read overwrites the chunk.
    this.#parts.push(Buffer.from(kept));
    this.#bytes += kept.length;
  }

  take(): Buffer {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}
