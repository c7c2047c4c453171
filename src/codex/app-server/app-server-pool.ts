import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import type { CodexEngine } from "../engine.ts";
import type { AppServer } from "./app-server.ts";
import { PoolEngine, type PoolHooks } from "./pool-engine.ts";
import { PooledServer, type ServerSource, type ServerUser } from "./pooled-server.ts";

export interface PoolOptions {
  /** Starts an app-server. Rejects with `spawn_failed` or `contract_changed`; then nothing is left of it. */
  readonly start: (environment: NodeJS.ProcessEnv, onEvent: (event: RunEvent) => void) => Promise<AppServer>;
  /** How long a server without users is kept when it is not the one that was used last, in milliseconds. */
  readonly idleMs: number;
  /** Everything that a server says of itself, and faults in closing one: for the log of whoever owns the pool. */
  readonly onEvent: (event: RunEvent) => void;
  /** Calls back after a while, unless the returned function is called before. Replaced in tests. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

/** A server as `status` shows it. */
export interface PoolEntry {
  readonly key: string;
  readonly child?: ProcessIdentity;
  /** Runs that use it now. */
  readonly users: number;
  /** It gets no new threads and ends when its last user leaves. */
  readonly isRetired: boolean;
}

/**
 * App-servers that many runs share, one for each environment (`key` stands for everything in it that matters). A server is started
 * when it is needed first; one that has died or does not answer is replaced before the next thread is opened.
 */
export interface AppServerPool {
  /**
   * An engine for one run, on the server of `key`. Closing the engine ends the run's threads and leaves the server to others.
   * Throws what `start` throws; then the next call tries anew.
   */
  engine(key: string, environment: NodeJS.ProcessEnv, hooks: PoolHooks): Promise<CodexEngine>;
  readonly servers: readonly PoolEntry[];
  /** Ends all servers; their turns end as `protocol`. Resolves when nothing of them is left. */
  close(): Promise<void>;
}

export function createAppServerPool(options: PoolOptions): AppServerPool {
  return new Pool(options);
}

class Pool implements AppServerPool, ServerSource {
  readonly #options: Required<PoolOptions>;
  readonly #current = new Map<string, PooledServer>();
  readonly #retired = new Set<PooledServer>();
  /** Takes back the end of an idle server, by its key. */
  readonly #expiries = new Map<string, () => void>();
  #latest: string | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = { after: afterReal, ...options };
  }

  get servers(): readonly PoolEntry[] {
    const entry = (pooled: PooledServer, isRetired: boolean): PoolEntry => ({
      key: pooled.key,
      users: pooled.users,
      isRetired,
      ...(pooled.server?.child === undefined ? {} : { child: pooled.server.child }),
    });
    return [
      ...[...this.#current.values()].map((pooled) => entry(pooled, false)),
      ...[...this.#retired].map((pooled) => entry(pooled, true)),
    ];
  }

  async engine(key: string, environment: NodeJS.ProcessEnv, hooks: PoolHooks): Promise<CodexEngine> {
    const engine = new PoolEngine(this, { key, environment }, hooks);
    await engine.ready();
    return engine;
  }

  async acquire(key: string, environment: NodeJS.ProcessEnv, user: ServerUser): Promise<PooledServer> {
    if (this.#isClosed) throw new TandemError("internal", { cause: "the pool of app-servers is closed" });
    const pooled = this.#fit(key) ?? this.#start(key, environment);
    pooled.add(user);
    this.#latest = key;
    this.#expire();
    try {
      await pooled.started;
      return pooled;
    } catch (error) {
      if (this.#current.get(key) === pooled) this.#current.delete(key);
      throw error;
    }
  }

  async release(pooled: PooledServer, user: ServerUser): Promise<void> {
    pooled.remove(user);
    if (!pooled.isFit) await this.retire(pooled);
    this.#expire();
  }

  async retire(pooled: PooledServer): Promise<void> {
    if (this.#vacate(pooled)) this.#retired.add(pooled);
    if (!this.#retired.has(pooled)) return;
    if (pooled.users === 0 || !(await pooled.answers())) await this.#end(pooled);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#expiries.values()) cancel();
    this.#expiries.clear();
    await Promise.all([...this.#current.values(), ...this.#retired].map(async (pooled) => this.#end(pooled)));
  }

  #fit(key: string): PooledServer | undefined {
    const pooled = this.#current.get(key);
    if (pooled === undefined || pooled.isFit) return pooled;
    void this.retire(pooled);
    return undefined;
  }

  #start(key: string, environment: NodeJS.ProcessEnv): PooledServer {
    const { start, onEvent } = this.#options;
    const pooled = new PooledServer(key, async (tellUsers) =>
      start(environment, (event) => {
        onEvent(event);
        if (event.type === "warning") tellUsers(event);
      }),
    );
    this.#current.set(key, pooled);
    return pooled;
  }

  /** Servers without users end after a while, but for the one that was used last: the next run most likely needs the same. */
  #expire(): void {
    for (const [key, pooled] of this.#current) {
      const isIdle = pooled.users === 0 && key !== this.#latest;
      if (!isIdle) {
        this.#expiries.get(key)?.();
        this.#expiries.delete(key);
      } else if (!this.#expiries.has(key) && !this.#isClosed) {
        this.#expiries.set(
          key,
          this.#options.after(this.#options.idleMs, () => void this.#end(pooled)),
        );
      }
    }
  }

  /** Takes a server out of its place. False for one that was replaced: there the key, and what waits to end it, is another's. */
  #vacate(pooled: PooledServer): boolean {
    const { key } = pooled;
    if (this.#current.get(key) !== pooled) return false;
    this.#current.delete(key);
    this.#expiries.get(key)?.();
    this.#expiries.delete(key);
    return true;
  }

  async #end(pooled: PooledServer): Promise<void> {
    this.#vacate(pooled);
    this.#retired.add(pooled);
    try {
      await pooled.close();
    } catch (error) {
      const message = `an app-server could not be closed: ${messageOf(error)}`;
      this.#options.onEvent({ type: "warning", source: "codex", message });
    }
    this.#retired.delete(pooled);
  }
}

function afterReal(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
