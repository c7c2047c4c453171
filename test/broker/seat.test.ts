import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished } from "vitest";
import { openBrokerLog } from "../../src/broker/broker-log.ts";
import { type BrokerRecord, readBrokerRecord, readBrokers } from "../../src/broker/broker-record.ts";
import { takeSeat } from "../../src/broker/broker-seat.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { makePlace, namesIn, startBroker, type TestPlace, world } from "./support.ts";

const brokerProgram = await bundleFixture(
  fileURLToPath(new URL("fixtures/broker-process.ts", import.meta.url)),
);
endFixturesAfterEach();

async function seatAt({ place }: TestPlace, waitMs = 0) {
  const seat = await takeSeat(place, world, { waitMs });
  onTestFinished(() => seat?.leave());
  return seat;
}

const recordOf = ({ place }: TestPlace): BrokerRecord => ({
  process: world.self,
  address: place.address,
  version: "1.0.0",
  build: "test",
  codexHome: "/somewhere/.codex",
  startedAt: new Date().toISOString(),
  state: "serving",
});

describe("the seat of a broker", () => {
  verifies("broker.seat", "is had by one, and by a successor as soon as it is given up", async () => {
    const test = makePlace();
    const seat = await seatAt(test);
    expect(seat?.isOurs()).toBe(true);
    expect(await seatAt(test)).toBeUndefined();
    await seat?.announce(recordOf(test));
    const waiting = seatAt(test, 5_000);
    await seat?.giveWay();
    const successor = await waiting;
    expect([seat?.isOurs(), successor?.isOurs()]).toEqual([false, true]);
    await successor?.announce(recordOf(test));
    seat?.leave();
    expect(readBrokerRecord(test.place.record)?.state).toBe("serving");
    expect(namesIn(test.place)).toEqual(["broker.json", "broker.lock"]);
    successor?.leave();
    expect(namesIn(test.place)).toEqual([]);
  });

  verifies("broker.seat", "is taken from a killed one, and what it left behind is removed", async () => {
    const test = makePlace();
    const draining = await startBroker(brokerProgram, test);
    const { record, path } = { record: recordOf(test), path: `draining-${draining.pid}.json` };
    await draining.crash();
    const dead = { ...record, process: { ...world.self, pid: draining.pid, startTime: "1" } };
    writeFileSync(
      join(test.place.folder, path),
      JSON.stringify({ schema: "codex-tandem/broker/1", ...dead }),
      { mode: 0o600 },
    );
    const seat = await seatAt(test);
    expect(seat?.isOurs()).toBe(true);
    expect(namesIn(test.place)).not.toContain(path);
  });

  verifies("broker.seat", "is lost with its folder, and nothing is made anew for it", async () => {
    const test = makePlace();
    const seat = await seatAt(test);
    await seat?.announce(recordOf(test));
    rmSync(test.root, { recursive: true });
    expect(seat?.isOurs()).toBe(false);
    await seat?.giveWay();
    seat?.leave();
    expect(statSync(test.root, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe("what is told of brokers", () => {
  verifies("broker.health", "tells those that live, drain, are silent and are dead apart", async () => {
    const test = makePlace();
    const tell = () => readBrokers(test.root, world.processes).map(({ state }) => state);
    expect(tell()).toEqual([]);
    const seat = await seatAt(test);
    await seat?.announce(recordOf(test));
    expect(tell()).toEqual(["alive"]);
    utimesSync(test.place.lock, 0, 0);
    expect(tell()).toEqual(["silent"]);
    await seat?.giveWay();
    expect(tell()).toEqual(["draining"]);
    seat?.leave();
    const broker = await startBroker(brokerProgram, test);
    expect(readBrokers(test.root, world.processes)).toMatchObject([{ pid: broker.pid, state: "alive" }]);
    await broker.crash();
    expect(tell()).toEqual(["stale"]);
    writeFileSync(test.place.record, "{}");
    expect(tell()).toEqual([]);
  });

  verifies("broker.log", "is for the owner, of two files at most, and never in the way", () => {
    const { root } = makePlace();
    const path = join(root, "..", "broker.log");
    const log = openBrokerLog(path, () => new Date(0));
    for (let line = 0; line < 25; line += 1) log("x".repeat(100_000), { line });
    const sizes = [path, `${path}.1`].map((file) => statSync(file));
    for (const { size, mode } of sizes) {
      expect(size).toBeLessThan(1_200_000);
      expect(mode & 0o777).toBe(0o600);
    }
    openBrokerLog(join(root, "missing", "broker.log"))("nobody hears this");
  });
});
