import {
  isRecord
} from "./chunk-YSIIG4JU.mjs";

// src/codex/app-server/peer.ts
var RemoteError = class extends Error {
  name = "RemoteError";
  method;
  code;
  data;
  constructor(method, code, message, data) {
    super(message);
    this.method = method;
    this.code = code;
    this.data = data;
  }
};
var ConnectionError = class extends Error {
  name = "ConnectionError";
  reason;
  end;
  constructor(reason, message, end) {
    super(message);
    this.reason = reason;
    this.end = end;
  }
};
var Peer = class {
  /** Resolves when the connection has ended. */
  ended;
  #transport;
  #handlers;
  #pending = /* @__PURE__ */ new Map();
  #nextId = 1;
  #end;
  constructor(transport, handlers) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.ended = new Promise((resolve) => {
      transport.start({
        onMessage: (message) => this.#receive(message),
        onStray: handlers.onStray,
        onEnd: (end) => {
          this.#settleAll(end);
          resolve(end);
        }
      });
    });
  }
  /** Sends a request. Rejects with `RemoteError` or `ConnectionError`. */
  async request(method, parameters, deadlineMs) {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle({ error: new ConnectionError("deadline", `no answer to ${method} in ${deadlineMs} ms`) }),
        deadlineMs
      );
      const settle = (outcome) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.result);
      };
      this.#pending.set(id, { method, settle });
    });
    void this.#send({ method, id, params: parameters }, id);
    return answer;
  }
  /** Tells the server that the handshake is done. */
  async sendInitialized() {
    await this.#send({ method: "initialized" });
  }
  async close() {
    await this.#transport.close();
  }
  async #send(message, id) {
    try {
      if (this.#end !== void 0) throw new Error(this.#end.reason);
      await this.#transport.send(message);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const failure = new ConnectionError("ended", cause, this.#end);
      if (id === void 0) throw failure;
      this.#pending.get(id)?.settle({ error: failure });
    }
  }
  #receive(message) {
    if (!isRecord(message)) return this.#handlers.onStray("stdout", JSON.stringify(message));
    const { id, method } = message;
    if (typeof method === "string") {
      if (isRequestId(id)) void this.#answer(id, message);
      else this.#handlers.onNotification(method, message["params"]);
      return;
    }
    const pending = isRequestId(id) ? this.#pending.get(id) : void 0;
    if (pending === void 0) return this.#handlers.onStray("stdout", JSON.stringify(message).slice(0, 500));
    pending.settle(
      "error" in message ? { error: remoteError(pending.method, message["error"]) } : { result: message["result"] }
    );
  }
  /** Every request of the server gets an answer: one without would leave its turn waiting for ever. */
  async #answer(id, message) {
    let reply;
    try {
      reply = { id, result: await this.#handlers.onRequest(message) };
    } catch (error) {
      reply = {
        id,
        error: { code: -32601, message: error instanceof Error ? error.message : String(error) }
      };
    }
    await this.#send(reply).catch(() => void 0);
  }
  #settleAll(end) {
    this.#end = end;
    for (const { method, settle } of this.#pending.values()) {
      settle({
        error: new ConnectionError(
          "ended",
          `the app-server ended (${end.reason}) before it answered ${method}`,
          end
        )
      });
    }
  }
};
function remoteError(method, error) {
  const fields = isRecord(error) ? error : {};
  const code = typeof fields["code"] === "number" ? fields["code"] : 0;
  const message = typeof fields["message"] === "string" ? fields["message"] : JSON.stringify(error);
  return new RemoteError(method, code, message, fields["data"]);
}
function isRequestId(value) {
  return typeof value === "number" || typeof value === "string";
}

export {
  RemoteError,
  ConnectionError,
  Peer
};
