import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import type { RunRequest } from "../../src/domain/run.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { kindOf, openTestStore, sampleRequest, sampleResult, workspace, worldAt } from "./support.ts";

const maker = await bundleFixture(join(import.meta.dirname, "fixtures", "job-maker.ts"));
endFixturesAfterEach();

const keyed: RunRequest = { ...sampleRequest, idempotencyKey: "deploy-42 ✓" };
const make = async (store: JobStore, request: RunRequest = keyed) =>
  store.createOrFind({ request, workspace });

describe("an idempotency key", () => {
  verifies("job-life.idempotency", "gives the same request the same job, running or ended", async () => {
    const { root, store } = openTestStore();
    const first = await make(store);
    expect(first.isNew).toBe(true);
    expect(first.record.idempotencyKey).toBe(keyed.idempotencyKey);
    // Who asked, and the order of the fields, are not what was asked.
    const turned = Object.fromEntries(Object.entries(keyed).toReversed()) as unknown as RunRequest;
    const again = await make(openTestStore(root).store, { ...turned, askedBy: "pipe" });
    expect(again).toEqual({ record: first.record, isNew: false });
    await store.update(first.record.id, { status: "running" });
    await store.finish(first.record.id, { status: "succeeded", envelope: sampleResult });
    expect(await make(store)).toMatchObject({ isNew: false, record: { status: "succeeded" } });
    expect((await store.list({ limit: 10 })).records).toHaveLength(1);
  });

  verifies("job-life.idempotency", "used with another request is a conflict that names the job", async () => {
    const { store } = openTestStore();
    const { record } = await make(store);
    for (const change of [{ prompt: "Why not?" }, { cwd: "/elsewhere" }, { network: true }, { model: "m" }]) {
      const error = await make(store, { ...keyed, ...change }).catch((thrown: unknown) => thrown);
      expect(error instanceof TandemError && error.report).toMatchObject({
        kind: "idempotency_conflict",
        details: { key: keyed.idempotencyKey, job: record.id },
      });
    }
    expect((await store.list({ limit: 10 })).records).toHaveLength(1);
  });

  verifies("job-life.idempotency", "that is absent or another one makes another job", async () => {
    const { store } = openTestStore();
    const jobs = [
      await make(store),
      await make(store, { ...keyed, idempotencyKey: "other" }),
      await make(store, sampleRequest),
      await make(store, sampleRequest),
    ];
    expect(jobs.every(({ isNew }) => isNew)).toBe(true);
    expect(new Set(jobs.map(({ record }) => record.id)).size).toBe(4);
  });

  verifies("job-life.idempotency", "of 40 starts by 4 processes at once makes one job", async () => {
    const { root, store } = openTestStore();
    const makers = Array.from({ length: 4 }, () => startFixture(maker, [root, "10", "same"]));
    await Promise.all(makers.map(async (process) => process.nextLine()));
    for (const process of makers) process.send("go");
    const lines = await Promise.all(makers.map(async (process) => process.nextLine()));
    const answers = lines.flatMap((line) => line.split(" "));
    expect(answers).toHaveLength(40);
    expect(answers.filter((answer) => answer.endsWith("!"))).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.replace("!", ""))).size).toBe(1);
    expect((await store.list({ limit: 100 })).records).toHaveLength(1);
  });

  verifies(
    "job-life.idempotency",
    "is free again once its job was removed or never finished making",
    async () => {
      const { root, store } = openTestStore();
      const first = await make(store);
      await store.update(first.record.id, { status: "running" });
      await store.finish(first.record.id, { status: "succeeded", envelope: sampleResult });
      await store.remove(first.record.id);
      expect(readdirSync(join(root, "keys"))).toEqual([]);
      const second = await make(store, { ...keyed, prompt: "Another one" });
      expect(second.isNew).toBe(true);
      // As a maker leaves it that was killed before the record.
      const [name = ""] = readdirSync(join(root, "keys"));
      const path = join(root, "keys", name);
      const use: { request: string } = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ ...use, job: "20261121t024700123-bcdfgh" }), { mode: 0o600 });
      expect(await make(store)).toMatchObject({ isNew: true });
    },
  );

  verifies(
    "job-life.idempotency",
    "whose file is damaged or planted is set aside and never followed",
    async () => {
      for (const text of ["{", "[]", '{"job":"../../etc","request":"x"}', '{"job":3}']) {
        const { root, store, problems } = openTestStore();
        await make(store);
        const [name = ""] = readdirSync(join(root, "keys"));
        writeFileSync(join(root, "keys", name), text, { mode: 0o600 });
        expect(await make(store)).toMatchObject({ isNew: true });
        expect(readFileSync(problems[0]?.setAsideAs ?? "", "utf8")).toBe(text);
        expect(await make(store)).toMatchObject({ isNew: false });
      }
    },
  );

  verifies(
    "job-life.idempotency",
    "of a job that is gone is swept with the other leftovers, others stay",
    async () => {
      const world = worldAt("2026-11-21T02:00:00.000Z");
      const { root, store } = openTestStore(undefined, { world });
      await make(store);
      const [kept = ""] = readdirSync(join(root, "keys"));
      const orphan = join(root, "keys", `${"a".repeat(32)}.json`);
      writeFileSync(orphan, '{"job":"20261121t024700123-bcdfgh","request":"x"}', { mode: 0o600 });
      const old = new Date("2026-11-19T00:00:00.000Z");
      for (const path of [orphan, join(root, "keys", kept)]) utimesSync(path, old, old);
      await store.applyRetention({
        readDays: 1,
        readCount: 1,
        unreadResultDays: 180,
        unreadJournalDays: 30,
        totalBytes: 1e9,
      });
      expect(readdirSync(join(root, "keys"))).toEqual([kept]);
    },
  );

  verifies(
    "job-life.idempotency",
    "of a lost job gives the lost job, so that nothing is paid twice unasked",
    async () => {
      const root = openTestStore().root;
      const real = worldAt(new Date().toISOString());
      const gone = worldAt(new Date().toISOString(), { self: { ...real.self, pid: 2 ** 22 + 1 } });
      const first = await make(openTestStore(root, { world: gone }).store);
      const again = await make(openTestStore(root).store);
      expect(again).toMatchObject({ isNew: false, record: { id: first.record.id, status: "failed" } });
      expect(await kindOf(async () => make(openTestStore(root).store))).toBe("none");
    },
  );
});
