import type { RawData, WebSocket } from "ws";
import { longestLine } from "./line-decoder.ts";
import { deliver, encode } from "./messages.ts";
import type { Transport, TransportEnd, TransportHandlers } from "./transport.ts";

/** Times of a link, in milliseconds. */
export interface LinkTiming {
  /** In which it must be open. */
  readonly handshakeMs: number;
  /** After which a silent other side is asked for a sign of life; it has as long again to give one. */
  readonly pingMs: number;
  /** In which it must be closed after a goodbye. */
  readonly closeMs: number;
}

export const usualTiming: LinkTiming = { handshakeMs: 10_000, pingMs: 20_000, closeMs: 1_000 };

/** Speaks to an app-server elsewhere: one JSON message in each text frame. Ends the link only, never the server. */
export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #name: string;
  readonly #timing: LinkTiming;
  readonly #closed: Promise<void>;
  #isAlive = true;
  /** Why the link was given up, where it was not the other side. */
  #cause: string | undefined;
  /** The other side broke the rules: it is not out of reach. */
  #isBroken = false;

  /** `socket` is open and paused. */
  constructor(socket: WebSocket, name: string, timing: LinkTiming) {
    this.#socket = socket;
    this.#name = name;
    this.#timing = timing;
    this.#closed = new Promise((resolve) => {
      socket.once("close", () => resolve());
    });
    socket.on("error", (error: Error & { readonly code?: string }) => this.#fail(error));
  }

  start(handlers: TransportHandlers): void {
    const socket = this.#socket;
    const stopPinging = this.#watchLife();
    socket.on("message", (data, isBinary) => {
      this.#isAlive = true;
      if (isBinary) handlers.onStray("stdout", `a binary message of ${sizeOf(data)} bytes`);
      else deliver(textOf(data), handlers);
    });
    socket.on("pong", () => {
      this.#isAlive = true;
    });
    socket.once("close", (code, reason) => {
      stopPinging();
      handlers.onEnd(this.#end(code, reason.toString()));
    });
    socket.resume();
  }

  async send(message: object): Promise<void> {
    const text = encode(message);
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(text, (error) => {
        if (error) reject(new Error(`the link to ${this.#name} is not open: ${error.message}`));
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#cause ??= "we closed it";
    this.#socket.close(1000);
    const timer = setTimeout(() => this.#socket.terminate(), this.#timing.closeMs);
    await this.#closed;
    clearTimeout(timer);
  }

  /** A link can break without either side being told. */
  #watchLife(): () => void {
    const timer = setInterval(() => {
      // First what has come is read: a process that had no turn for so long would take its own silence for the server's.
      setImmediate(() => this.#lookForLife());
    }, this.#timing.pingMs);
    return () => clearInterval(timer);
  }

  #lookForLife(): void {
    if (this.#isAlive) {
      this.#isAlive = false;
      this.#socket.ping();
      return;
    }
    this.#cause ??= `no sign of life for ${Math.round(this.#timing.pingMs / 1000)} s`;
    this.#socket.terminate();
  }

  #fail({ code, message }: Error & { readonly code?: string }): void {
    if (code?.startsWith("WS_ERR_") !== true) {
      this.#cause ??= message;
      return;
    }
    this.#isBroken = true;
    this.#cause ??=
      code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"
        ? `it sent a message of more than ${longestLine} bytes`
        : `it sent what is no WebSocket frame (${message})`;
  }

  #end(code: number, said: string): TransportEnd {
    const words = closeCodes[code] ?? `close code ${code}`;
    const reason = this.#cause ?? (said === "" ? words : `${words}: ${said}`);
    return this.#isBroken ? { reason } : { reason, endpoint: this.#name };
  }
}

/** RFC 6455 §7.4 and the registry of close codes. */
const closeCodes: Readonly<Record<number, string>> = {
  1000: "the server closed it",
  1001: "the server is going away",
  1002: "the server saw a violation of the protocol",
  1003: "the server does not take this kind of data",
  1005: "the server closed it",
  1006: "the connection broke",
  1007: "the server could not read a message",
  1008: "the server's policy does not allow it",
  1009: "a message was too large for the server",
  1011: "the server failed",
  1012: "the server is restarting",
  1013: "the server is overloaded",
  1014: "a gateway before the server failed",
};

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
}
