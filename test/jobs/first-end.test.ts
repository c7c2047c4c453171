import { join } from "node:path";
import { describe, expect } from "vitest";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { createSample, kindOf, openTestStore, sampleResult } from "./support.ts";

const ender = await bundleFixture(join(import.meta.dirname, "fixtures", "job-ender.ts"));
endFixturesAfterEach();

const ends = ["succeeded", "failed", "cancelled", "succeeded", "failed"] as const;

describe("ends of a job that happen at once", () => {
  verifies(
    "job-life.first-end",
    "in several processes are one end, with its own result, for ever",
    async () => {
      const { root, store } = openTestStore();
      for (let round = 0; round < 2; round += 1) {
        const id = await createSample(store);
        const claim = await store.claim(id);
        await store.update(id, { status: "running" });
        const enders = ends.map((status, index) =>
          startFixture(ender, [root, id, status, `answer ${index}`]),
        );
        for (const one of enders) expect(await one.nextLine()).toBe("ready");
        for (const one of enders) one.send("now");
        const outcomes = await Promise.all(
          enders.map(
            async (one) =>
              JSON.parse(await one.nextLine()) as { applied: boolean; status: string; answer: string },
          ),
        );
        const counted = outcomes.filter(({ applied }) => applied);
        expect(counted).toHaveLength(1);
        const [{ status, answer } = { status: "", answer: "" }] = counted;
        const after = async () => ({
          record: await store.read(id),
          answer: (await store.readResult(id))?.answer,
        });
        const first = await after();
        expect(first).toMatchObject({ record: { status }, answer });
        // What comes later changes nothing either.
        claim?.release();
        await store.requestCancel(id, "a test");
        expect((await store.update(id, { phase: "thinking" })).applied).toBe(false);
        for (const late of ends) {
          const { applied } = await store.finish(id, {
            status: late,
            envelope: { ...sampleResult, answer: "late" },
          });
          expect(applied).toBe(false);
        }
        expect(await kindOf(async () => store.listActive())).toBe("none");
        expect(await after()).toEqual(first);
      }
    },
  );

  verifies("job-life.first-end", "in one process are one end, and all learn the same", async () => {
    const { store } = openTestStore();
    const id = await createSample(store);
    await store.update(id, { status: "running" });
    const outcomes = await Promise.all(
      [...ends, ...ends].map(async (status, index) =>
        store.finish(id, { status, envelope: { ...sampleResult, answer: `answer ${index}` } }),
      ),
    );
    expect(outcomes.filter(({ applied }) => applied)).toHaveLength(1);
    expect(new Set(outcomes.map(({ record }) => JSON.stringify(record))).size).toBe(1);
    const index = outcomes.findIndex(({ applied }) => applied);
    expect((await store.readResult(id))?.answer).toBe(`answer ${index}`);
  });
});
