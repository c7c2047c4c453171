import { unquoteName } from "./paths.ts";

/** Lines of a file, counted from 1, both ends included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The part of a patch that belongs to one file. */
export interface DiffSection {
  /** The name after the change, in bytes. */
  readonly name: Buffer;
  /** Size of the section, also when its text was not kept. */
  readonly bytes: number;
  /** Absent when it is longer than the splitter keeps. */
  readonly text?: Buffer;
  readonly isBinary: boolean;
  readonly insertions: number;
  readonly deletions: number;
  /** The hunks, with their context lines, in the new version. */
  readonly changedLines: readonly LineRange[];
}

/** Header lines hold at most two names; of longer lines only the start is looked at. */
const headerLimit = 64 * 1024;
const lineFeed = 0x0a;

/**
 * Splits the output of `git diff --patch` into files while it arrives, so that memory does not grow with it. Every line of a hunk
 * starts with a space, `+`, `-` or `\`, and git quotes line ends in names; so no content and no name can look like the
 * start of a file.
 */
export class DiffSplitter {
  readonly #maxBytes: number;
  readonly #onSection: (section: DiffSection) => void;
  #partial: Buffer = Buffer.alloc(0);
  #isInLongLine = false;
  #current: OpenSection | undefined;

  /** `maxBytes`: sections longer than it are counted and their text is dropped. */
  constructor(maxBytes: number, onSection: (section: DiffSection) => void) {
    this.#maxBytes = maxBytes;
    this.#onSection = onSection;
  }

  push(chunk: Buffer): void {
    const data = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    let start = 0;
    let rest = data.indexOf(lineFeed) + 1;
    if (this.#isInLongLine) {
      const end = rest === 0 ? data.length : rest;
      this.#current?.add(data.subarray(0, end), this.#maxBytes);
      this.#isInLongLine = rest === 0;
      start = end;
    }
    for (rest = data.indexOf(lineFeed, start) + 1; rest > 0; rest = data.indexOf(lineFeed, start) + 1) {
      this.#takeLine(data.subarray(start, rest));
      start = rest;
    }
    this.#partial = data.subarray(start);
    if (this.#partial.length > headerLimit) {
      this.#takeLine(this.#partial);
      this.#partial = Buffer.alloc(0);
      this.#isInLongLine = true;
    }
  }

  /** To be called once, when the output has ended. */
  end(): void {
    if (this.#partial.length > 0) this.#takeLine(this.#partial);
    this.#close();
  }

  #takeLine(line: Buffer): void {
    if (startsWith(line, fileStart)) {
      this.#close();
      this.#current = new OpenSection(line);
    }
    this.#current?.read(line);
    this.#current?.add(line, this.#maxBytes);
  }

  #close(): void {
    if (this.#current !== undefined) this.#onSection(this.#current.finish());
    this.#current = undefined;
  }
}

const fileStart = Buffer.from("diff --git ");
const hunkStart = Buffer.from("@@ -");
const renameTo = Buffer.from("rename to ");
const binaryFiles = Buffer.from("Binary files ");
const plus = "+".charCodeAt(0);
const minus = "-".charCodeAt(0);

class OpenSection {
  #name: Buffer;
  #pieces: Buffer[] | undefined = [];
  #bytes = 0;
  #isBinary = false;
  #insertions = 0;
  #deletions = 0;
  readonly #changedLines: LineRange[] = [];
  #isInHunk = false;

  constructor(firstLine: Buffer) {
    this.#name = nameOfFirstLine(firstLine.subarray(fileStart.length, firstLine.length - 1));
  }

  read(line: Buffer): void {
    if (startsWith(line, hunkStart)) {
      this.#isInHunk = true;
      const range = newRange(line);
      if (range !== undefined) this.#changedLines.push(range);
    } else if (this.#isInHunk) {
      if (line[0] === plus) this.#insertions += 1;
      if (line[0] === minus) this.#deletions += 1;
    } else if (startsWith(line, renameTo)) {
      this.#name = Buffer.from(unquoteName(line.subarray(renameTo.length, line.length - 1)));
    } else if (startsWith(line, binaryFiles)) {
      this.#isBinary = true;
    }
  }

  add(piece: Buffer, maxBytes: number): void {
    this.#bytes += piece.length;
    if (this.#bytes > maxBytes) this.#pieces = undefined;
    this.#pieces?.push(piece);
  }

  finish(): DiffSection {
    return {
      name: this.#name,
      bytes: this.#bytes,
      // A copy: the pieces would keep the whole output in memory.
      ...(this.#pieces === undefined ? {} : { text: Buffer.concat(this.#pieces) }),
      isBinary: this.#isBinary,
      insertions: this.#insertions,
      deletions: this.#deletions,
      changedLines: this.#changedLines,
    };
  }
}

/** `a/NAME b/NAME`, each in quotes when needed. Both are the same name; a rename says its names in lines of their own. */
function nameOfFirstLine(names: Buffer): Buffer {
  const second = names.subarray((names.length + 1) / 2);
  return Buffer.from(unquoteName(second).subarray("b/".length));
}

/** The second range of `@@ -old,lines +new,lines @@`; undefined when the hunk leaves no line. */
function newRange(line: Buffer): LineRange | undefined {
  const match = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line.toString("latin1", 0, 80));
  const start = Number(match?.[1] ?? 0);
  const lines = Number(match?.[2] ?? 1);
  return match === null || lines === 0 ? undefined : { start, end: start + lines - 1 };
}

function startsWith(line: Buffer, prefix: Buffer): boolean {
  return line[0] === prefix[0] && line.subarray(0, prefix.length).equals(prefix);
}
