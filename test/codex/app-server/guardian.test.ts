import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { listProcesses } from "../../../src/codex/process-family.ts";
import type { Tier } from "../../../src/domain/tier.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { cleanEnvironment, codexBinary } from "../../rehearsal/codex-exec.ts";
import { processesNaming, runTurn } from "../../support/app-server-world.ts";
import { bundleFixture } from "../../support/bundle.ts";
import { guardians } from "../../support/exec-world.ts";
import { endFixturesAfterEach, type FixtureProcess, startFixture } from "../../support/fixture-process.ts";
import { kill } from "../../support/kill.ts";
import { endPoolWorldsAfterEach, type PoolWorld, runOnce, startPoolWorld } from "../../support/pool-world.ts";
import { verifies } from "../../support/requirements.ts";
import type { OwnedServer } from "./fixtures/server-owner.ts";

endFixturesAfterEach();
endPoolWorldsAfterEach();

/** An MCP server that ignores every signal and the end of its input. */
const stubbornServer = `
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => undefined);
  setInterval(() => undefined, 1000);
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const results = {
      initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
      "tools/list": { tools: [] },
    };
    if (method in results) process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }) + "\\n");
  });
`;

/** A world whose Codex has that server, and whose first turn is a command that does not end. */
async function startStubbornWorld(line = "sleep 1001"): Promise<PoolWorld> {
  const world = await startPoolWorld(sequence(command(line, { yieldTimeMs: 30_000 }), message("Done")));
  const config = join(world.home, "config.toml");
  const server = { command: process.execPath, args: ["--eval", stubbornServer, "stubborn", world.workspace] };
  const lines = Object.entries(server).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  writeFileSync(config, `${readFileSync(config, "utf8")}\n[mcp_servers.stubborn]\n${lines.join("\n")}\n`);
  return world;
}

const running = (world: PoolWorld) => processesNaming(world.workspace, world.home);
const stubborn = (world: PoolWorld) => running(world).filter((line) => /--eval .*stubborn \S+ $/s.test(line));
const sleeping = (world: PoolWorld) => running(world).filter((line) => /\d sleep \d+/.test(line));

/** Waits until server, command and MCP server of the turn are there. */
async function waitForAll(world: PoolWorld, commands = 1): Promise<void> {
  await vi.waitFor(
    () => {
      expect(stubborn(world)).toHaveLength(1);
      expect(sleeping(world)).toHaveLength(commands);
    },
    { timeout: 20_000 },
  );
}

async function expectNothingLeft(world: PoolWorld): Promise<void> {
  await vi.waitFor(() => expect(running(world)).toEqual([]));
}

const ownerFixture = await bundleFixture("test/codex/app-server/fixtures/server-owner.ts");

async function startOwner(world: PoolWorld, tier: Tier): Promise<{ owner: FixtureProcess; server: number }> {
  const owned: OwnedServer = {
    codex: codexBinary(),
    environment: cleanEnvironment(world.home),
    folder: world.home,
    options: world.options({ tier, mcpServers: ["stubborn"] }),
  };
  const owner = startFixture(ownerFixture, [JSON.stringify(owned)]);
  const server = Number((await owner.nextLine()).split(" ")[1]);
  expect(await owner.nextLine()).toBe("command");
  return { owner, server };
}

describe("the owner of an app-server", () => {
  const cases: readonly [tier: Tier, line: string, commands: number][] = [
    ["read-only", "sleep 1001", 1],
    ["danger-full-access", "sleep 1001 & setsid sleep 1002 & wait", 2],
  ];
  for (const [tier, line, commands] of cases) {
    verifies(
      "pool.guardian",
      `that is killed takes the server, its ${tier} command, its MCP server and the guardian with it`,
      async () => {
        const world = await startStubbornWorld(line);
        const { owner, server } = await startOwner(world, tier);
        await waitForAll(world, commands);
        const [guardian, ...more] = guardians(owner.pid);
        expect([guardian, more]).toEqual([expect.any(Number), []]);
        await owner.crash();
        await expectNothingLeft(world);
        await vi.waitFor(async () => {
          const alive = (await listProcesses()).filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
          expect(alive).not.toContain(server);
          expect(alive).not.toContain(guardian);
        });
      },
    );
  }
});

describe("the guardian of an app-server", () => {
  verifies("pool.guardian", "that is ended is replaced, and the turn goes on", async () => {
    const world = await startPoolWorld(sequence(command("sleep 1"), message("Done")));
    const engine = await world.engine();
    const session = await engine.openThread(world.options(), { emit: () => undefined });
    const turn = runTurn(session, "Go");
    await world.model.waitForRequest(1);
    const [first] = guardians();
    kill(first);
    await vi.waitFor(() => {
      expect(guardians()).toHaveLength(1);
      expect(guardians()).not.toContain(first);
    });
    expect(await turn).toMatchObject({ status: "completed", answer: "Done" });
  });

  verifies("pool.guardian", "that is ended again and again takes the server with it", async () => {
    const world = await startStubbornWorld();
    const engine = await world.engine();
    const session = await engine.openThread(world.options({ mcpServers: ["stubborn"] }), {
      emit: () => undefined,
    });
    const turn = runTurn(session, "Go");
    await waitForAll(world);
    for (let count = 0; count < 4; count += 1) {
      const [guardian] = await vi.waitFor(() => {
        const found = guardians();
        expect(found).toHaveLength(1);
        return found;
      });
      kill(guardian);
      await vi.waitFor(() => expect(guardians()).not.toContain(guardian));
    }
    expect((await turn).error).toMatchObject({
      kind: "protocol",
      message: expect.stringContaining("could not be guarded"),
    });
    await expectNothingLeft(world);
  });

  verifies("pool.guardian", "leaves with a server that ended by itself", async () => {
    const world = await startPoolWorld(message("Hello"));
    await runOnce(world, "Go");
    expect(guardians()).toHaveLength(1);
    await world.pool.close();
    expect(guardians()).toEqual([]);
  });
});

describe("an app-server", () => {
  verifies("pool.family", "that is killed leaves neither its command nor a deaf MCP server", async () => {
    const world = await startStubbornWorld();
    const engine = await world.engine();
    const session = await engine.openThread(world.options({ mcpServers: ["stubborn"] }), {
      emit: () => undefined,
    });
    const turn = runTurn(session, "Go");
    await waitForAll(world);
    kill(engine.child?.pid);
    expect((await turn).error).toMatchObject({
      kind: "protocol",
      message: expect.stringContaining("SIGKILL"),
    });
    // The end of the server is told when nothing of it is left.
    expect(running(world)).toEqual([]);
  });

  verifies("pool.family", "that is closed in the middle of a turn leaves nothing either", async () => {
    const world = await startStubbornWorld("sleep 1001 & setsid sleep 1002 & wait");
    const engine = await world.engine();
    const session = await engine.openThread(
      world.options({ tier: "danger-full-access", mcpServers: ["stubborn"] }),
      { emit: () => undefined },
    );
    const turn = runTurn(session, "Go");
    await waitForAll(world, 2);
    await world.pool.close();
    expect(running(world)).toEqual([]);
    expect((await turn).error?.kind).toBe("protocol");
  });
});
