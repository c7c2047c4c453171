import { fileURLToPath } from "node:url";
import { describe, expect, vi } from "vitest";
import { AppServer } from "../../src/codex/app-server/app-server.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { asks, firstOf, sequence, when } from "../../src/rehearsal/script.ts";
import { processesNaming, runTurn } from "../support/app-server-world.ts";
import { signal } from "../support/kill.ts";
import { endPoolWorldsAfterEach, type PoolWorld, runOnce, startPoolWorld } from "../support/pool-world.ts";
import { verifies } from "../support/requirements.ts";

endPoolWorldsAfterEach();

const fake = fileURLToPath(new URL("../fixtures/fake-app-server.mjs", import.meta.url));
const fakeProgram = (scenario: string) => ({ path: process.execPath, parameters: [fake, scenario] });
const quiet = { emit: () => undefined };

function kill(world: PoolWorld, name: NodeJS.Signals = "SIGKILL"): number | undefined {
  const [pid] = world.pids();
  signal(pid, name);
  return pid;
}

const calls = 100;

describe("a server that is killed between calls", () => {
  verifies(
    "pool.replaced",
    `is replaced: ${calls} of ${calls} calls succeed, noticed before or not`,
    async () => {
      const world = await startPoolWorld(message("Hello"));
      const answers: (string | undefined)[] = [];
      for (let call = 0; call < calls; call += 1) {
        if (call > 0) {
          const pid = kill(world);
          // Every other call comes before this process can have noticed anything.
          if (call % 2 === 0) await vi.waitFor(() => expect(processesNaming(world.home)).toEqual([]));
          expect(world.pids()).toContain(pid);
        }
        answers.push((await runOnce(world, "Go")).answer);
      }
      expect(answers).toEqual(Array.from({ length: calls }, () => "Hello"));
      expect(world.starts()).toBe(calls);
      expect(world.model.requests).toHaveLength(calls);
    },
    300_000,
  );

  verifies("pool.replaced", "is replaced once for all who come then", async () => {
    const world = await startPoolWorld(message("Hello"));
    const engines = await Promise.all(Array.from({ length: 6 }, async () => world.engine()));
    kill(world);
    const outcomes = await Promise.all(
      engines.map(async (engine) => runTurn(await engine.openThread(world.options(), quiet), "Go")),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(engines.map(() => "completed"));
    expect(world.starts()).toBe(2);
  });

  verifies("pool.replaced", "is replaced also for who had an engine of it, and says so", async () => {
    const world = await startPoolWorld(sequence(message("One"), message("Two")));
    const children: number[] = [];
    const engine = await world.engine("plain", { onChild: ({ pid }) => children.push(pid) });
    await engine.openThread(world.options(), quiet);
    kill(world);
    expect(await engine.checkModel({ model: "nobody-knows" })).toHaveLength(1);
    const session = await engine.openThread(world.options(), quiet);
    expect((await runTurn(session, "Go")).status).toBe("completed");
    expect([children.length, children.at(-1)]).toEqual([2, session.child?.pid]);
  });
});

describe("a server that hangs", () => {
  verifies("pool.replaced", "is ended and replaced when it does not answer in time", async () => {
    // The start of each server has to keep the deadline too, on a busy machine.
    const world = await startPoolWorld(message("Hello"), { deadlineMs: 5_000 });
    await runOnce(world, "Go");
    const frozen = kill(world, "SIGSTOP");
    expect((await runOnce(world, "Go")).answer).toBe("Hello");
    expect(world.pids()).not.toContain(frozen);
    await vi.waitFor(() => expect(processesNaming(world.home)).toHaveLength(1));
  });

  verifies(
    "pool.replaced",
    "in the middle of a turn is left by the run that gives up, and gets no other",
    async () => {
      const world = await startPoolWorld(
        firstOf(when(asks("Wait"), message("x", { after: gate() })), message("Hello")),
      );
      const engine = await world.engine();
      const session = await engine.openThread(world.options(), quiet);
      const controller = new AbortController();
      const turn = runTurn(session, "Wait", { signal: controller.signal });
      await world.model.waitForRequest(1);
      const frozen = kill(world, "SIGSTOP");
      controller.abort();
      expect(await turn).toMatchObject({ status: "interrupted", unconfirmed: true });
      await engine.close();
      expect(world.pids()).not.toContain(frozen);
      expect(processesNaming(world.home)).toEqual([]);
      expect((await runOnce(world, "Go")).answer).toBe("Hello");
    },
  );

  verifies(
    "pool.replaced",
    "for one of its turns only gets no new threads, and ends with its last user",
    async () => {
      const programs = [fakeProgram("never-closes")];
      const world = await startPoolWorld(message("never"), {
        program: () => programs.shift() ?? fakeProgram("fine"),
      });
      const [wedged, other] = await Promise.all([world.engine(), world.engine()]);
      const session = await wedged.openThread(world.options(), quiet);
      expect((await runTurn(session, "Go")).unconfirmed).toBe(true);
      await wedged.close();
      const [first = 0] = world.pids();
      expect(world.pool.servers).toMatchObject([{ users: 1, isRetired: true }]);
      expect((await runOnce(world, "Go")).answer).toBe("the answer");
      expect(world.pids()).toContain(first);
      await other.close();
      expect(world.pids()).not.toContain(first);
      expect(world.starts()).toBe(2);
    },
  );
});

describe("a server that dies in the middle of turns", () => {
  verifies("pool.lost_turn", "ends them all as protocol; none is repeated, the next call works", async () => {
    const world = await startPoolWorld(
      firstOf(when(asks("Wait"), sequence(command("sleep 1001", { yieldTimeMs: 30_000 }))), message("Hello")),
    );
    const turns = Array.from({ length: 3 }, async () => runOnce(world, "Wait"));
    await world.model.waitForRequest(3);
    await vi.waitFor(() => expect(processesNaming(world.workspace).join()).toContain("sleep 1001"));
    kill(world);
    for (const { status, error } of await Promise.all(turns)) {
      expect([status, error?.kind, error?.message]).toEqual([
        "failed",
        "protocol",
        expect.stringContaining("SIGKILL"),
      ]);
    }
    expect(world.model.requests).toHaveLength(3);
    expect((await runOnce(world, "Go")).answer).toBe("Hello");
    expect(world.starts()).toBe(2);
  });

  verifies("pool.lost_turn", "also when it dies as the turn starts", async () => {
    const world = await startPoolWorld(message("Hello"));
    const engine = await world.engine();
    const session = await engine.openThread(world.options(), quiet);
    kill(world);
    expect((await runTurn(session, "Go")).error?.kind).toBe("protocol");
    await engine.close();
    expect(world.starts()).toBe(1);
  });
});

describe("many runs", () => {
  verifies("pool.bounded", "leave no listener, no callback and no early word behind", async () => {
    const world = await startPoolWorld(message("Hello"));
    const added = { listeners: 0, callbacks: 0 };
    const count = (name: "listen" | "onEnd", key: keyof typeof added) => {
      const original = AppServer.prototype[name] as (...given: unknown[]) => () => boolean;
      return vi.spyOn(AppServer.prototype, name).mockImplementation(function counted(
        this: AppServer,
        ...given: unknown[]
      ) {
        added[key] += 1;
        const remove = original.apply(this, given);
        return () => {
          added[key] -= 1;
          return remove();
        };
      });
    };
    const spies = [count("listen", "listeners"), count("onEnd", "callbacks")];
    try {
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(Array.from({ length: 8 }, async () => runOnce(world, "Go")));
      }
      expect(spies.map((spy) => spy.mock.calls.length > 20)).toEqual([true, true]);
      // The pool itself listens for the end of its one server.
      expect(added).toEqual({ listeners: 0, callbacks: 1 });
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });
});
