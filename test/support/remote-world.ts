import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, vi } from "vitest";
import { readEndpoint } from "../../src/codex/app-server/endpoint.ts";
import { type RemoteStart, startRemoteEngine } from "../../src/codex/app-server/remote-engine.ts";
import type { CodexEngine, ThreadOptions } from "../../src/codex/engine.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import { createRehearsalHome } from "../../src/rehearsal/rehearsal-home.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { cleanEnvironment, codexBinary, killGroup } from "../rehearsal/codex-exec.ts";
import { makeRepository, processesNaming } from "./app-server-world.ts";
import { makeHome } from "./homes.ts";
import { readOnlyThread } from "./thread-options.ts";

export interface RemoteWorldOptions {
  readonly listen: "ws" | "unix";
  /** The server asks for this token. */
  readonly token?: string;
  readonly repository?: Readonly<Record<string, string>>;
}

/** A real app-server that listens, started by somebody else, and a scripted model behind it. */
export interface RemoteWorld {
  readonly model: ScriptedModel;
  readonly home: string;
  readonly workspace: string;
  /** For TANDEM_ENDPOINT. */
  readonly address: string;
  readonly pid: number;
  readonly events: readonly RunEvent[];
  /** Ends the server as a crash does. */
  kill(): void;
  engine(
    more?: { readonly address?: string; readonly tokenFile?: string } & Partial<RemoteStart>,
  ): Promise<CodexEngine>;
  options(more?: Partial<ThreadOptions>): ThreadOptions;
}

const opened: { world: RemoteWorld; child: ChildProcess; engines: CodexEngine[]; isKilled: () => boolean }[] =
  [];

export async function startRemoteWorld(script: Entry, options: RemoteWorldOptions): Promise<RemoteWorld> {
  const model = await startScriptedModel(script);
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "tandem-workspace-")));
  const home = await createRehearsalHome(makeHome("remote"), {
    requestRetries: 0,
    streamRetries: 0,
    baseUrl: model.baseUrl,
  });
  if (options.repository !== undefined) await makeRepository(workspace, options.repository);
  const socket = join(home, "codex.sock");
  const parameters = ["--listen", options.listen === "ws" ? "ws://127.0.0.1:0" : `unix://${socket}`];
  if (options.token !== undefined) {
    const file = join(home, "server-token");
    await writeFile(file, options.token, { mode: 0o600 });
    parameters.push("--ws-auth", "capability-token", "--ws-token-file", file);
  }
  const child = spawn(codexBinary(), ["app-server", ...parameters], {
    cwd: home,
    env: cleanEnvironment(home),
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const address = options.listen === "ws" ? await announced(child) : await bound(socket);
  const events: RunEvent[] = [];
  const engines: CodexEngine[] = [];
  let isKilled = false;
  const world: RemoteWorld = {
    model,
    home,
    workspace,
    address,
    pid: child.pid ?? 0,
    events,
    kill: () => {
      isKilled = true;
      killGroup(child.pid);
    },
    engine: async ({ address: named = address, tokenFile, ...more } = {}) => {
      const choice = tokenFile === undefined ? { address: named } : { address: named, tokenFile };
      const endpoint = readEndpoint(choice, process.platform);
      const engine = await startRemoteEngine({
        endpoint,
        identity: { name: "tandem-test", version: "1" },
        onEvent: (event) => events.push(event),
        ...more,
      });
      engines.push(engine);
      return engine;
    },
    options: (more) => readOnlyThread(workspace, more),
  };
  opened.push({ world, child, engines, isKilled: () => isKilled });
  return world;
}

/** Registers the clean-up of a test file that starts remote worlds. Fails a test whose engine ended the server. */
export function endRemoteWorldsAfterEach(): void {
  afterEach(async () => {
    const worlds = opened.splice(0);
    await Promise.all(worlds.flatMap(({ engines }) => engines.map(async (engine) => engine.close())));
    const ended = worlds.filter(({ child, isKilled }) => !isKilled() && !isRunning(child));
    await Promise.all(worlds.map(async ({ child, world }) => endServer(child, world)));
    const left = () => worlds.flatMap(({ world }) => processesNaming(world.workspace, world.home));
    // The owner of a job that has ended takes a moment to end itself.
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 15_000, interval: 50 });
    expect(ended.map(({ world }) => world.address)).toEqual([]);
  });
}

async function endServer(child: ChildProcess, { model, workspace, home }: RemoteWorld): Promise<void> {
  const ended = isRunning(child) ? once(child, "exit") : undefined;
  killGroup(child.pid);
  await ended;
  await model.close();
  // Codex puts the socket itself into the temp folder (0.169).
  const socket = attempt(() => readlinkSync(join(home, "codex.sock")));
  if (socket !== undefined) await rm(socket, { force: true });
  await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Codex tells its port on stderr. */
async function announced(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error("It has no stderr.");
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /listening on: (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("It never listened.");
}

async function bound(path: string): Promise<string> {
  await vi.waitFor(
    async () => {
      const probe = connect(path);
      await once(probe, "connect");
      probe.destroy();
    },
    { timeout: 20_000 },
  );
  return `unix://${path}`;
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    // Not there.
    return undefined;
  }
}

/** A stretch of network between a client and a server on this machine. */
export interface Proxy {
  /** The server's address by way of the proxy. */
  readonly address: string;
  /** Ends every connection as a broken line does. */
  cut(): void;
  /** From now on nothing passes, and nobody is told. */
  freeze(): void;
}

const proxies: { close(): void }[] = [];

/** Starts a proxy on a free port of loopback in front of `ws://HOST:PORT`. */
export async function startProxy(address: string): Promise<Proxy> {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      // A connection that was cut has nothing more to say.
      socket.on("error", () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxies.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return {
    address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    freeze: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
}

/** Registers the clean-up of a test file that starts proxies. */
export function endProxiesAfterEach(): void {
  afterEach(() => {
    for (const proxy of proxies.splice(0)) proxy.close();
  });
}
