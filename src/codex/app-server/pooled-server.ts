import type { RunEvent } from "../../domain/events.ts";
import type { AppServer } from "./app-server.ts";
import { RemoteError } from "./peer.ts";

/** A run that uses a server. */
export interface ServerUser {
  readonly onEvent: (event: RunEvent) => void;
}

/** Where a run gets its servers from. */
export interface ServerSource {
  /** A server that runs and is fit to open threads on, with `user` counted among its users. Throws why it could not be started. */
  acquire(key: string, environment: NodeJS.ProcessEnv, user: ServerUser): Promise<PooledServer>;
  /** To be called when a user needs the server no more. Resolves when nothing is left of a server that had to end. */
  release(pooled: PooledServer, user: ServerUser): Promise<void>;
  /** Takes a server that died or is doubted out of use. It ends with its last user, or at once when it does not answer. */
  retire(pooled: PooledServer): Promise<void>;
}

/** Time in which a server that was doubted must answer to be left alone, in milliseconds. Codex 0.169 needs a few. */
const proofMs = 3_000;

/** An app-server that several runs use, from its start to its end. */
export class PooledServer {
  readonly key: string;
  /** Rejects when it could not be started. */
  readonly started: Promise<AppServer>;
  readonly #users = new Set<ServerUser>();
  #server: AppServer | undefined;
  #hasEnded = false;
  #closing: Promise<void> | undefined;

  constructor(key: string, start: (onEvent: (event: RunEvent) => void) => Promise<AppServer>) {
    this.key = key;
    this.started = start((event) => this.#tell(event)).then((server) => {
      this.#server = server;
      server.onEnd(() => {
        this.#hasEnded = true;
      });
      return server;
    });
  }

  get server(): AppServer | undefined {
    return this.#server;
  }

  get users(): number {
    return this.#users.size;
  }

  /** Whether a thread may be opened on it. */
  get isFit(): boolean {
    return !this.#hasEnded && this.#closing === undefined && this.#server?.isDoubtful !== true;
  }

  add(user: ServerUser): void {
    this.#users.add(user);
  }

  remove(user: ServerUser): void {
    this.#users.delete(user);
  }

  /** Whether it still answers. Costs nothing, whatever the answer is. */
  async answers(): Promise<boolean> {
    if (this.#hasEnded || this.#server === undefined) return false;
    try {
      await this.#server.request("config/read", { includeLayers: false }, proofMs);
      return true;
    } catch (error) {
      return error instanceof RemoteError;
    }
  }

  /** Resolves when nothing of it is left. Never rejects. */
  async close(): Promise<void> {
    this.#closing ??= this.started.then(
      async (server) => server.close(),
      // It never ran.
      () => undefined,
    );
    await this.#closing;
  }

  /** What belongs to no thread may be about any of them. */
  #tell(event: RunEvent): void {
    for (const { onEvent } of this.#users) onEvent(event);
  }
}
