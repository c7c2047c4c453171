import { randomBytes } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { LineDecoder } from "../codex/app-server/line-decoder.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { writePrivateFile } from "../jobs/private-files.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { isSameProof, newNonce, proofOf } from "./challenge.ts";
import {
  type BrokerRequest,
  type BrokerResponse,
  type HealthAnswer,
  longestMessage,
  parseRequest,
  printResponse,
  readEnvironment,
} from "./protocol.ts";

/** What a broker does with what it is asked. */
export interface BrokerService {
  /** Takes a job over. Rejects when it takes none any more. */
  submit(job: string, environment: Readonly<Record<string, string>>): Promise<void>;
  health(): HealthAnswer;
  /** Takes no further jobs and ends when the last one has ended. */
  drain(): void;
  /** A client came or left. */
  onClients(count: number): void;
}

export interface BrokerListener {
  /** Takes no further connections and removes the address. */
  close(): Promise<void>;
}

/** Time in which a client has to prove itself, in milliseconds. */
const greetingMs = 5_000;
/** A client that leaves this much unread is cut off, in bytes. */
const largestBacklog = 1024 * 1024;

/** Listens at the place's address with a fresh token. The caller holds the broker's lock, so whatever lies there is of a dead one. */
export async function listenAsBroker(place: BrokerPlace, service: BrokerService): Promise<BrokerListener> {
  const token = randomBytes(32).toString("hex");
  await writePrivateFile(place.token, token, { durable: false });
  if (place.socketFolder !== undefined) ensurePrivateFolder(place.socketFolder);
  const isFile = process.platform !== "win32";
  if (isFile) rmSync(place.address, { force: true });
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    service.onClients(clients.size);
    socket.on("close", () => {
      clients.delete(socket);
      service.onClients(clients.size);
    });
    new Visitor(socket, token, service).greet();
  });
  await listen(server, place.address);
  if (isFile) chmodSync(place.address, 0o600);
  return {
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (isFile) rmSync(place.address, { force: true });
    },
  };
}

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

/** One connection: nothing is answered but the greeting before the client has proved that it may read our files. */
class Visitor {
  readonly #socket: Socket;
  readonly #token: string;
  readonly #service: BrokerService;
  readonly #broker = newNonce();
  #client: string | undefined;
  #isTrusted = false;

  constructor(socket: Socket, token: string, service: BrokerService) {
    this.#socket = socket;
    this.#token = token;
    this.#service = service;
  }

  greet(): void {
    const socket = this.#socket;
    const timer = setTimeout(() => this.#cut(), greetingMs);
    timer.unref();
    const decoder = new LineDecoder(
      { onLine: (line) => this.#take(line), onOversize: () => this.#cut() },
      longestMessage,
    );
    socket.on("data", (chunk: Buffer) => decoder.push(chunk));
    socket.on("close", () => clearTimeout(timer));
    socket.on("error", () => {
      // "close" follows; a client that goes away is no fault of ours.
    });
  }

  #take(line: string): void {
    const request = parseRequest(line);
    if (request === undefined) return this.#cut();
    if (request.method === "hello") return this.#hello(request);
    if (request.method === "authenticate") return this.#authenticate(request);
    if (!this.#isTrusted) return this.#cut();
    void this.#serve(request);
  }

  #hello({ id, parameters }: BrokerRequest): void {
    const { nonce } = parameters;
    if (typeof nonce !== "string" || nonce.length !== 32 || this.#client !== undefined) return this.#cut();
    this.#client = nonce;
    const proof = proofOf("broker", this.#token, { client: nonce, broker: this.#broker });
    this.#send({ id, result: { nonce: this.#broker, proof } });
  }

  #authenticate({ id, parameters }: BrokerRequest): void {
    if (this.#client === undefined) return this.#cut();
    const expected = proofOf("client", this.#token, { client: this.#client, broker: this.#broker });
    if (!isSameProof(parameters["proof"], expected)) return this.#cut();
    this.#isTrusted = true;
    this.#send({ id, result: {} });
  }

  async #serve({ id, method, parameters }: BrokerRequest): Promise<void> {
    try {
      this.#send({ id, result: await this.#perform(method, parameters) });
    } catch (error) {
      this.#send({ id, error: { code: -32000, message: messageOf(error) } });
    }
  }

  async #perform(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (method === "health") return { ...this.#service.health() };
    if (method === "drain") {
      this.#service.drain();
      return {};
    }
    const { job } = parameters;
    const environment = readEnvironment(parameters["environment"]);
    if (method !== "submit" || typeof job !== "string" || environment === undefined) {
      throw new Error(`the broker does not understand ${JSON.stringify(method)}`);
    }
    await this.#service.submit(job, environment);
    return {};
  }

  #send(response: BrokerResponse): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(printResponse(response));
    if (this.#socket.writableLength > largestBacklog) this.#cut();
  }

  #cut(): void {
    this.#socket.destroy();
  }
}
