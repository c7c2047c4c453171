import { connect, type Socket } from "node:net";
import { LineDecoder } from "../codex/app-server/line-decoder.ts";
import { readPrivateFile } from "../jobs/private-files.ts";
import { errorCodeOf } from "../jobs/state-errors.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { isSameProof, newNonce, proofOf } from "./challenge.ts";
import {
  type BrokerMethod,
  type BrokerResponse,
  longestMessage,
  parseResponse,
  printRequest,
} from "./protocol.ts";
import { distrustSocket } from "./socket-trust.ts";

/** A connection to a broker that has proved itself. */
export interface BrokerConnection {
  /**
   * Rejects with `BrokerRefusal`, and with `BrokerUnreached` when the answer does not come in time or the connection ends. `follow` has
   * all the time in the world.
   */
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

/**
 * `absent`: nobody listens there. `mute`: somebody does and does not answer. `distrusted`: who listens does not know the token, or the
 * socket is not ours. `forbidden`: the system keeps this process from sockets.
 */
export type UnreachedReason = "absent" | "mute" | "distrusted" | "forbidden";

/** Nobody answered. What came of a request is not known. */
export class BrokerUnreached extends Error {
  override readonly name = "BrokerUnreached";
  readonly reason: UnreachedReason;

  constructor(reason: UnreachedReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** How long a broker may take to own a job, in ms: the disk may be slow, and fifty may be asked for at once. */
const submitMs = 60_000;

/**
 * Connects to the broker of a place and proves each side to the other. Rejects with `BrokerUnreached` when nobody serves there, or not
 * the owner of the token. A request that is no submission has `deadlineMs` for its answer.
 */
export async function connectBroker(
  place: Pick<BrokerPlace, "address" | "token" | "socketFolder">,
  { deadlineMs }: { readonly deadlineMs: number },
): Promise<BrokerConnection> {
  const problem = distrustSocket(place);
  if (problem !== undefined) throw new BrokerUnreached("distrusted", problem);
  const token = readToken(place.token);
  const connection = new Connection(connect(place.address), deadlineMs);
  try {
    const client = newNonce();
    const { nonce, proof } = await connection.request("hello", { nonce: client });
    if (typeof nonce !== "string") throw new BrokerUnreached("distrusted", "the broker's greeting is none");
    const nonces = { client, broker: nonce };
    if (!isSameProof(proof, proofOf("broker", token, nonces))) {
      throw new BrokerUnreached("distrusted", "the broker does not know our token");
    }
    // Its answer is not waited for: without it the next request is refused.
    connection.request("authenticate", { proof: proofOf("client", token, nonces) }).catch(() => undefined);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function readToken(path: string): string {
  const read = readPrivateFile(path, 1024);
  const token = read.found === "file" ? read.bytes.toString("utf8").trim() : "";
  // Anybody knows an empty one.
  if (token !== "") return token;
  if (read.found === "refused") {
    throw new BrokerUnreached("distrusted", `the broker's token is refused: ${read.problem}`);
  }
  throw new BrokerUnreached("absent", "there is no broker");
}

/** What the end of a connection says of the broker. */
function unreachedBy(error: Error): BrokerUnreached {
  const code = errorCodeOf(error) ?? "";
  return new BrokerUnreached(reasons.get(code) ?? "forbidden", error.message);
}

/** Any other code (EPERM, EACCES, EMFILE, EAFNOSUPPORT) is about this process and says nothing of the broker. */
const reasons: ReadonlyMap<string, UnreachedReason> = new Map([
  ["ENOENT", "absent"],
  ["ENOTDIR", "absent"],
  ["ECONNREFUSED", "absent"],
  ["ENOTSOCK", "absent"],
  ["ECONNRESET", "absent"],
  ["EPIPE", "absent"],
  // More at once than the system lets wait.
  ["EAGAIN", "mute"],
]);

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
        onOversize: () => this.#fail(new BrokerUnreached("distrusted", "the broker's answer is too long")),
      },
      longestMessage,
    );
    socket.on("data", (chunk: Buffer) => decoder.push(chunk));
    socket.on("error", (error) => this.#fail(unreachedBy(error)));
    socket.on("close", () => this.#fail(new BrokerUnreached("absent", "the broker closed the connection")));
  }

  async request(
    method: BrokerMethod,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (this.#end !== undefined) throw this.#end;
    this.#lastId += 1;
    const id = this.#lastId;
    const limitMs = this.#limitOf(method);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const fail = () =>
          reject(new BrokerUnreached("mute", `the broker did not answer within ${limitMs} ms`));
        if (limitMs !== undefined) timer = setTimeout(fail, limitMs);
        this.#waiting.set(id, { resolve, reject });
        this.#socket.write(printRequest({ id, method, parameters }));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #limitOf(method: BrokerMethod): number | undefined {
    if (method === "follow") return undefined;
    return method === "submit" ? Math.max(submitMs, this.#deadlineMs) : this.#deadlineMs;
  }

  close(): void {
    this.#fail(new BrokerUnreached("absent", "the connection was closed"));
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
