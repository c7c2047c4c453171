import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, vi } from "vitest";
import { serverKey } from "../../../src/codex/app-server/server-key.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { type Gate, gate } from "../../../src/rehearsal/gate.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { asks, firstOf, sequence, when } from "../../../src/rehearsal/script.ts";
import { processesNaming, runTurn } from "../../support/app-server-world.ts";
import { endPoolWorldsAfterEach, type PoolWorld, runOnce, startPoolWorld } from "../../support/pool-world.ts";
import { verifies } from "../../support/requirements.ts";

endPoolWorldsAfterEach();

const fake = fileURLToPath(new URL("../../fixtures/fake-app-server.mjs", import.meta.url));
const fakeProgram = (scenario: string) => ({ path: process.execPath, parameters: [fake, scenario] });
const quiet = { emit: () => undefined };

describe("the pool", () => {
  verifies(
    "pool.shared",
    "starts one server for eight runs that come at once, and keeps it warm",
    async () => {
      const world = await startPoolWorld(message("Hello"));
      const outcomes = await Promise.all(Array.from({ length: 8 }, async () => runOnce(world, "Go")));
      expect(outcomes.map(({ answer }) => answer)).toEqual(Array.from({ length: 8 }, () => "Hello"));
      expect((await runOnce(world, "Go")).status).toBe("completed");
      expect(world.starts()).toBe(1);
      expect(world.pool.servers).toEqual([
        { key: "plain", users: 0, isRetired: false, child: expect.anything() },
      ]);
    },
  );

  verifies("pool.shared", "has one server for each environment", async () => {
    const world = await startPoolWorld(message("Hello"));
    await Promise.all(["one", "two", "one"].map(async (key) => runOnce(world, "Go", { key })));
    expect(world.starts()).toBe(2);
    expect(new Set(world.pids()).size).toBe(2);
  });

  verifies("pool.shared", "lets a run end while another one goes on", async () => {
    const held = gate();
    const world = await startPoolWorld(
      firstOf(when(asks("Wait"), message("Waited", { after: held })), message("Quick")),
    );
    const slow = runOnce(world, "Wait");
    await world.model.waitForRequest(1);
    expect((await runOnce(world, "Go")).answer).toBe("Quick");
    held.open();
    expect((await slow).answer).toBe("Waited");
  });

  verifies("pool.shared", "names the process to the run that uses it", async () => {
    const world = await startPoolWorld(message("Hello"));
    const onChild = vi.fn<(child: { pid: number }) => void>();
    const engine = await world.engine("plain", { onChild });
    await engine.openThread(world.options(), quiet);
    expect(onChild.mock.calls).toEqual([[engine.child]]);
    expect([engine.child?.pid]).toEqual(world.pids());
  });

  verifies(
    "pool.environment",
    "shows each of two runs on one server its own variables and PATH",
    async () => {
      const show = command('printf "%s " "$OWN" "${OTHER-none}" "$(tool)"');
      const world = await startPoolWorld(sequence(show, message("Done")));
      const outputs = await Promise.all(
        ["red", "blue"].map(async (colour) => {
          const folder = join(world.workspace, colour);
          mkdirSync(folder);
          writeFileSync(join(folder, "tool"), `#!/bin/sh\necho ${colour} tool\n`, { mode: 0o755 });
          const environment = {
            OWN: colour,
            PATH: `${folder}:/usr/bin:/bin`,
            ...(colour === "red" ? { OTHER: "red only" } : {}),
          };
          const events: RunEvent[] = [];
          const engine = await world.engine();
          const session = await engine.openThread(world.options({ environment }), {
            emit: (event) => events.push(event),
          });
          await runTurn(session, "Go");
          await engine.close();
          return events.flatMap((event) => (event.type === "command_completed" ? [event.output] : []));
        }),
      );
      expect(outputs).toEqual([["red red only red tool "], ["blue none blue tool "]]);
      expect(world.starts()).toBe(1);
    },
  );
});

describe("a start that fails", () => {
  for (const [scenario, kind] of [
    ["exits-at-once", "spawn_failed"],
    ["refuses-handshake", "contract_changed"],
  ] as const) {
    verifies(
      "pool.failed_start",
      `(${scenario}) is ${kind} for all who wait, and is tried again by the next`,
      async () => {
        const programs = [fakeProgram(scenario), fakeProgram("fine")];
        const world = await startPoolWorld(message("never"), {
          program: () => programs.shift() ?? fakeProgram("fine"),
        });
        const failed = await Promise.allSettled([world.engine(), world.engine(), world.engine()]);
        expect(failed.map((each) => each.status === "rejected" && each.reason)).toMatchObject(
          Array.from({ length: 3 }, () => ({ report: { kind } })),
        );
        expect(world.pool.servers).toEqual([]);
        expect((await runOnce(world, "Go")).answer).toBe("the answer");
        expect(world.starts()).toBe(2);
      },
    );
  }
});

describe("idle servers", () => {
  verifies("pool.idle", "end after a while, but for the one that was used last", async () => {
    const world = await startPoolWorld(message("Hello"));
    await runOnce(world, "Go", { key: "one" });
    expect(world.timers).toEqual([]);
    await runOnce(world, "Go", { key: "two" });
    expect(world.timers.map(({ ms }) => ms)).toEqual([60_000]);
    world.timers[0]?.fire();
    await vi.waitFor(() => expect(world.pool.servers.map(({ key }) => key)).toEqual(["two"]));
    expect((await runOnce(world, "Go", { key: "one" })).status).toBe("completed");
    expect(world.starts()).toBe(3);
  });

  verifies("pool.idle", "are kept as long as somebody uses them or has begun to", async () => {
    const held = gate();
    const world = await startPoolWorld(message("Late", { after: held }));
    const busy = runOnce(world, "Go", { key: "busy" });
    await world.model.waitForRequest(1);
    const other = await world.engine("other");
    expect(world.timers).toEqual([]);
    held.open();
    await busy;
    expect(world.timers).toHaveLength(1);
    const again = await world.engine("busy");
    expect(world.timers).toEqual([]);
    await Promise.all([other.close(), again.close()]);
    expect(world.timers).toHaveLength(1);
    expect(world.starts()).toBe(2);
  });
});

