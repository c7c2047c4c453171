import { StringDecoder } from "node:string_decoder";

/** Longest line that is kept: over twice the largest that Codex 0.169 was seen to send (a 2 MB message, 1 MiB outputs, images as base64). */
export const longestLine = 64 * 1024 * 1024;

export interface LineHandlers {
  readonly onLine: (line: string) => void;
  /** A line over the limit was dropped; `start` is its beginning. */
  readonly onOversize: (start: string) => void;
}

/** Cuts a byte stream into lines. Characters split over chunks stay whole; memory is bounded by the limit. */
export class LineDecoder {
  readonly #handlers: LineHandlers;
  readonly #limit: number;
  readonly #decoder = new StringDecoder("utf8");
  #parts: string[] = [];
  #length = 0;
  #dropping = false;

  constructor(handlers: LineHandlers, limit = longestLine) {
    this.#handlers = handlers;
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#pushText(this.#decoder.write(chunk));
  }

  /** The last line, if it lacks its line feed. */
  end(): void {
    this.#pushText(this.#decoder.end());
    if (this.#length > 0 && !this.#dropping) this.#emit();
  }

  #pushText(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#append(text.slice(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#append(text.slice(start));
  }

  #append(part: string): void {
    if (this.#dropping || part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= this.#limit) return;
    this.#handlers.onOversize(this.#parts.join("").slice(0, 200));
    this.#parts = [];
    this.#dropping = true;
  }

  #emit(): void {
    const line = this.#parts.join("");
    const dropped = this.#dropping;
    this.#parts = [];
    this.#length = 0;
    this.#dropping = false;
    if (!dropped && line.trim().length > 0) this.#handlers.onLine(line);
  }
}
