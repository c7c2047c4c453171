import type { Readable, Writable } from "node:stream";
import { LineDecoder } from "../../../codex/app-server/line-decoder.ts";
import { messageOf } from "../../../domain/errors/tandem-error.ts";
import { isRecord, parseJson } from "../../../domain/json.ts";
import { codes, ProtocolError } from "./protocol-error.ts";

type Parameters = Readonly<Record<string, unknown>>;
type RequestId = string | number;

/** A request of the client while it is being answered. */
export interface IncomingRequest {
  readonly parameters: Parameters;
  /** Aborted when the client takes it back, or the connection ends. */
  readonly signal: AbortSignal;
}

export interface LinkHandlers {
  /** Gives the result. A throw is answered as an error; `ProtocolError` with its code. */
  readonly onRequest: (method: string, request: IncomingRequest) => Promise<unknown>;
  readonly onNotification: (method: string) => void;
  /** What was said is no message, or answers nothing that was asked. */
  readonly onStray: (problem: string) => void;
}

/** How long a request to the client may take, in milliseconds, and what takes it back. */
export interface AskLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface Asked {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Longest message, in characters: an author's text of the largest size with every character escaped. */
const longestMessage = 64 * 1024 * 1024;
const longestTimerMs = 2 ** 31 - 1;

/**
 * The messages of MCP between us and one client: JSON-RPC 2.0, one message a line. By hand, because the protocol's library takes as
 * long to load as the whole rest of the server's start.
 */
export class ClientLink {
  readonly #stdout: Writable;
  readonly #handlers: LinkHandlers;
  readonly #answering = new Map<RequestId, AbortController>();
  readonly #asked = new Map<RequestId, Asked>();
  #lastId = 0;
  #isClosed = false;

  constructor(stdout: Writable, handlers: LinkHandlers) {
    this.#stdout = stdout;
    this.#handlers = handlers;
  }

  listen(stdin: Readable): void {
    const decoder = new LineDecoder(
      {
        onLine: (line) => this.#take(line),
        onOversize: (start) =>
          this.#handlers.onStray(`a message over ${longestMessage} characters: ${start}`),
      },
      longestMessage,
    );
    stdin.on("data", (chunk: Buffer) => decoder.push(chunk));
  }

  /** Asks the client. Rejects with what it says, when it takes too long, is not needed any more, or the connection ends. */
  async ask(method: string, parameters: Parameters, { timeoutMs, signal }: AskLimits): Promise<unknown> {
    if (this.#isClosed) throw new Error("the connection has ended");
    signal?.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    let takeBack: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const giveUp = (reason: string) => {
          this.notify("notifications/cancelled", { requestId: id, reason });
          reject(new Error(`${method}: ${reason}`));
        };
        takeBack = () => giveUp("it is not needed any more");
        signal?.addEventListener("abort", takeBack, { once: true });
        timer = setTimeout(() => giveUp("no answer in time"), Math.min(timeoutMs, longestTimerMs));
        this.#asked.set(id, { resolve, reject });
        this.#send({ id, method, params: parameters });
      });
    } finally {
      clearTimeout(timer);
      if (takeBack !== undefined) signal?.removeEventListener("abort", takeBack);
      this.#asked.delete(id);
    }
  }

  notify(method: string, parameters: Parameters): void {
    this.#send({ method, params: parameters });
  }

  /** A notification that may be left out: not one more of them for a client that does not read. */
  notifyWhenRead(method: string, parameters: Parameters): void {
    if (!this.#stdout.writableNeedDrain) this.notify(method, parameters);
  }

  /** Nothing is sent any more; what was asked on either side is given up. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#answering.values()) request.abort();
    for (const { reject } of this.#asked.values()) reject(new Error("the connection has ended"));
  }

  #take(line: string): void {
    const message = parseJson(line);
    if (!isRecord(message) || message["jsonrpc"] !== "2.0") return this.#stray(line);
    const { id, method, params } = message;
    const parameters = isRecord(params) ? params : {};
    if (typeof method !== "string") {
      if (!isRequestId(id) || !this.#settle(id, message)) this.#stray(line);
    } else if (isRequestId(id)) void this.#answer(id, method, parameters);
    else if (id !== undefined) this.#stray(line);
    else if (method === "notifications/cancelled") this.#takeBack(parameters["requestId"]);
    else this.#handlers.onNotification(method);
  }

  async #answer(id: RequestId, method: string, parameters: Parameters): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#answering.set(id, controller);
    const answer = await this.#answerTo(method, { parameters, signal });
    if (this.#answering.get(id) === controller) this.#answering.delete(id);
    // Who has taken a request back wants no answer to it.
    if (!signal.aborted) this.#send({ id, ...answer });
  }

  async #answerTo(method: string, request: IncomingRequest): Promise<object> {
    try {
      return { result: await this.#handlers.onRequest(method, request) };
    } catch (error) {
      const code = error instanceof ProtocolError ? error.code : codes.internalError;
      return { error: { code, message: messageOf(error) } };
    }
  }

  #takeBack(id: unknown): void {
    if (isRequestId(id)) this.#answering.get(id)?.abort();
  }

  /** False when nobody has asked this. */
  #settle(id: RequestId, { result, error }: Parameters): boolean {
    const asked = this.#asked.get(id);
    if (asked === undefined) return false;
    if (error === undefined) asked.resolve(result);
    else asked.reject(new Error(isRecord(error) ? String(error["message"]) : "the client refused"));
    return true;
  }

  #stray(line: string): void {
    this.#handlers.onStray(line.slice(0, 200));
  }

  #send(message: object): void {
    if (!this.#isClosed) this.#stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || typeof value === "number";
}
