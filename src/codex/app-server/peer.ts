import { isRecord } from "../../domain/json.ts";
import type { RequestId, ServerRequest } from "../protocol/generated.ts";
import type { Method, MethodParameters, MethodResult } from "./methods.ts";
import type { Transport, TransportEnd } from "./transport.ts";

/** The other side answered with an error. `code` is its JSON-RPC code. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  readonly method: string;
  readonly code: number;
  readonly data: unknown;

  constructor(method: string, code: number, message: string, data: unknown) {
    super(message);
    this.method = method;
    this.code = code;
    this.data = data;
  }
}

/** The connection ended, or the answer did not come in time. Nothing is known of the request's effect. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly reason: "ended" | "deadline";
  readonly end: TransportEnd | undefined;

  constructor(reason: "ended" | "deadline", message: string, end?: TransportEnd) {
    super(message);
    this.reason = reason;
    this.end = end;
  }
}

export interface PeerHandlers {
  readonly onNotification: (method: string, parameters: unknown) => void;
  /** Answers a request of the server; a throw is answered as an error, undefined (the server took it back) not at all. */
  readonly onRequest: (request: ServerRequest) => unknown;
  readonly onStray: (source: string, text: string) => void;
}

interface Pending {
  readonly method: string;
  readonly settle: (outcome: { result: unknown } | { error: Error }) => void;
}

/**
 * A thin JSON-RPC peer for Codex's app-server, which leaves out the `jsonrpc` member and numbers its own requests (Codex 0.169).
 * Every request is settled exactly once: by its answer, its deadline or the end of the connection.
 */
export class Peer {
  /** Resolves when the connection has ended. */
  readonly ended: Promise<TransportEnd>;
  readonly #transport: Transport;
  readonly #handlers: PeerHandlers;
  readonly #pending = new Map<RequestId, Pending>();
  #nextId = 1;
  #end: TransportEnd | undefined;

  constructor(transport: Transport, handlers: PeerHandlers) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.ended = new Promise((resolve) => {
      transport.start({
        onMessage: (message) => this.#receive(message),
        onStray: handlers.onStray,
        onEnd: (end) => {
          this.#settleAll(end);
          resolve(end);
        },
      });
    });
  }

  /** Sends a request. Rejects with `RemoteError` or `ConnectionError`. */
  async request<Name extends Method>(
    method: Name,
    parameters: MethodParameters<Name>,
    deadlineMs: number,
  ): Promise<MethodResult<Name>> {
    const id = this.#nextId++;
    const answer = new Promise<MethodResult<Name>>((resolve, reject) => {
      const timer = setTimeout(
        () =>
          settle({ error: new ConnectionError("deadline", `no answer to ${method} in ${deadlineMs} ms`) }),
        deadlineMs,
      );
      const settle: Pending["settle"] = (outcome) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        if ("error" in outcome) reject(outcome.error);
        // The shape is Codex's own promise for this method; what a promise of ours rests on is checked where it is read.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        else resolve(outcome.result as MethodResult<Name>);
      };
      this.#pending.set(id, { method, settle });
    });
    // Not awaited: the deadline also counts while a full pipe holds the message back. A failure settles the answer.
    void this.#send({ method, id, params: parameters }, id);
    return answer;
  }

  /** Tells the server that the handshake is done. */
  async sendInitialized(): Promise<void> {
    await this.#send({ method: "initialized" });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #send(message: object, id?: RequestId): Promise<void> {
    try {
      if (this.#end !== undefined) throw new Error(this.#end.reason);
      await this.#transport.send(message);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const failure = new ConnectionError("ended", cause, this.#end);
      if (id === undefined) throw failure;
      this.#pending.get(id)?.settle({ error: failure });
    }
  }

  #receive(message: unknown): void {
    if (!isRecord(message)) return this.#handlers.onStray("stdout", JSON.stringify(message));
    const { id, method } = message;
    if (typeof method === "string") {
      if (isRequestId(id)) void this.#answer(id, message);
      else this.#handlers.onNotification(method, message["params"]);
      return;
    }
    const pending = isRequestId(id) ? this.#pending.get(id) : undefined;
    if (pending === undefined) return this.#handlers.onStray("stdout", JSON.stringify(message).slice(0, 500));
    pending.settle(
      "error" in message
        ? { error: remoteError(pending.method, message["error"]) }
        : { result: message["result"] },
    );
  }

  /** Every request that the server still waits for gets an answer: one without would leave its turn waiting for ever. */
  async #answer(id: RequestId, message: Record<string, unknown>): Promise<void> {
    let reply: object;
    try {
      // The handler has a default branch for methods that this list does not know.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const result = await this.#handlers.onRequest(message as unknown as ServerRequest);
      if (result === undefined) return;
      reply = { id, result };
    } catch (error) {
      reply = {
        id,
        error: { code: -32601, message: error instanceof Error ? error.message : String(error) },
      };
    }
    await this.#send(reply).catch(() => undefined); // The connection's end is told to everybody who waits.
  }

  #settleAll(end: TransportEnd): void {
    this.#end = end;
    for (const { method, settle } of this.#pending.values()) {
      settle({
        error: new ConnectionError(
          "ended",
          `the app-server ended (${end.reason}) before it answered ${method}`,
          end,
        ),
      });
    }
  }
}

function remoteError(method: string, error: unknown): RemoteError {
  const fields = isRecord(error) ? error : {};
  const code = typeof fields["code"] === "number" ? fields["code"] : 0;
  const message = typeof fields["message"] === "string" ? fields["message"] : JSON.stringify(error);
  return new RemoteError(method, code, message, fields["data"]);
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === "number" || typeof value === "string";
}
