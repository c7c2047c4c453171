import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, vi } from "vitest";
import type { CodexEngine, ThreadOptions, ThreadSession } from "../../src/codex/engine.ts";
import { type ExecStart, startExecEngine } from "../../src/codex/exec/exec-engine.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import { createRehearsalHome, type RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { cleanEnvironment, codexBinary } from "../rehearsal/codex-exec.ts";
import { makeRepository, processesNaming } from "./app-server-world.ts";
import { makeHome } from "./homes.ts";
import { readOnlyThread } from "./thread-options.ts";

export interface ExecWorldOptions {
  readonly home?: Partial<RehearsalHomeOptions>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly start?: Partial<ExecStart>;
  /** The workspace is a git repository with one commit of these files. */
  readonly repository?: Readonly<Record<string, string>>;
}

/** A scripted model, a CODEX_HOME, a workspace and a one-shot engine. */
export interface ExecWorld {
  readonly model: ScriptedModel;
  readonly home: string;
  readonly workspace: string;
  /** The private folder that the engine keeps its files in. */
  readonly folder: string;
  readonly engine: CodexEngine;
  readonly start: ExecStart;
  /** Everything that was told, in order. */
  readonly events: readonly RunEvent[];
  open(options?: Partial<ThreadOptions>): Promise<ThreadSession>;
  /** Resolves at the first event, past or to come, of this type. */
  event<Type extends RunEvent["type"]>(type: Type): Promise<Extract<RunEvent, { type: Type }>>;
}

const opened: ExecWorld[] = [];

export async function startExecWorld(script: Entry, options: ExecWorldOptions = {}): Promise<ExecWorld> {
  const model = await startScriptedModel(script);
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "tandem-workspace-")));
  const home = await createRehearsalHome(makeHome("exec"), {
    requestRetries: 0,
    streamRetries: 0,
    ...options.home,
    baseUrl: options.home?.baseUrl ?? model.baseUrl,
  });
  // A Codex of our own making cannot be asked what the configuration says.
  if (options.start?.program !== undefined) await writeFile(join(home, "config.toml"), "");
  const folder = join(home, "job");
  await mkdir(folder, { mode: 0o700 });
  if (options.repository !== undefined) await makeRepository(workspace, options.repository);
  const events: RunEvent[] = [];
  const start: ExecStart = {
    program: { path: codexBinary(), parameters: [] },
    environment: { ...cleanEnvironment(home), ...options.environment },
    folder,
    onEvent: (event) => events.push(event),
    identify: (pid) => ({ pid, host: hostname() }),
    ...options.start,
  };
  const engine = await startExecEngine(start);
  const world: ExecWorld = {
    model,
    home,
    workspace,
    folder,
    engine,
    start,
    events,
    open: async (threadOptions = {}) =>
      engine.openThread(readOnlyThread(workspace, threadOptions), { emit: (event) => events.push(event) }),
    event: async (type) =>
      vi.waitFor(
        () => {
          const found = events.find((event) => event.type === type);
          if (found === undefined) throw new Error(`No event ${type} came.`);
          return found as Extract<RunEvent, { type: typeof type }>;
        },
        { timeout: 20_000, interval: 5 },
      ),
  };
  opened.push(world);
  return world;
}

/** The start of an engine whose Codex does what the plan says. */
export function fakeCodex(plan: readonly object[]): ExecWorldOptions {
  const fixture = fileURLToPath(new URL("../fixtures/fake-codex-exec.mjs", import.meta.url));
  return {
    start: { program: { path: process.execPath, parameters: [fixture] } },
    environment: { FAKE_PLAN: JSON.stringify(plan) },
  };
}

/** Registers the clean-up of a test file that starts worlds. Fails a test that left a process or a file of the engine. */
export function endExecWorldsAfterEach(): void {
  afterEach(async () => {
    const worlds = opened.splice(0);
    await Promise.all(worlds.map(async ({ engine }) => engine.close()));
    await Promise.all(worlds.map(async ({ model }) => model.close()));
    const left = worlds.flatMap(({ workspace, home }) => processesNaming(workspace, home));
    await Promise.all(
      worlds.map(async ({ workspace }) => rm(workspace, { recursive: true, force: true, maxRetries: 5 })),
    );
    expect(left).toEqual([]);
    expect(guardians()).toEqual([]);
  });
}

/** The pids of this process's guardians. */
export function guardians(owner: number = process.pid): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isGuardian = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("read -r leader");
        return isGuardian && readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${owner}\n`);
      } catch {
        // It ended while it was looked at.
        return false;
      }
    });
}
