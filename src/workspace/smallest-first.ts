/**
 * Keeps texts whose sum stays within a limit, the smallest first, so that one generated file does not push out all others. It never
 * holds more than the limit and one text.
 */
export class SmallestFirst {
  readonly #maxBytes: number;
  readonly #texts = new Map<string, Buffer>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a text; a second one under the same key is appended. What is then too much is dropped, the largest first. */
  offer(key: string, text: Buffer): void {
    const before = this.#texts.get(key);
    this.#texts.set(key, before === undefined ? text : Buffer.concat([before, text]));
    this.#bytes += text.length;
    while (this.#bytes > this.#maxBytes) this.#dropLargest();
  }

  get(key: string): Buffer | undefined {
    return this.#texts.get(key);
  }

  #dropLargest(): void {
    let largest: string | undefined;
    let size = -1;
    for (const [key, text] of this.#texts) {
      // Of two alike the later one goes.
      if (text.length >= size) [largest, size] = [key, text.length];
    }
    if (largest === undefined) return;
    this.#texts.delete(largest);
    this.#bytes -= size;
  }
}
