import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { type Door, openDoor } from "./door.ts";
import type { HealthAnswer } from "./protocol.ts";
import { Visitor, type VisitorLimits, visitorLimits } from "./visitor.ts";

/** What a broker does with what it is asked. */
export interface BrokerService {
  /** Takes a job over. Rejects when it takes none any more. */
  submit(job: string, environment: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when the end of a job that was given to it is stored; at once for a job that it does not have. Never rejects. */
  follow(job: string): Promise<void>;
  health(): HealthAnswer;
  /** Takes no further jobs and ends when the last one has ended. */
  drain(): void;
  /** So many clients that have proved themselves are there now. */
  onClients(count: number): void;
}

export interface BrokerListener {
  /** Takes no further connections and removes the address. What was asked before is answered. */
  close(): Promise<void>;
}

export interface ListenOptions extends Partial<VisitorLimits> {
  /** Time between two looks whether we can still be found, in ms. */
  readonly mendMs?: number;
  /** Whether the place is still this broker's: nothing is put back over a successor's files. */
  readonly isOurs?: () => boolean;
}

/**
 * Listens at the place's address with a fresh token. The caller holds the broker's lock, so whatever lies there is of a dead one. A
 * socket or token that somebody removes (a cleaner of temp folders, a command of a model) is put back.
 */
export async function listenAsBroker(
  place: Pick<BrokerPlace, "address" | "socketFolder" | "token">,
  service: BrokerService,
  { mendMs = 1_000, isOurs = () => true, ...limits }: ListenOptions = {},
): Promise<BrokerListener> {
  const listener = new Listener(place, service, { ...visitorLimits, ...limits });
  await listener.open();
  listener.watch(mendMs, isOurs);
  return listener;
}

class Listener implements BrokerListener {
  readonly #place: Pick<BrokerPlace, "address" | "socketFolder" | "token">;
  readonly #service: BrokerService;
  readonly #limits: VisitorLimits;
  readonly #token = randomBytes(32).toString("hex");
  readonly #visitors = new Set<Visitor>();
  #door: Door | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #mending: Promise<void> | undefined;

  constructor(
    place: Pick<BrokerPlace, "address" | "socketFolder" | "token">,
    service: BrokerService,
    limits: VisitorLimits,
  ) {
    this.#place = place;
    this.#service = service;
    this.#limits = limits;
  }

  async open(): Promise<void> {
    await this.#writeToken();
    await this.#openDoor();
  }

  watch(everyMs: number, isOurs: () => boolean): void {
    this.#timer = setInterval(() => {
      if (this.#mending !== undefined || !isOurs()) return;
      this.#mending = this.#mend().finally(() => {
        this.#mending = undefined;
      });
    }, everyMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#door?.close();
    for (const visitor of this.#visitors) visitor.finish();
    // Afterwards somebody else may have the place: nothing of ours is written there any more.
    await this.#mending;
  }

  async #openDoor(): Promise<void> {
    const { address, socketFolder } = this.#place;
    if (socketFolder !== undefined) ensurePrivateFolder(socketFolder);
    const door = await openDoor(address, (socket) => this.#receive(socket));
    if (this.#isClosed) return door.close();
    this.#door?.close();
    this.#door = door;
  }

  #receive(socket: Socket): void {
    const visitor = new Visitor(socket, {
      token: this.#token,
      limits: this.#limits,
      service: this.#service,
      onTrusted: () => this.#count(),
    });
    this.#visitors.add(visitor);
    socket.on("close", () => {
      this.#visitors.delete(visitor);
      if (visitor.isTrusted) this.#count();
    });
    visitor.greet();
  }

  #count(): void {
    this.#service.onClients([...this.#visitors].filter(({ isTrusted }) => isTrusted).length);
  }

  async #mend(): Promise<void> {
    try {
      if (!this.#isTokenThere()) await this.#writeToken();
      if (!this.#isClosed && this.#door?.isReachable() === false) await this.#openDoor();
    } catch {
      // The folder is gone or cannot be written; the next look may find it better.
    }
  }

  #isTokenThere(): boolean {
    const read = readPrivateFile(this.#place.token, 1024);
    return read.found === "file" && read.bytes.toString("utf8") === this.#token;
  }

  async #writeToken(): Promise<void> {
    await writePrivateFile(this.#place.token, this.#token, { durable: false });
  }
}
