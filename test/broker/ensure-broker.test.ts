import { chmodSync, chownSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, vi } from "vitest";
import { BrokerUnreached } from "../../src/broker/broker-client.ts";
import { ensureBroker } from "../../src/broker/ensure-broker.ts";
import { ensurePrivateFolder } from "../../src/jobs/private-folders.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import {
  askFor,
  key,
  makePlace,
  plantSocket,
  startBroker,
  type TestPlace,
  world,
  wrongGreeting,
} from "./support.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));
const brokerProgram = await bundleFixture(fixture("broker-process"));
const askerProgram = await bundleFixture(fixture("asker"));
endFixturesAfterEach();

const isRoot = process.geteuid?.() === 0;
const stranger = 12_345;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // There is none.
    return false;
  }
}

describe("who needs a broker", () => {
  verifies("broker.start", "starts one together with ten other processes", async () => {
    const { root, place } = makePlace();
    const askers = Array.from({ length: 10 }, () => startFixture(askerProgram, [root, key, brokerProgram]));
    for (const asker of askers) expect(await asker.nextLine()).toBe("ready");
    for (const asker of askers) asker.send("any");
    const answers = await Promise.all(askers.map(async (asker) => asker.nextLine()));
    expect(new Set(answers.map((line) => line.split(" ")[0])).size).toBe(1);
    expect(answers.map((line) => Number(line.split(" ")[1])).reduce((sum, count) => sum + count)).toBe(1);
    expect(readFileSync(place.record, "utf8")).toContain(`"pid": ${answers[0]?.split(" ")[0]}`);
  });

  verifies("broker.start", "starts a new one where a killed one left its socket and its record", async () => {
    const test = makePlace();
    const dead = await startBroker(brokerProgram, test);
    await dead.crash();
    const { pid, starts } = await askFor(brokerProgram, test);
    expect([pid === dead.pid, starts]).toEqual([false, 1]);
  });

  verifies("broker.silent", "ends one that hangs, and takes no half-dead one for it", async () => {
    const test = makePlace();
    const hung = await startBroker(brokerProgram, test);
    process.kill(hung.pid, "SIGSTOP");
    // The one that is started next has to answer in that time too, on a busy machine.
    const { pid, starts } = await askFor(brokerProgram, test, { deadlineMs: 3_000, hungMs: 4_000 });
    expect([pid === hung.pid, starts]).toEqual([false, 1]);
    await hung.ended();
  });

  verifies("broker.start_failure", "learns once why it cannot start, and tries again next time", async () => {
    const { root, place } = makePlace();
    const spawn = vi.fn(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error("no room for a broker");
    });
    const ask = async () => ensureBroker(place, { stateRoot: root, spawn });
    const outcomes = await Promise.allSettled([ask(), ask(), ask()]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { message: "no room for a broker" } });
    }
    expect(spawn).toHaveBeenCalledOnce();
    await expect(ask()).rejects.toThrow("no room");
    expect(spawn).toHaveBeenCalledTimes(2);
  });

  verifies("broker.start_failure", "gives up a start that hangs, and has it ended", async () => {
    const { root, place } = makePlace();
    let told: unknown;
    const spawn = async (signal: AbortSignal) =>
      new Promise<void>(() => {
        signal.addEventListener("abort", () => {
          told = signal.reason;
        });
      });
    await expect(ensureBroker(place, { stateRoot: root, spawn, startMs: 50 })).rejects.toThrow("in time");
    expect(String(told)).toContain("did not start in time");
  });

  verifies("broker.unseen", "leaves one alone that lives and has no socket here", async () => {
    const test = makePlace();
    const broker = await startBroker(brokerProgram, test, { mendMs: 3_600_000 });
    rmSync(test.place.address);
    await expect(askFor(brokerProgram, test, { deadlineMs: 100, hungMs: 200 })).rejects.toThrow(
      "a broker lives and cannot be reached from here",
    );
    expect(isAlive(broker.pid)).toBe(true);
  });

  verifies("broker.unseen", "ends none that is seen from another pid namespace only", async () => {
    const test = makePlace();
    const broker = await startBroker(brokerProgram, test);
    process.kill(broker.pid, "SIGSTOP");
    const elsewhere = { ...world.processes, pidNamespace: "pid:[4711]" };
    const foreign = { ...world, processes: elsewhere, self: { ...world.self, pidNamespace: "pid:[4711]" } };
    await expect(
      askFor(brokerProgram, test, { deadlineMs: 100, hungMs: 200, world: foreign }),
    ).rejects.toThrow("could not be ended");
    process.kill(broker.pid, "SIGCONT");
    const { pid, starts } = await askFor(brokerProgram, test);
    expect([pid, starts]).toEqual([broker.pid, 0]);
  });

  verifies(
    "broker.mends",
    "is not led astray by a socket that somebody planted, answering or silent",
    async () => {
      // The broker puts its socket back later than a silent one is given up, and before an answering one is.
      for (const [answer, deadlineMs] of [
        [wrongGreeting, 5_000],
        [undefined, 300],
      ] as const) {
        const free = makePlace();
        ensurePrivateFolder(free.place.folder);
        const planted = await plantSocket(free.place.address, answer);
        const started = await askFor(brokerProgram, free);
        expect(started.starts).toBe(1);
        const living = makePlace();
        const broker = await startBroker(brokerProgram, living, { mendMs: 800 });
        const inItsPlace = await plantSocket(living.place.address, answer);
        const { pid } = await askFor(brokerProgram, living, { deadlineMs, hungMs: 20_000 });
        expect(pid).toBe(broker.pid);
        expect(planted.heard()).toBe("");
        expect(new Set(inItsPlace.heard().match(/"method":"\w+"/g))).toEqual(new Set(['"method":"hello"']));
      }
    },
  );

  verifies("broker.mends", "gets past a token or socket of another mode, content or owner", async () => {
    const test = makePlace();
    const broker = await startBroker(brokerProgram, test, { mendMs: 50 });
    const { token, address } = test.place;
    const spoil: readonly (() => void)[] = [
      () => writeFileSync(token, "another token"),
      () => writeFileSync(token, ""),
      () => chmodSync(token, 0o666),
      () => rmSync(token),
      () => chmodSync(address, 0o666),
      ...(isRoot ? [() => chownSync(token, stranger, stranger), () => chownSync(address, stranger, 1)] : []),
    ];
    for (const act of spoil) {
      act();
      const { pid, starts } = await askFor(brokerProgram, test);
      expect([pid, starts]).toEqual([broker.pid, 0]);
    }
  });

  verifies("broker.mends", "never uses a socket folder of somebody else", async () => {
    const long = makePlace(join(makePlace().root, "x".repeat(100)));
    const { socketFolder = "" } = long.place;
    expect(socketFolder).not.toBe("");
    onTestFinished(() => rmSync(socketFolder, { recursive: true, force: true }));
    const broker = await startBroker(brokerProgram, long);
    const spoil = [
      () => chmodSync(socketFolder, 0o777),
      ...(isRoot ? [() => chownSync(socketFolder, stranger, stranger)] : []),
    ];
    for (const act of spoil) {
      act();
      const asked = askFor(brokerProgram, long, { deadlineMs: 100, hungMs: 300 });
      await expect(asked).rejects.toThrow(socketFolder);
      expect(isAlive(broker.pid)).toBe(true);
      if (isRoot) chownSync(socketFolder, 0, 0);
      chmodSync(socketFolder, 0o700);
    }
  });

  verifies("broker.named", "uses a named one that serves, and neither starts nor ends one", async () => {
    const test = makePlace();
    const named: TestPlace = { root: test.root, place: { ...test.place, isNamed: true } };
    const missing = askFor(brokerProgram, named);
    await expect(missing).rejects.toBeInstanceOf(BrokerUnreached);
    const broker = await startBroker(brokerProgram, test);
    expect((await askFor(brokerProgram, named)).pid).toBe(broker.pid);
    process.kill(broker.pid, "SIGSTOP");
    const hung = askFor(brokerProgram, named, { deadlineMs: 100, hungMs: 200 });
    await expect(hung).rejects.toThrow("did not answer");
    process.kill(broker.pid, "SIGCONT");
    expect((await askFor(brokerProgram, named)).pid).toBe(broker.pid);
  });
});
