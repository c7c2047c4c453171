import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import type { AppServer } from "../../src/codex/app-server/app-server.ts";
import { startAppServer } from "../../src/codex/app-server/start-app-server.ts";
import { openThread } from "../../src/codex/app-server/thread-session.ts";
import type { Ask, ThreadOptions, ThreadSession, TurnInput, TurnOutcome } from "../../src/codex/engine.ts";
import type { Pin } from "../../src/codex/pins.ts";
import { Watchdog, type WatchdogLimits } from "../../src/codex/watchdog.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import { createRehearsalHome, type RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { cleanEnvironment, codexBinary } from "../rehearsal/codex-exec.ts";
import { makeHome } from "./homes.ts";
import { readOnlyThread } from "./thread-options.ts";

export interface WorldOptions {
  readonly home?: Partial<RehearsalHomeOptions>;
  /** Variables of the app-server beside PATH, HOME and CODEX_HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces the real Codex. */
  readonly program?: { readonly path: string; readonly parameters: readonly string[] };
  readonly deadlineMs?: number;
  /** Who is asked on threads that may ask. */
  readonly ask?: Ask;
  /** The workspace is a git repository with one commit of these files. */
  readonly repository?: Readonly<Record<string, string>>;
  /** Runs before the app-server starts. */
  readonly prepare?: (places: { readonly home: string; readonly workspace: string }) => void;
}

/** A scripted model, a CODEX_HOME, a workspace and a running app-server. */
export interface World {
  readonly model: ScriptedModel;
  readonly home: string;
  readonly workspace: string;
  readonly server: AppServer;
  readonly pid: number;
  /** Everything that was told, in order: by the server itself and by each thread that was opened here. */
  readonly events: readonly RunEvent[];
  open(options?: Partial<ThreadOptions>, pinTable?: readonly Pin[]): Promise<ThreadSession>;
  /** Resolves at the first event, past or to come, that fits. */
  event<Type extends RunEvent["type"]>(
    type: Type,
    fits?: (event: Extract<RunEvent, { type: Type }>) => boolean,
  ): Promise<Extract<RunEvent, { type: Type }>>;
}

const generous: WatchdogLimits = { stallMs: 30_000, timeoutMs: 45_000 };

/** Runs one prompt, or another input, to its end. */
export async function runTurn(
  session: ThreadSession,
  input: string | TurnInput,
  options: {
    readonly limits?: Partial<WatchdogLimits>;
    /** In place of clocks that run. */
    readonly clock?: Watchdog;
    readonly signal?: AbortSignal;
  } = {},
): Promise<TurnOutcome> {
  const watchdog = options.clock ?? new Watchdog({ ...generous, ...options.limits });
  const turn = typeof input === "string" ? { type: "prompt" as const, text: input, images: [] } : input;
  try {
    return await session.run(turn, watchdog, options.signal ?? new AbortController().signal);
  } finally {
    watchdog.stop();
  }
}

interface Opened {
  readonly model: ScriptedModel;
  readonly server?: AppServer;
  readonly workspace: string;
  readonly home: string;
}

const opened: Opened[] = [];

/** Starts a world; it ends after the test, and the test fails when a process of it is left. */
export async function startWorld(script: Entry, options: WorldOptions = {}): Promise<World> {
  const model = await startScriptedModel(script);
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "tandem-workspace-")));
  const home = await createRehearsalHome(makeHome("app-server"), {
    requestRetries: 0,
    streamRetries: 0,
    ...options.home,
    baseUrl: options.home?.baseUrl ?? model.baseUrl,
  });
  opened.push({ model, workspace, home });
  if (options.repository !== undefined) await makeRepository(workspace, options.repository);
  options.prepare?.({ home, workspace });
  const recorded = recordEvents();
  const server = await startAppServer({
    program: options.program ?? { path: codexBinary(), parameters: [] },
    environment: { ...cleanEnvironment(home), ...options.environment },
    folder: home,
    identity: { name: "tandem-test", version: "1" },
    onEvent: recorded.add,
    identify: (pid) => ({ pid, host: hostname() }),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  });
  opened.push({ model, workspace, home, server });
  return {
    model,
    home,
    workspace,
    server,
    pid: server.child?.pid ?? 0,
    events: recorded.events,
    event: recorded.next,
    open: async (threadOptions = {}, pinTable) =>
      openThread(
        server,
        readOnlyThread(workspace, threadOptions),
        { emit: recorded.add, ...(options.ask === undefined ? {} : { ask: options.ask }) },
        pinTable,
      ),
  };
}

/** Registers the clean-up of a test file that starts worlds. */
export function endWorldsAfterEach(): void {
  afterEach(async () => {
    const worlds = opened.splice(0);
    await Promise.all(worlds.map(async ({ server }) => server?.close()));
    await Promise.all(worlds.map(async ({ model }) => model.close()));
    const left = worlds.flatMap(({ workspace, home }) => processesNaming(workspace, home));
    await Promise.all(
      worlds.map(async ({ workspace }) => rm(workspace, { recursive: true, force: true, maxRetries: 5 })),
    );
    expect(left).toEqual([]);
  });
}

/** The command lines of all processes, our own left out, whose command, working folder or environment names one of the texts. */
export function processesNaming(...texts: readonly string[]): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        // A zombie has no command line and no folder.
        if (command === "") return [];
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        const facts = [command, readlinkSync(`/proc/${pid}/cwd`), environment];
        return texts.some((text) => facts.some((fact) => fact.includes(text))) ? [`${pid} ${command}`] : [];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}

/** Makes a folder a git repository with one commit of the files. */
export async function makeRepository(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=First");
}

export function git(folder: string, ...words: readonly string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"];
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...identity, ...words], { cwd: folder, env: environment, encoding: "utf8" });
}

type Listener = (event: RunEvent) => void;

function recordEvents(): {
  readonly events: readonly RunEvent[];
  readonly add: Listener;
  readonly next: World["event"];
} {
  const events: RunEvent[] = [];
  const listeners = new Set<Listener>();
  return {
    events,
    add: (event) => {
      events.push(event);
      for (const listener of listeners) listener(event);
    },
    next: async (type, fits = () => true) =>
      new Promise((resolve) => {
        const listener: Listener = (event) => {
          if (event.type !== type) return;
          const wanted = event as Extract<RunEvent, { type: typeof type }>;
          if (!fits(wanted)) return;
          listeners.delete(listener);
          resolve(wanted);
        };
        listeners.add(listener);
        for (const event of events) listener(event);
      }),
  };
}
