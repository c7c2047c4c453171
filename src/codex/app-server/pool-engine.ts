import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import type { CodexEngine, CommandResult, CommandRun, ModelChoice, ThreadSession } from "../engine.ts";
import { checkModelChoice } from "../model-catalogue.ts";
import type { AppServer } from "./app-server.ts";
import { ConnectionError } from "./peer.ts";
import type { PooledServer, ServerSource, ServerUser } from "./pooled-server.ts";
import { runByServer } from "./run-command.ts";
import { openThread } from "./thread-session.ts";

/** What a run is told of the servers that it uses. */
export interface PoolHooks {
  /** Warnings of a server itself, each once. */
  readonly onEvent: (event: RunEvent) => void;
  /** Called for each process that the run uses, so that a later command can end it when we died. */
  readonly onChild?: (child: ProcessIdentity) => void;
}

/** One run's share of a pool. */
export class PoolEngine implements CodexEngine {
  /** The process of the server that was used last. */
  child?: ProcessIdentity;
  readonly #pool: ServerSource;
  readonly #place: { readonly key: string; readonly environment: NodeJS.ProcessEnv };
  readonly #hooks: PoolHooks;
  readonly #user: ServerUser;
  readonly #sessions = new Set<ThreadSession>();
  /** Those that this run has opened threads on, or may. More than one only when the first had to be replaced. */
  readonly #held = new Set<PooledServer>();
  readonly #told = new Set<string>();

  constructor(
    pool: ServerSource,
    place: { readonly key: string; readonly environment: NodeJS.ProcessEnv },
    hooks: PoolHooks,
  ) {
    this.#pool = pool;
    this.#place = place;
    this.#hooks = hooks;
    this.#user = { onEvent: (event) => this.#tellOnce(event) };
  }

  /** Resolves when a server runs. */
  async ready(): Promise<void> {
    await this.#acquire();
  }

  checkModel = async (choice: ModelChoice): Promise<readonly string[]> =>
    this.#use(async (server) => checkModelChoice(server, choice));

  openThread = async (...opening: Parameters<CodexEngine["openThread"]>): Promise<ThreadSession> => {
    const session = await this.#use(async (server) => openThread(server, ...opening));
    this.#sessions.add(session);
    return session;
  };

  runCommand = async (run: CommandRun): Promise<CommandResult> =>
    this.#use(async (server) => runByServer(server, run));

  close = async (): Promise<void> => {
    await Promise.all([...this.#sessions].map(async (session) => session.close()));
    this.#sessions.clear();
    const held = [...this.#held];
    this.#held.clear();
    await Promise.all(held.map(async (pooled) => this.#pool.release(pooled, this.#user)));
  };

  /**
   * Does something that costs nothing on a server. When the connection fails in the middle of it, the server has died since it was
   * used last, or hangs: then another one takes its place and it is done once more. A turn never runs in here.
   */
  async #use<Result>(action: (server: AppServer) => Promise<Result>): Promise<Result> {
    const pooled = await this.#acquire();
    const server = await pooled.started;
    try {
      return await action(server);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      server.doubt();
      // A server that hangs may hold the thread that is to be continued.
      await this.#pool.retire(pooled);
      return action(await (await this.#acquire()).started);
    }
  }

  async #acquire(): Promise<PooledServer> {
    const { key, environment } = this.#place;
    const pooled = await this.#pool.acquire(key, environment, this.#user);
    this.#held.add(pooled);
    const child = pooled.server?.child;
    if (child !== undefined && child !== this.child) {
      this.child = child;
      this.#hooks.onChild?.(child);
    }
    return pooled;
  }

  /** Codex warns of the same at each start of a server and of a thread. */
  #tellOnce(event: RunEvent): void {
    const text = event.type === "warning" ? event.message : JSON.stringify(event);
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#hooks.onEvent(event);
  }
}

function isConnectionLost(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof TandemError && error.cause instanceof ConnectionError;
}
