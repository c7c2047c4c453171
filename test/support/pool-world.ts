import { mkdtemp, realpath, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { type AppServerPool, createAppServerPool } from "../../src/codex/app-server/app-server-pool.ts";
import type { PoolHooks } from "../../src/codex/app-server/pool-engine.ts";
import { startAppServer } from "../../src/codex/app-server/start-app-server.ts";
import type { CodexEngine, ThreadOptions, TurnOutcome } from "../../src/codex/engine.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import { createRehearsalHome, type RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { cleanEnvironment, codexBinary } from "../rehearsal/codex-exec.ts";
import { processesNaming, runTurn } from "./app-server-world.ts";
import { guardians } from "./exec-world.ts";
import { makeHome } from "./homes.ts";
import { readOnlyThread } from "./thread-options.ts";

export interface PoolWorldOptions {
  readonly home?: Partial<RehearsalHomeOptions>;
  /** Replaces the real Codex, for each start anew. */
  readonly program?: () => { readonly path: string; readonly parameters: readonly string[] };
  readonly deadlineMs?: number;
}

/** A scripted model and a pool of real app-servers, whose clock is the test's. */
export interface PoolWorld {
  readonly model: ScriptedModel;
  readonly home: string;
  readonly workspace: string;
  readonly pool: AppServerPool;
  /** What the pool's owner was told. */
  readonly log: readonly RunEvent[];
  /** How many servers were started, or tried to. */
  readonly starts: () => number;
  /** Pids of the servers that serve now. */
  readonly pids: () => readonly number[];
  /** Ends of idle servers that are waited for, oldest first. */
  readonly timers: readonly { readonly ms: number; readonly fire: () => void }[];
  engine(key?: string, hooks?: Partial<PoolHooks>): Promise<CodexEngine>;
  options(more?: Partial<ThreadOptions>): ThreadOptions;
}

const opened: { readonly world: PoolWorld; readonly engines: Set<CodexEngine> }[] = [];

export async function startPoolWorld(script: Entry, options: PoolWorldOptions = {}): Promise<PoolWorld> {
  const model = await startScriptedModel(script);
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "tandem-workspace-")));
  const home = await createRehearsalHome(makeHome("pool"), {
    requestRetries: 0,
    streamRetries: 0,
    ...options.home,
    baseUrl: model.baseUrl,
  });
  const log: RunEvent[] = [];
  const timers: { ms: number; fire: () => void }[] = [];
  const engines = new Set<CodexEngine>();
  let starts = 0;
  const pool = createAppServerPool({
    idleMs: 60_000,
    onEvent: (event) => log.push(event),
    after: (ms, callback) => {
      const timer = { ms, fire: callback };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    start: async (environment, onEvent) => {
      starts += 1;
      return startAppServer({
        program: options.program?.() ?? { path: codexBinary(), parameters: [] },
        environment,
        folder: home,
        identity: { name: "tandem-test", version: "1" },
        onEvent,
        identify: (pid) => ({ pid, host: hostname() }),
        ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
      });
    },
  });
  const world: PoolWorld = {
    model,
    home,
    workspace,
    pool,
    log,
    timers,
    starts: () => starts,
    pids: () => pool.servers.flatMap(({ child }) => (child === undefined ? [] : [child.pid])),
    engine: async (key = "plain", hooks = {}) => {
      const engine = await pool.engine(
        key,
        { ...cleanEnvironment(home), TEST_KEY: key },
        { onEvent: () => undefined, ...hooks },
      );
      engines.add(engine);
      return engine;
    },
    options: (more) => readOnlyThread(workspace, more),
  };
  opened.push({ world, engines });
  return world;
}

/** One whole run: engine, thread, turn, and everything closed again. */
export async function runOnce(
  world: PoolWorld,
  prompt: string,
  more: { readonly key?: string; readonly thread?: Partial<ThreadOptions> } = {},
): Promise<TurnOutcome> {
  const engine = await world.engine(more.key);
  try {
    const session = await engine.openThread(world.options(more.thread), { emit: () => undefined });
    return await runTurn(session, prompt);
  } finally {
    await engine.close();
  }
}

/** Registers the clean-up of a test file that starts pools. Fails a test that left a process. */
export function endPoolWorldsAfterEach(): void {
  afterEach(async () => {
    const worlds = opened.splice(0);
    await Promise.all(worlds.map(async ({ world }) => world.pool.close()));
    await Promise.all(worlds.map(async ({ world }) => world.model.close()));
    const left = worlds.flatMap(({ world }) => processesNaming(world.workspace, world.home));
    await Promise.all(
      worlds.map(async ({ world }) => rm(world.workspace, { recursive: true, force: true, maxRetries: 5 })),
    );
    expect(left).toEqual([]);
    expect(guardians()).toEqual([]);
  });
}
