import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { acquireLock, tryLock } from "../../src/jobs/file-lock.ts";
import type { LockHolder } from "../../src/jobs/lock-file.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, type FixtureProcess, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { kindOf, makeFolder, worldAt } from "./support.ts";

const taker = await bundleFixture(join(import.meta.dirname, "fixtures", "lock-taker.ts"));
endFixturesAfterEach();
const world = systemWorld();
const deadHolder: LockHolder = {
  token: "00000000-0000-0000-0000-000000000000",
  process: { ...world.self, pid: 2 ** 22 + 1 },
};

describe("one process", () => {
  verifies("jobs.lock", "a held lock refuses a second taker and names its holder and job", () => {
    const path = join(makeFolder(), "lock");
    const first = tryLock(path, world, "20261121t024700123-bcdfgh");
    expect(first.taken).toBe(true);
    const second = tryLock(path, world);
    expect(second).toMatchObject({
      taken: false,
      holder: { job: "20261121t024700123-bcdfgh", process: { pid: process.pid } },
    });
  });

  verifies("jobs.lock", "a released lock is free, leaves no file, and a second release harms nobody", () => {
    const path = join(makeFolder(), "lock");
    const first = tryLock(path, world);
    if (first.taken) first.lock.release();
    expect(readdirSync(dirname(path))).toEqual([]);
    const second = tryLock(path, world);
    expect(second.taken).toBe(true);
    if (first.taken) first.lock.release();
    expect(existsSync(path)).toBe(true);
  });

  verifies("jobs.lock", "waiting ends with the release, with the limit, or with the signal", async () => {
    const path = join(makeFolder(), "lock");
    const held = tryLock(path, world);
    expect(await kindOf(async () => acquireLock(path, world, { timeoutMs: 0 }))).toBe("internal");
    const stop = new AbortController();
    const stopped = acquireLock(path, world, { timeoutMs: 60_000, signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
    const waiting = acquireLock(path, world, { timeoutMs: 60_000 });
    if (held.taken) held.lock.release();
    const lock = await waiting;
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  verifies("jobs.lock", "a lock that is a planted link is refused and its target left alone", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "target"), JSON.stringify(deadHolder), { mode: 0o600 });
    symlinkSync(join(folder, "target"), join(folder, "lock"));
    expect(await kindOf(() => tryLock(join(folder, "lock"), world))).toBe("state_unwritable");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe(JSON.stringify(deadHolder));
  });

  verifies("jobs.lock", "a lock file without readable content blocks for some seconds only", () => {
    const path = join(makeFolder(), "lock");
    writeFileSync(path, "", { mode: 0o600 });
    const clock = worldAt(new Date().toISOString());
    expect(tryLock(path, clock).taken).toBe(false);
    clock.set(new Date(Date.now() + 60_000).toISOString());
    expect(tryLock(path, clock).taken).toBe(true);
  });

  verifies(
    "jobs.unseen-owner",
    "a holder in another pid space keeps its lock while it gives signs of life",
    () => {
      const path = join(makeFolder(), "lock");
      const holder = { ...deadHolder, process: { ...deadHolder.process, pidNamespace: "elsewhere" } };
      writeFileSync(path, JSON.stringify(holder), { mode: 0o600 });
      const clock = worldAt("2026-11-21T02:00:00.000Z", { silentAfterMs: 60_000 });
      utimesSync(path, clock.now(), clock.now());
      clock.set("2026-11-21T02:01:00.000Z");
      expect(tryLock(path, clock).taken).toBe(false);
      // Long silent by the clock: noted, and believed when it is still silent some heartbeats later.
      clock.set("2026-11-21T02:01:00.001Z");
      expect(tryLock(path, clock).taken).toBe(false);
      clock.set("2026-11-21T02:01:30.000Z");
      expect(tryLock(path, clock).taken).toBe(false);
      clock.set("2026-11-21T02:01:30.001Z");
      expect(tryLock(path, clock).taken).toBe(true);
    },
  );

  verifies("jobs.lock", "a takeover goes on where earlier takers died, however far they came", () => {
    const path = join(makeFolder(), "lock");
    const tokens = [1, 2, 3].map((digit) => `${digit}`.repeat(8).concat("-0000-0000-0000-000000000000"));
    writeFileSync(path, JSON.stringify(deadHolder), { mode: 0o600 });
    let claimed = deadHolder.token;
    for (const token of tokens) {
      writeFileSync(`${path}.claim-${claimed}`, JSON.stringify({ ...deadHolder, token }), { mode: 0o600 });
      claimed = token;
    }
    const attempt = tryLock(path, world);
    expect(attempt.taken).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(["lock"]);
  });

  verifies("jobs.lock", "a takeover that a living process has begun is left to it", () => {
    const path = join(makeFolder(), "lock");
    writeFileSync(path, JSON.stringify(deadHolder), { mode: 0o600 });
    const living = { ...deadHolder, token: "1".repeat(36), process: world.self };
    writeFileSync(`${path}.claim-${deadHolder.token}`, JSON.stringify(living), { mode: 0o600 });
    expect(tryLock(path, world).taken).toBe(false);
    expect(readFileSync(path, "utf8")).toBe(JSON.stringify(deadHolder));
  });
});

describe("many processes", () => {
  verifies("jobs.lock", "of many takers of a dead process's lock exactly one wins, every time", async () => {
    const path = join(makeFolder(), "lock");
    const takers = await startTakers(path, 6);
    for (let round = 0; round < 40; round += 1) {
      writeFileSync(path, JSON.stringify({ ...deadHolder, token: tokenOf(round) }), { mode: 0o600 });
      const answers = await askAll(takers, "try");
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
      await askAll(takers, "free");
      expect(readdirSync(dirname(path))).toEqual([]);
    }
  });

  verifies("jobs.lock", "no addition under the lock is lost while holders crash", async () => {
    const folder = makeFolder();
    const path = join(folder, "lock");
    const file = join(folder, "number");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, "0");
    const takers = await startTakers(path, 3);
    const counted = askAll(takers, `count ${file} 60`);
    for (let crash = 0; crash < 5; crash += 1) {
      const [victim] = await startTakers(path, 1);
      victim?.send("take");
      expect(await victim?.nextLine()).toBe("taken");
      await victim?.crash();
    }
    expect(await counted).toEqual(["counted", "counted", "counted"]);
    expect(readFileSync(file, "utf8")).toBe("180");
  });

  verifies(
    "jobs.lock",
    "the lock of a process that was killed while holding it is free in the next call",
    async () => {
      const path = join(makeFolder(), "lock");
      const [holder] = await startTakers(path, 1);
      expect(await askAll(holder === undefined ? [] : [holder], "try")).toEqual(["won"]);
      expect(tryLock(path, world).taken).toBe(false);
      await holder?.crash();
      expect(tryLock(path, world).taken).toBe(true);
    },
  );
});

async function startTakers(path: string, count: number): Promise<readonly FixtureProcess[]> {
  const takers = Array.from({ length: count }, () => startFixture(taker, [path]));
  await Promise.all(takers.map(async (process) => process.nextLine()));
  return takers;
}

async function askAll(takers: readonly FixtureProcess[], command: string): Promise<readonly string[]> {
  for (const process of takers) process.send(command);
  return Promise.all(takers.map(async (process) => process.nextLine()));
}

function tokenOf(round: number): string {
  return `${String(round).padStart(8, "0")}-0000-4000-8000-000000000000`;
}
