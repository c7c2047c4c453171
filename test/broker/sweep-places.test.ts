import { existsSync, lutimesSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { brokerPlace } from "../../src/broker/broker-place.ts";
import { sweepPlaces } from "../../src/broker/sweep-places.ts";
import { tryLock } from "../../src/jobs/file-lock.ts";
import { ensurePrivateFolder } from "../../src/jobs/private-folders.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { key, makePlace, startBroker, type TestPlace, world } from "./support.ts";

const program = await bundleFixture(fileURLToPath(new URL("fixtures/broker-process.ts", import.meta.url)));
endFixturesAfterEach();

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** A place with everything in it as old as that. */
function age({ place: { folder } }: TestPlace, ageMs: number): void {
  const then = new Date(Date.now() - ageMs);
  for (const path of [...readdirSync(folder).map((name) => join(folder, name)), folder]) {
    lutimesSync(path, then, then);
  }
}

function another({ root }: TestPlace, digit: string): TestPlace {
  const place = brokerPlace(root, digit.repeat(16), {
    platform: process.platform,
    user: process.getuid?.(),
  });
  ensurePrivateFolder(place.folder);
  writeFileSync(place.log, "a line\n", { mode: 0o600 });
  return { root, place };
}

describe("the places of brokers that are gone", () => {
  verifies("broker.sweep", "are removed after a week, others are kept", async () => {
    const own = makePlace();
    const [dead, young, living, starting] = ["a", "b", "c", "d"].map((digit) => another(own, digit));
    if (!dead || !young || !living || !starting) throw new Error("four places were made");
    const killed = await startBroker(program, dead);
    await killed.crash();
    await startBroker(program, living);
    // Somebody is about to start one there.
    expect(tryLock(starting.place.startLock, world).taken).toBe(true);
    ensurePrivateFolder(own.place.folder);
    for (const place of [own, dead, living, starting]) age(place, weekMs + 60_000);
    age(young, weekMs - 60_000);
    expect(sweepPlaces(own.root, key, world)).toEqual(["a".repeat(16)]);
    const kept = [own, young, living, starting];
    expect(kept.map(({ place }) => existsSync(place.folder))).toEqual(kept.map(() => true));
    expect(existsSync(dead.place.folder)).toBe(false);
    expect(sweepPlaces(own.root, key, world)).toEqual([]);
  });
});
