import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { Log } from "../../settings/log.ts";
import type { Machine } from "../../settings/paths.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { writeCrashNote } from "./crash-note.ts";
import { loadWork } from "./handlers.ts";

/** Claude Code ends its servers 100 ms after it has told them to end. */
const shutdownMs = 60;
const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
const longestReason = 4_000;

/** The end of the server: wanted, which is a line of the log, or by a fault, which leaves a note. Runs go on either way. */
export class Lifetime {
  readonly #machine: Machine;
  #log: Promise<Log> | undefined;
  #isEnding = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Lines come in their order, as soon as the settings are read; the first one has them read. */
  readonly log: Log = (level, message, details) => {
    void this.#openLog().then((log) => log(level, message, details));
  };

  watchProcess(): void {
    for (const signal of signals) process.once(signal, () => this.shutDown(`the signal ${signal}`));
    process.on("uncaughtException", (error: unknown) =>
      this.crash(error instanceof Error ? (error.stack ?? error.message) : messageOf(error)),
    );
    process.stderr.on("error", () => {
      // Nobody reads the log any more.
    });
  }

  /** `lastWork` is for a client that is gone and so ends nobody: it takes some milliseconds and bounds itself. */
  shutDown(reason: string, lastWork?: () => Promise<void>): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const end = () => process.exit(0);
    const timer = setTimeout(end, shutdownMs);
    void this.#openLog()
      .then(async (log) => {
        log("info", "shutdown", { reason });
        if (lastWork === undefined) return;
        clearTimeout(timer);
        await lastWork();
      })
      .catch(() => undefined)
      .then(end);
  }

  crash(reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const { version, build } = tandemIdentity();
    const note = {
      server: "codex-tandem mcp",
      version,
      build,
      at: new Date().toISOString(),
      reason: reason.slice(0, longestReason),
      reconnect:
        "In Claude Code: the next call starts it again, or /mcp and Reconnect. Runs go on: tandem status.",
    };
    process.stderr.write(`${JSON.stringify({ crash: note })}\n`);
    try {
      writeCrashNote(resolveStateRoot(this.#machine), note);
    } catch (error) {
      process.stderr.write(`The note could not be kept: ${messageOf(error)}\n`);
    }
    process.exit(1);
  }

  async #openLog(): Promise<Log> {
    // Without a log the server is of use all the same.
    this.#log ??= loadWork()
      .then(async ({ openServerLog }) => openServerLog(this.#machine))
      .catch(() => () => undefined);
    return this.#log;
  }
}
