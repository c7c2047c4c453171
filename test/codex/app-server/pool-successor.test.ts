import { expect } from "vitest";
import { AppServer } from "../../../src/codex/app-server/app-server.ts";
import { createAppServerPool } from "../../../src/codex/app-server/app-server-pool.ts";
import { verifies } from "../../support/requirements.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

const settled = async () => new Promise(setImmediate);

/** A server of the pool that the test plays. */
async function play(transport: MemoryTransport): Promise<AppServer> {
  const connecting = AppServer.connect(transport, { name: "test", version: "1" }, () => undefined);
  await Promise.resolve();
  transport.say({ id: 1, result: { codexHome: "/home" } });
  return connecting;
}

verifies(
  "races.successor",
  "an app-server whose predecessor is given up late still ends when it is idle",
  async () => {
    const transports: MemoryTransport[] = [];
    const servers: AppServer[] = [];
    const timers = new Set<() => void>();
    const pool = createAppServerPool({
      idleMs: 60_000,
      onEvent: () => undefined,
      after: (_ms, callback) => {
        timers.add(callback);
        return () => timers.delete(callback);
      },
      start: async () => {
        const transport = createMemoryTransport();
        transports.push(transport);
        const server = await play(transport);
        servers.push(server);
        return server;
      },
    });
    const hooks = { onEvent: () => undefined };
    await pool.engine("odd", {}, hooks);
    const [first] = transports;
    // It is doubted, and asked for a proof while the next one takes its place.
    servers[0]?.doubt();
    const next = await pool.engine("odd", {}, hooks);
    await pool.engine("usual", {}, hooks);
    await next.close();
    expect(timers.size).toBe(1);
    first?.end();
    await settled();
    expect(timers.size).toBe(1);
    await pool.close();
  },
);
