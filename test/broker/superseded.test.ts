import { fileURLToPath } from "node:url";
import { describe, expect, vi } from "vitest";
import { connectBroker } from "../../src/broker/broker-client.ts";
import { brokerPlace } from "../../src/broker/broker-place.ts";
import { findBrokers } from "../../src/broker/broker-record.ts";
import { createSample, openTestStore } from "../jobs/support.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { makePlace, startBroker, type TestPlace } from "./support.ts";

const program = await bundleFixture(fileURLToPath(new URL("fixtures/broker-process.ts", import.meta.url)));
endFixturesAfterEach();

/** Another build finds its broker under another key. */
function another({ root }: TestPlace, digit: string): TestPlace {
  const place = brokerPlace(root, digit.repeat(16), {
    platform: process.platform,
    user: process.getuid?.(),
  });
  return { root, place };
}

const stateOf = ({ root }: TestPlace, pid: number) =>
  findBrokers(root).find(({ record }) => record.process.pid === pid)?.record.state;

describe("two builds with brokers of their own", () => {
  verifies(
    "broker.superseded",
    "the newer one drains the older one, which finishes its job first",
    async () => {
      const test = makePlace();
      const { store } = openTestStore(test.root);
      const old = await startBroker(program, test, { version: "1.9.0", build: "a" });
      const connection = await connectBroker(test.place, { deadlineMs: 5_000 });
      const job = await createSample(store, "hold until told");
      await connection.request("submit", { job, environment: {} });
      await vi.waitFor(async () => expect((await store.read(job)).status).toBe("running"));
      const fresh = await startBroker(program, another(test, "b"), { version: "1.10.0", build: "b" });
      await vi.waitFor(() => expect(stateOf(test, old.pid)).toBe("draining"));
      old.send("go on");
      expect(await old.ended()).toBe(0);
      expect((await store.readResult(job))?.answer).toBe(String(old.pid));
      expect(stateOf(test, fresh.pid)).toBe("serving");
    },
  );

  verifies("broker.superseded", "none drains a newer one, or one of another CODEX_HOME", async () => {
    const test = makePlace();
    const newer = await startBroker(program, test, { version: "2.0.0", build: "a" });
    const elsewhere = await startBroker(program, another(test, "c"), {
      build: "c",
      codexHome: "/elsewhere",
    });
    const twin = await startBroker(program, another(test, "d"), { version: "1.0.0", build: "d" });
    // Drains that one only, after it has had its chance with the others.
    await startBroker(program, another(test, "e"), { version: "1.0.0", build: "e" });
    expect(await twin.ended()).toBe(0);
    expect([newer, elsewhere].map(({ pid }) => stateOf(test, pid))).toEqual(["serving", "serving"]);
  });
});
