import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { ProcessGroup } from "../process-group.ts";
import { LineDecoder } from "./line-decoder.ts";
import type { Transport, TransportEnd, TransportHandlers } from "./transport.ts";

/** An app-server ends within about 25 ms of the end of its stdin (Codex 0.169); past this it is killed. */
const closeGraceMs = 2_000;
const stderrTailLength = 4_000;

export interface ProcessStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Speaks to a child process in JSON lines over its stdin and stdout. Owns the process: `close` leaves nothing of it. */
export class StdioTransport implements Transport {
  readonly #group: ProcessGroup;
  readonly #streams: ProcessStreams;
  #stderrTail = "";
  #ended = false;

  constructor(group: ProcessGroup, streams: ProcessStreams) {
    this.#group = group;
    this.#streams = streams;
  }

  start(handlers: TransportHandlers): void {
    const { stdin, stdout, stderr } = this.#streams;
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
    const { stdin } = this.#streams;
    if (this.#ended || !stdin.writable) throw new Error("the app-server has ended");
    if (stdin.write(`${JSON.stringify(message, wellFormed)}\n`)) return;
    await Promise.race([once(stdin, "drain"), this.#group.ended]);
  }

  async close(): Promise<void> {
    this.#streams.stdin.end();
    const timer = setTimeout(() => void this.#group.stop(closeGraceMs), closeGraceMs);
    await this.#group.ended;
    clearTimeout(timer);
    await this.#group.stop(0);
  }

  /** Everything that the process wrote is delivered before its end is told. */
  async #reportEnd(handlers: TransportHandlers, outputs: readonly Promise<void>[]): Promise<void> {
    const reason = await this.#group.ended;
    // A grandchild may hold the pipes open for longer than the process lives.
    await Promise.race([Promise.all(outputs), delay(closeGraceMs)]);
    this.#ended = true;
    const end: TransportEnd = { reason, stderrTail: this.#stderrTail.trim() };
    handlers.onEnd(end);
  }
}

/** Codex drops a message with half a character in it unread, and its answer would never come. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll(/\p{Cs}/gu, "\ufffd") : value;
}

function deliver(line: string, handlers: TransportHandlers): void {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    handlers.onStray("stdout", line);
    return;
  }
  handlers.onMessage(message);
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
