import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "../domain/events.ts";
import { encodeEntry } from "./journal-entry.ts";
import { repairJournal } from "./journal-repair.ts";
import { writePrivateFile } from "./private-files.ts";
import { ensurePrivateSubfolder } from "./private-folders.ts";
import { toStateError } from "./state-errors.ts";
import { jobFiles } from "./state-paths.ts";

interface JournalOptions {
  readonly now: () => Date;
  readonly redact: (text: string) => string;
}

/** Opens the journal of a job for its owner; a line that an earlier writer left unfinished is cut and recorded first. */
export async function openJournal(folder: string, options: JournalOptions): Promise<JournalWriter> {
  const path = join(folder, jobFiles.journal);
  await repairJournal(folder, options.now());
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    return new JournalWriter(folder, await open(path, flags, 0o600), options);
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}

/**
 * Appends events in the order of the calls, many in one write when they come fast. A failed write is thrown by the next
 * `flush` or `close`; later events are still written, each on a line of its own.
 */
export class JournalWriter {
  readonly #folder: string;
  readonly #handle: FileHandle;
  readonly #options: JournalOptions;
  #waiting: ReturnType<typeof encodeEntry>[] = [];
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  #endsInLine = false;

  constructor(folder: string, handle: FileHandle, options: JournalOptions) {
    this.#folder = folder;
    this.#handle = handle;
    this.#options = options;
  }

  append(event: RunEvent): void {
    const at = this.#options.now().toISOString();
    this.#waiting.push(encodeEntry(event, at, this.#options.redact));
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when everything appended so far is in the file. Throws `state_unwritable` or `disk_full`. */
  async flush(): Promise<void> {
    await this.#writing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Flushes and closes; closed also when the flush fails. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch).catch((thrown: unknown) => {
        this.#failure ??= toStateError(thrown, this.#folder);
        this.#endsInLine = true;
      });
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly ReturnType<typeof encodeEntry>[]): Promise<void> {
    // The file first: a line never names a payload that is not there.
    for (const { payload } of batch) if (payload !== undefined) await this.#writePayload(payload);
    const text = batch.map(({ line }) => line).join("");
    await this.#handle.appendFile(this.#endsInLine ? `\n${text}` : text);
    this.#endsInLine = false;
  }

  async #writePayload({ name, content }: { readonly name: string; readonly content: string }): Promise<void> {
    const folder = join(this.#folder, jobFiles.payloads);
    ensurePrivateSubfolder(folder);
    await writePrivateFile(join(folder, name), content, { durable: false });
  }
}
