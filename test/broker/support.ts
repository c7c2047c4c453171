import { readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import type { BrokerConnection } from "../../src/broker/broker-client.ts";
import { type BrokerPlace, brokerPlace } from "../../src/broker/broker-place.ts";
import { findBrokers } from "../../src/broker/broker-record.ts";
import {
  type BrokerListener,
  type BrokerService,
  type ListenOptions,
  listenAsBroker,
} from "../../src/broker/broker-server.ts";
import { type EnsureOptions, ensureBroker } from "../../src/broker/ensure-broker.ts";
import { endVerifiedProcess } from "../../src/jobs/end-process.ts";
import { ensurePrivateFolder } from "../../src/jobs/private-folders.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { makeStateRoot } from "../jobs/support.ts";
import { type FixtureProcess, startFixture } from "../support/fixture-process.ts";
import type { FixtureBroker } from "./fixtures/broker-process.ts";

export const key = "0123456789abcdef";
export const world = systemWorld();

export interface TestPlace {
  readonly root: string;
  readonly place: BrokerPlace;
}

/** A place in a state root of its own. Whatever broker is recorded there at the end of the test is ended. */
export function makePlace(root = makeStateRoot()): TestPlace {
  onTestFinished(async () => {
    for (const { record } of findBrokers(root)) {
      if (record.process.pid !== process.pid) await endVerifiedProcess(record.process, world.processes);
    }
  });
  return { root, place: brokerPlace(root, key, { platform: process.platform, user: process.getuid?.() }) };
}

/** Starts the fixture that is a broker, and waits until it serves. */
export async function startBroker(
  program: string,
  { root, place }: TestPlace,
  options: FixtureBroker = {},
): Promise<FixtureProcess> {
  const broker = startFixture(program, [root, place.key, JSON.stringify(options)]);
  const line = await broker.nextLine();
  if (line !== "ready") throw new Error(`the broker said ${line}`);
  return broker;
}

/** Asks for the broker of a place with short limits; the fixture stands for the one that is started. */
export async function askFor(
  program: string,
  test: TestPlace,
  options: Partial<EnsureOptions> = {},
): Promise<BrokerConnection & { readonly pid: number; readonly starts: number }> {
  let starts = 0;
  const connection = await ensureBroker(test.place, {
    stateRoot: test.root,
    spawn: async () => {
      starts += 1;
      await startBroker(program, test);
    },
    ...options,
  });
  onTestFinished(() => connection.close());
  const { pid } = await connection.request("health", {});
  return {
    pid: Number(pid),
    starts,
    request: async (method, parameters) => connection.request(method, parameters),
    close: () => connection.close(),
  };
}

/** A broker's answers to whatever it is asked; what it is given is noted. */
function sampleService(changes: Partial<BrokerService> = {}): BrokerService & { submitted: string[] } {
  const submitted: string[] = [];
  return {
    submitted,
    submit: async (job) => {
      submitted.push(job);
    },
    follow: async () => undefined,
    health: () => ({ pid: process.pid, version: "1", running: 0, queued: 0, draining: false, codexHome: "" }),
    drain: () => undefined,
    onClients: () => undefined,
    ...changes,
  };
}

/** A broker's socket in this process. */
export async function startListener(
  options: ListenOptions = {},
  changes: Partial<BrokerService> = {},
): Promise<{
  readonly place: BrokerPlace;
  readonly service: ReturnType<typeof sampleService>;
  readonly listener: BrokerListener;
}> {
  const { place } = makePlace();
  ensurePrivateFolder(place.folder);
  const service = sampleService(changes);
  const listener = await listenAsBroker(place, service, options);
  onTestFinished(async () => listener.close());
  return { place, service, listener };
}

/** A greeting of somebody who does not know the token. */
export const wrongGreeting = '{"jsonrpc":"2.0","id":1,"result":{"nonce":"00","proof":"00"}}\n';

/** Somebody else's listener, in place of whatever socket lies there; what it hears is noted. Without an answer it is silent. */
export async function plantSocket(address: string, answer?: string): Promise<{ heard: () => string }> {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("utf8");
      if (answer !== undefined) socket.write(answer);
    });
  });
  rmSync(address, { force: true });
  await new Promise<void>((resolve) => {
    server.listen(address, resolve);
  });
  onTestFinished(() => void server.close());
  return { heard: () => heard };
}

/** Lets the callbacks of settled promises run. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

export function namesIn({ folder }: BrokerPlace): readonly string[] {
  return readdirSync(folder).toSorted();
}
