import type { Socket } from "node:net";
import { LineDecoder } from "../codex/app-server/line-decoder.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import type { BrokerService } from "./broker-server.ts";
import { isSameProof, newNonce, proofOf } from "./challenge.ts";
import {
  type BrokerRequest,
  type BrokerResponse,
  longestMessage,
  parseRequest,
  printResponse,
  readEnvironment,
} from "./protocol.ts";

/** How far a broker goes along with a visitor. */
export interface VisitorLimits {
  /** Time to prove itself, in ms. */
  readonly greetingMs: number;
  /** Bytes that it may say before. */
  readonly strangerBytes: number;
  /** Bytes of answers that it may leave unread. */
  readonly unreadBytes: number;
  /** Requests that may wait for their answers. */
  readonly openRequests: number;
}

export const visitorLimits: VisitorLimits = {
  greetingMs: 5_000,
  // The client sends its first request along with its proof.
  strangerBytes: 64 * 1024,
  unreadBytes: 1024 * 1024,
  openRequests: 256,
};

/** What a visitor has to do with. */
export interface VisitorHost {
  readonly token: string;
  readonly limits: VisitorLimits;
  readonly service: BrokerService;
  /** It has proved itself. */
  readonly onTrusted: () => void;
}

/** One connection: nothing is answered but the greeting before the client has proved that it may read our files. */
export class Visitor {
  readonly #socket: Socket;
  readonly #host: VisitorHost;
  readonly #broker = newNonce();
  #client: string | undefined;
  #isTrusted = false;
  #isLeaving = false;
  #said = 0;
  #open = 0;

  constructor(socket: Socket, host: VisitorHost) {
    this.#socket = socket;
    this.#host = host;
  }

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  greet(): void {
    const socket = this.#socket;
    const timer = setTimeout(() => {
      if (!this.#isTrusted) this.#cut();
    }, this.#host.limits.greetingMs);
    timer.unref();
    const decoder = new LineDecoder(
      { onLine: (line) => this.#take(line), onOversize: () => this.#cut() },
      longestMessage,
    );
    socket.on("data", (chunk: Buffer) => {
      decoder.push(chunk);
      this.#said += chunk.length;
      if (!this.#isTrusted && this.#said > this.#host.limits.strangerBytes) this.#cut();
    });
    socket.on("close", () => clearTimeout(timer));
    socket.on("error", () => {
      // "close" follows; a client that goes away is no fault of ours.
    });
  }

  /** Ends the connection once everything that was asked is answered. */
  finish(): void {
    this.#isLeaving = true;
    if (this.#open > 0) return;
    this.#socket.destroySoon();
    setTimeout(() => this.#cut(), lastWordsMs).unref();
  }

  #take(line: string): void {
    // More lines of the piece that it was cut off for.
    if (this.#socket.destroyed) return;
    const request = parseRequest(line);
    if (request === undefined) return this.#cut();
    if (request.method === "hello") return this.#hello(request);
    if (request.method === "authenticate") return this.#authenticate(request);
    if (!this.#isTrusted || this.#open >= this.#host.limits.openRequests) return this.#cut();
    void this.#serve(request);
  }

  #hello({ id, parameters }: BrokerRequest): void {
    const { nonce } = parameters;
    if (typeof nonce !== "string" || nonce.length !== 32 || this.#client !== undefined) return this.#cut();
    this.#client = nonce;
    const proof = proofOf("broker", this.#host.token, { client: nonce, broker: this.#broker });
    this.#send({ id, result: { nonce: this.#broker, proof } });
  }

  #authenticate({ id, parameters }: BrokerRequest): void {
    if (this.#client === undefined || this.#isTrusted) return this.#cut();
    const expected = proofOf("client", this.#host.token, { client: this.#client, broker: this.#broker });
    if (!isSameProof(parameters["proof"], expected)) return this.#cut();
    this.#isTrusted = true;
    this.#host.onTrusted();
    this.#send({ id, result: {} });
  }

  async #serve({ id, method, parameters }: BrokerRequest): Promise<void> {
    this.#open += 1;
    try {
      this.#send({ id, result: await this.#perform(method, parameters) });
    } catch (error) {
      this.#send({ id, error: { code: -32000, message: messageOf(error) } });
    } finally {
      this.#open -= 1;
      if (this.#isLeaving) this.finish();
    }
  }

  async #perform(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { service } = this.#host;
    if (method === "health") return { ...service.health() };
    if (method === "drain") {
      // Afterwards nobody is answered any more.
      setImmediate(() => service.drain());
      return {};
    }
    const { job } = parameters;
    if (method === "follow" && typeof job === "string") {
      await service.follow(job);
      return {};
    }
    const environment = readEnvironment(parameters["environment"]);
    if (method !== "submit" || typeof job !== "string" || environment === undefined) {
      throw new Error(`the broker does not understand ${JSON.stringify(method)}`);
    }
    await service.submit(job, environment);
    return {};
  }

  #send(response: BrokerResponse): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(printResponse(response));
    if (this.#socket.writableLength > this.#host.limits.unreadBytes) this.#cut();
  }

  #cut(): void {
    this.#socket.destroy();
  }
}

/** How long one that does not read is waited for at the end, in ms. */
const lastWordsMs = 1_000;