describe("closing the pool", () => {
  verifies("pool.closed", "ends idle, busy and starting servers, and takes no more runs", async () => {
    const world = await startPoolWorld(message("never", { after: gate() }));
    const busy = runOnce(world, "Go", { key: "busy" });
    await world.model.waitForRequest(1);
    await (await world.engine("idle")).close();
    const starting = world.engine("starting");
    await world.pool.close();
    expect(processesNaming(world.home)).toEqual([]);
    expect((await busy).error?.kind).toBe("protocol");
    await (await starting).close();
    await expect(world.engine()).rejects.toMatchObject({ report: { kind: "internal" } });
    expect(world.pool.servers).toEqual([]);
  });
});

/** A run whose events are kept, and which waits at a gate. */
async function listen(
  world: PoolWorld,
  thread: Parameters<PoolWorld["options"]>[0],
): Promise<readonly string[]> {
  const told: string[] = [];
  const tell = (event: RunEvent) => {
    if (event.type === "warning") told.push(event.message);
  };
  const engine = await world.engine("plain", { onEvent: tell });
  const session = await engine.openThread(world.options(thread), { emit: tell });
  await runTurn(session, "Go");
  await engine.close();
  return told;
}

describe("what Codex says of configurations", () => {
  verifies("pool.told", "reaches the run whose configuration it is, and no other", async () => {
    const world = await startPoolWorld(message("Hello"));
    const withProfile = (key: string) => {
      writeFileSync(join(world.home, `${key}.config.toml`), `${key} = 1\n`);
      return { profile: key };
    };
    const [one, two, three] = await Promise.all([
      listen(world, withProfile("odd_one")),
      listen(world, withProfile("odd_two")),
      listen(world, {}),
    ]);
    const about = (told: readonly string[] | undefined) => told?.filter((text) => text.includes("odd_"));
    expect(about(one)).toEqual([expect.stringContaining("`odd_one` is ignored")]);
    expect(about(two)).toEqual([expect.stringContaining("`odd_two` is ignored")]);
    expect(about(three)).toEqual([]);
    expect(world.log.filter((event) => JSON.stringify(event).includes("odd_"))).toEqual([]);
  });

  verifies("pool.told", "reaches every run when it is about the user's own files", async () => {
    const world = await startPoolWorld(message("Hello"));
    await runOnce(world, "Start it");
    mkdirSync(join(world.home, "rules"));
    writeFileSync(join(world.home, "rules", "broken.rules"), "prefix_rule(((");
    const held: Gate = gate();
    const engine = await world.engine("plain", { onEvent: () => held.open() });
    const told = await listen(world, {});
    expect(told.filter((text) => text.includes("parsing rules"))).toHaveLength(1);
    await held.opened;
    await engine.close();
  });

  verifies("pool.told", "goes to the pool's owner with everything else that a server says", async () => {
    const world = await startPoolWorld(message("never"), { program: () => fakeProgram("noise") });
    const told: RunEvent[] = [];
    const engine = await world.engine("plain", { onEvent: (event) => told.push(event) });
    const session = await engine.openThread(world.options(), quiet);
    expect((await runTurn(session, "Go")).answer).toBe("the answer");
    // Another pipe than that of the turn's end: either may be read first.
    const stray = { type: "stray_output", source: "stderr", text: "a warning on stderr" };
    await vi.waitFor(() => expect(world.log).toContainEqual(stray));
    expect(told).toEqual([]);
  });
});

describe("the name of an environment", () => {
  const base = { PATH: "/usr/bin", HOME: "/home/ada", LANG: "C" };
  const same: readonly Record<string, string>[] = [
    { TERM: "xterm" },
    { SSH_AUTH_SOCK: "/tmp/agent" },
    { PWD: "/somewhere" },
    { CLAUDE_CODE_OAUTH_TOKEN: "1" },
    { VSCODE_IPC_TOKEN: "1" },
    { TERM_SESSION_TOKEN: "1" },
    { TANDEM_SECRET: "1" },
  ];
  const different: readonly Record<string, string>[] = [
    { PATH: "/bin" },
    { HTTPS_PROXY: "http://proxy" },
    { no_proxy: "x" },
    { CODEX_HOME: "/other" },
    { MY_PROVIDER_KEY: "k" },
    { GIT_CONFIG_COUNT: "1" },
    { SSL_CERT_FILE: "/ca.pem" },
    { NODE_EXTRA_CA_CERTS: "/ca.pem" },
  ];

  verifies("pool.key", "is the same where nothing differs that an app-server reads, in any order", () => {
    const name = serverKey(base);
    expect(serverKey(Object.fromEntries(Object.entries(base).toReversed()))).toBe(name);
    for (const more of same) expect(serverKey({ ...base, ...more })).toBe(name);
  });

  verifies("pool.key", "is another one where something does, and holds no value", () => {
    const names = different.map((more) => serverKey({ ...base, ...more }));
    expect(new Set([serverKey(base), ...names]).size).toBe(different.length + 1);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
  });
});
