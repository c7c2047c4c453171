import { connect, type Socket } from "node:net";
import { LineDecoder } from "../codex/app-server/line-decoder.ts";
import { readPrivateFile } from "../jobs/private-files.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { isSameProof, newNonce, proofOf } from "./challenge.ts";
import {
  type BrokerMethod,
  type BrokerResponse,
  longestMessage,
  parseResponse,
  printRequest,
} from "./protocol.ts";

/** A connection to a broker that has proved itself. */
export interface BrokerConnection {
  /** Rejects when the broker refuses, does not answer in time, or the connection ends. */
  request(
    method: BrokerMethod,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: Error) => void;
}

/** The broker answered and said no. */
export class BrokerRefusal extends Error {
  override readonly name = "BrokerRefusal";
}

/** Connects to the broker of a place and proves each side to the other. Rejects when nobody serves there, or not the owner of the token. */
export async function connectBroker(
  place: Pick<BrokerPlace, "address" | "token">,
  { deadlineMs }: { readonly deadlineMs: number },
): Promise<BrokerConnection> {
  const token = readToken(place.token);
  const connection = new Connection(connect(place.address), deadlineMs);
  try {
    const client = newNonce();
    const { nonce, proof } = await connection.request("hello", { nonce: client });
    if (typeof nonce !== "string") throw new Error("the broker's greeting is none");
    const nonces = { client, broker: nonce };
    if (!isSameProof(proof, proofOf("broker", token, nonces)))
      throw new Error("the broker does not know our token");
    // Its answer is not waited for: without it the next request is refused.
    connection.request("authenticate", { proof: proofOf("client", token, nonces) }).catch(() => undefined);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

export function readToken(path: string): string {
  const read = readPrivateFile(path, 1024);
  if (read.found === "file") return read.bytes.toString("utf8").trim();
  throw new Error(
    read.found === "nothing" ? "there is no broker" : `the broker's token is refused: ${read.problem}`,
  );
}

class Connection implements BrokerConnection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #deadlineMs: number;
  #lastId = 0;
  #end: Error | undefined;

  constructor(socket: Socket, deadlineMs: number) {
    this.#socket = socket;
    this.#deadlineMs = deadlineMs;
    const decoder = new LineDecoder(
      {
        onLine: (line) => this.#take(line),
        onOversize: () => this.#fail(new Error("the broker's answer is too long")),
      },
      longestMessage,
    );
    socket.on("data", (chunk: Buffer) => decoder.push(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the broker closed the connection")));
  }

  async request(
    method: BrokerMethod,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (this.#end !== undefined) throw this.#end;
    this.#lastId += 1;
    const id = this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(
          () => reject(new Error(`the broker did not answer within ${this.#deadlineMs} ms`)),
          this.#deadlineMs,
        );
        this.#waiting.set(id, { resolve, reject });
        this.#socket.write(printRequest({ id, method, parameters }));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#fail(new Error("the connection was closed"));
  }

  #take(line: string): void {
    const response: BrokerResponse | undefined = parseResponse(line);
    const waiting = response === undefined ? undefined : this.#waiting.get(response.id);
    if (response === undefined || waiting === undefined) return;
    if ("error" in response) waiting.reject(new BrokerRefusal(response.error.message));
    else waiting.resolve(response.result);
  }

  #fail(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
