import { open, stat } from "node:fs/promises";
import { isRecord, parseJson } from "../../domain/json.ts";
import { LineDecoder } from "../app-server/line-decoder.ts";
import { findRollout } from "./find-rollout.ts";

/** Longest line of a session file that is looked at: larger ones are images and outputs, which nothing here is read from. */
const longestEntry = 8 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/** One line of a session file. */
export interface RolloutEntry {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Reads what Codex adds to the session file of a thread, in bounded memory and never twice. */
export class RolloutReader {
  readonly #codexHome: string;
  readonly #thread: string;
  readonly #onEntry: (entry: RolloutEntry) => void;
  readonly #lines: LineDecoder;
  #path: string | undefined;
  #offset = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(codexHome: string, thread: string, onEntry: (entry: RolloutEntry) => void) {
    this.#codexHome = codexHome;
    this.#thread = thread;
    this.#onEntry = onEntry;
    this.#lines = new LineDecoder(
      { onLine: (line) => this.#read(line), onOversize: () => undefined },
      longestEntry,
    );
  }

  /** Leaves out what is there now: the earlier turns of the thread. */
  async skipToEnd(): Promise<void> {
    this.#path = await findRollout(this.#codexHome, this.#thread);
    if (this.#path !== undefined) this.#offset = (await stat(this.#path)).size;
  }

  /** Leaves out all but the last `maxBytes`; the line that is cut there is no entry. */
  async skipToTail(maxBytes: number): Promise<void> {
    await this.skipToEnd();
    this.#offset = Math.max(0, this.#offset - maxBytes);
  }

  /** Reads what is new, one call after the other. A file that cannot be read, yet or any more, has nothing new. */
  async poll(): Promise<void> {
    this.#reading = this.#reading.then(async () => this.#readOn()).catch(() => undefined);
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    this.#path ??= await findRollout(this.#codexHome, this.#thread);
    if (this.#path === undefined) return;
    const handle = await open(this.#path);
    try {
      const buffer = Buffer.alloc(chunkBytes);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        this.#lines.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }

  #read(line: string): void {
    const entry = parseJson(line);
    if (!isRecord(entry) || typeof entry["type"] !== "string" || !isRecord(entry["payload"])) return;
    this.#onEntry({ type: entry["type"], payload: entry["payload"] });
  }
}
