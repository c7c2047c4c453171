import { once } from "node:events";
import type { Readable } from "node:stream";
import { LineDecoder } from "./line-decoder.ts";
import { deliver, encode } from "./messages.ts";
import type { ServerProcess } from "./server-process.ts";
import type { Transport, TransportEnd, TransportHandlers } from "./transport.ts";

/** How long a process that is no longer ours may hold the pipes open after the server has ended, in milliseconds. */
const drainMs = 2_000;
const stderrTailLength = 4_000;

/** Speaks to a child process in JSON lines over its stdin and stdout. Owns the process: `close` leaves nothing of it. */
export class StdioTransport implements Transport {
  readonly #process: ServerProcess;
  #stderrTail = "";
  #ended = false;

  constructor(process: ServerProcess) {
    this.#process = process;
  }

  start(handlers: TransportHandlers): void {
    const { stdin, stdout, stderr } = this.#process;
    const messages = new LineDecoder({
      onLine: (line) => deliver(line, handlers),
      onOversize: (start) => handlers.onStray("oversize", start),
    });
    const diagnostics = new LineDecoder({
      onLine: (line) => {
        this.#stderrTail = `${this.#stderrTail}${line}\n`.slice(-stderrTailLength);
        handlers.onStray("stderr", line);
      },
      onOversize: (start) => handlers.onStray("stderr", start),
    });
    stdout.on("data", (chunk: Buffer) => messages.push(chunk));
    stderr.on("data", (chunk: Buffer) => diagnostics.push(chunk));
    // A broken pipe is told by the end of the process; without a listener Node would throw it.
    stdin.on("error", () => undefined);
    void this.#reportEnd(handlers, [
      drained(stdout).then(() => messages.end()),
      drained(stderr).then(() => diagnostics.end()),
    ]);
  }

  async send(message: object): Promise<void> {
    const { stdin, ended } = this.#process;
    if (this.#ended || !stdin.writable) throw new Error("the app-server has ended");
    if (stdin.write(`${encode(message)}\n`)) return;
    await Promise.race([once(stdin, "drain"), ended]);
  }

  async close(): Promise<void> {
    await this.#process.end();
  }

  /** Everything that the process wrote is delivered before its end is told. */
  async #reportEnd(handlers: TransportHandlers, outputs: readonly Promise<void>[]): Promise<void> {
    const reason = await this.#process.ended;
    await Promise.race([Promise.all(outputs), delay(drainMs)]);
    this.#ended = true;
    const end: TransportEnd = { reason, stderrTail: this.#stderrTail.trim() };
    handlers.onEnd(end);
  }
}

async function drained(stream: Readable): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
}

async function delay(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
