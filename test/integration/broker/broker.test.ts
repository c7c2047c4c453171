import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, items, message } from "../../../src/rehearsal/replies.ts";
import { byThread, sequence } from "../../../src/rehearsal/script.ts";
import { echo, midTurn, startBrokerWorld } from "../../support/broker-world.ts";
import { kill, signal } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { untilKept } from "../../support/stored-jobs.ts";

describe("the broker", () => {
  verifies("broker.serves", "runs jobs of several folders on one app-server, and stays", async () => {
    const world = await startBrokerWorld(echo);
    const first = await world.run(["consult", "--json", "one"]);
    const pid = world.brokerPid();
    expect(first.envelope).toMatchObject({ ok: true, answer: "Answer to one", job: { host: "broker" } });
    const more = await Promise.all(
      ["two", "three", "four"].map(async (text, index) =>
        world.run(["task", "--json", text], index === 0 ? { cwd: world.home } : {}),
      ),
    );
    expect(more.map(({ envelope }) => envelope.answer)).toEqual([
      "Answer to two",
      "Answer to three",
      "Answer to four",
    ]);
    expect(world.brokerPid()).toBe(pid);
    expect(world.processes().filter((line) => / app-server\b/.test(line))).toHaveLength(1);
    const { envelope } = await world.run(["status", "--json"]);
    expect(envelope.readiness?.brokers).toMatchObject([{ pid, state: "alive" }]);
    expect(statSync(world.folder()).mode & 0o777).toBe(0o700);
    for (const name of ["broker.json", "token", "broker.log", "socket"]) {
      expect(statSync(join(world.folder(), name), { throwIfNoEntry: false })?.mode ?? 0o600).toSatisfy(
        (mode: number) => (mode & 0o077) === 0,
      );
    }
  });

  verifies("broker.start", "is started once by many that need it at the same time", async () => {
    const world = await startBrokerWorld(echo);
    const names = Array.from({ length: 12 }, (_, index) => `question ${index}`);
    const results = await Promise.all(names.map(async (text) => world.run(["consult", "--json", text])));
    expect(results.map(({ envelope }) => envelope.answer)).toEqual(names.map((text) => `Answer to ${text}`));
    expect(new Set(world.records().map(({ owner }) => owner?.pid)).size).toBe(1);
    expect(world.records().map(({ host }) => host)).toEqual(names.map(() => "broker"));
  });

  verifies("broker.background", "goes on when the command has left, and gives the result later", async () => {
    const thinking = gate();
    const world = await startBrokerWorld(() => message("Later.", { after: thinking }));
    const started = await world.run(["consult", "--background", "Q"]);
    expect(started).toMatchObject({ exitCode: 0 });
    const id = started.stdout.trim();
    const early = await world.run(["wait", "--json", "--wait-budget", "200ms", id]);
    expect(early).toMatchObject({ exitCode: 6, envelope: { kind: "wait", job: { id, status: "running" } } });
    thinking.open();
    const late = await world.run(["wait", "--json", id]);
    expect(late).toMatchObject({ exitCode: 0, envelope: { answer: "Later." } });
  });

  verifies("broker.background", "goes on with all jobs when one of their waiters is killed", async () => {
    const thinking = gate();
    const world = await startBrokerWorld(() => message("Done.", { after: thinking }));
    const [killed, patient] = [
      world.start(["consult", "--json", "one"]),
      world.start(["consult", "--json", "two"]),
    ];
    const id = await killed.job;
    await world.model.waitForRequest(2);
    killed.child.kill("SIGKILL");
    await killed.ended;
    thinking.open();
    expect((await patient.ended).envelope).toMatchObject({ ok: true, answer: "Done." });
    expect((await world.run(["wait", "--json", id])).envelope).toMatchObject({ ok: true, answer: "Done." });
  });

  verifies("broker.queue", "lets more jobs than turns wait, and cancels one that waits", async () => {
    const thinking = gate();
    const world = await startBrokerWorld(() => message("Done.", { after: thinking }), {
      TANDEM_CONCURRENT_TURNS: "1",
    });
    const ids: string[] = [];
    for (const text of ["a", "b", "c"]) {
      ids.push((await world.run(["consult", "--background", text])).stdout.trim());
    }
    const [a = "", b = "", c = ""] = ids;
    await world.model.waitForRequest(1);
    const { envelope } = await world.run(["status", "--json"]);
    const places = new Map(envelope.jobs?.map(({ id, queuePlace }) => [id, queuePlace]));
    expect([places.get(b), places.get(c)]).toEqual([1, 2]);
    const cancelled = await world.run(["cancel", "--json", b]);
    expect(cancelled).toMatchObject({ exitCode: 0, envelope: { job: { id: b, status: "cancelled" } } });
    thinking.open();
    const waited = await world.run(["wait", "--json", a, c]);
    expect(waited.exitCode).toBe(0);
    expect(world.model.requests).toHaveLength(2);
  });

  verifies("broker.cancel", "stops one run and leaves the others alone", async () => {
    const world = await startBrokerWorld(midTurn);
    const running = world.start(["consult", "--json", "Q"]);
    const id = await running.job;
    await world.model.waitForRequest(2);
    const [one, two] = await Promise.all([
      world.run(["cancel", "--json", id]),
      world.run(["cancel", "--json", id]),
    ]);
    for (const { envelope } of [one, two]) {
      expect(envelope).toMatchObject({ ok: true, job: { id, status: "cancelled" } });
    }
    expect((await running.ended).exitCode).toBe(130);
    expect(world.processes().filter((line) => line.includes("sleep 1000"))).toEqual([]);
    const again = await world.run(["cancel", "--json", id]);
    expect(again.envelope.summary).toContain("had ended before");
    expect(again.envelope.job?.status).toBe("cancelled");
  });

  verifies(
    "broker.killed",
    "that is killed takes Codex along; its jobs are lost in words and the next works",
    async () => {
      const world = await startBrokerWorld(() => sequence(midTurn(), midTurn(), message("Again.")));
      const running = world.start(["consult", "--json", "Q"]);
      const id = await running.job;
      await world.model.waitForRequest(2);
      await untilKept(world, id, "Half an answer.");
      kill(world.brokerPid());
      const { exitCode, envelope } = await running.ended;
      expect(exitCode).toBe(4);
      expect(envelope).toMatchObject({ error: { kind: "broker_lost" }, job: { id, status: "failed" } });
      expect(envelope.raw).toBe("Half an answer.");
      await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
      const next = await world.run(["consult", "--json", "Q2"]);
      expect(next.envelope.job?.host).toBe("broker");
    },
  );

  verifies("broker.app_server", "replaces an app-server that was killed between two jobs", async () => {
    const world = await startBrokerWorld(echo);
    for (let round = 0; round < 5; round += 1) {
      const { envelope } = await world.run(["consult", "--json", `round ${round}`]);
      expect(envelope.answer).toBe(`Answer to round ${round}`);
      kill(world.records().at(-1)?.child?.pid);
    }
    expect(new Set(world.records().map(({ owner }) => owner?.pid)).size).toBe(1);
  });

  verifies(
    "broker.idle",
    "ends when it is idle, with its app-server, and when its folder is gone",
    async () => {
      const world = await startBrokerWorld(echo, { TANDEM_BROKER_IDLE: "300ms" });
      await world.run(["consult", "Q"]);
      await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
      const longer = await startBrokerWorld(echo);
      await longer.run(["consult", "Q"]);
      expect(longer.brokerPid()).toBeGreaterThan(1);
      // The broker may write there at that moment.
      rmSync(join(longer.stateRoot, "brokers"), { recursive: true, maxRetries: 5 });
      await vi.waitFor(() => expect(longer.processes()).toEqual([]), { interval: 20 });
    },
  );

  verifies(
    "broker.silent",
    "that lives and does not answer is ended before another takes its place",
    async () => {
      const world = await startBrokerWorld(echo);
      await world.run(["consult", "Q"]);
      const stopped = world.brokerPid();
      signal(stopped, "SIGSTOP");
      const { envelope } = await world.run(["consult", "--json", "next"]);
      expect(envelope).toMatchObject({ answer: "Answer to next", job: { host: "broker" } });
      expect(world.brokerPid()).not.toBe(stopped);
      expect(world.processes().filter((line) => line.startsWith(`${stopped} `))).toEqual([]);
    },
  );

  verifies(
    "broker.fallback",
    "that cannot be had gives way to a process for the job, and the result says so",
    async () => {
      const world = await startBrokerWorld(echo);
      writeFileSync(join(world.stateRoot, "brokers"), "not a folder");
      const { envelope } = await world.run(["consult", "--json", "Q"]);
      expect(envelope).toMatchObject({ ok: true, answer: "Answer to Q", job: { host: "runner" } });
      expect(envelope.run?.warnings.join("\n")).toContain("No broker could be used");
      rmSync(join(world.stateRoot, "brokers"));
    },
  );

  verifies("broker.environment", "gives each run the environment of whoever asked for it", async () => {
    const world = await startBrokerWorld(() =>
      byThread(() => sequence(items([command("echo MARK=$LC_MARK")]), message("Seen."))),
    );
    for (const term of ["first", "second"]) {
      const { envelope } = await world.run(["consult", "--json", "Q"], { environment: { LC_MARK: term } });
      expect(envelope.run?.engine).toBe("app-server");
    }
    expect(new Set(world.records().map(({ owner }) => owner?.pid)).size).toBe(1);
    const outputs = JSON.stringify(world.model.requests);
    for (const term of ["first", "second"]) expect(outputs).toContain(`MARK=${term}`);
  });
});
