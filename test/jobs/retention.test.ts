import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { isTerminal, type JobStatus, jobStatuses } from "../../src/domain/job.ts";
import { planRetention, type RetentionLimits, type StoredJob } from "../../src/jobs/retention-plan.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { createEnded, createSample, openTestStore, workspace, worldAt } from "./support.ts";

const limits: RetentionLimits = {
  readDays: 30,
  readCount: 3,
  unreadResultDays: 180,
  unreadJournalDays: 30,
  totalBytes: 1_000_000,
};
const now = new Date("2026-11-21T00:00:00.000Z");

describe("the plan", () => {
  verifies("jobs.retention", "read jobs go above their age and above their number, the oldest first", () => {
    const jobs = [
      job("a", 31, { read: true }),
      job("b", 29, { read: true }),
      job("c", 3, { read: true }),
      job("d", 2, { read: true }),
      job("e", 1, { read: true }),
    ];
    expect(planRetention(jobs, limits, now)).toEqual({ remove: ["b", "a"], dropJournal: [] });
    expect(planRetention(jobs, { ...limits, readCount: 100 }, now).remove).toEqual(["a"]);
  });

  verifies(
    "jobs.retention",
    "unread jobs lose their journal after 30 days and go after 180, in any number",
    () => {
      const jobs = [job("a", 181), job("b", 179), job("c", 31), job("d", 29), job("e", 1), job("f", 1)];
      const plan = planRetention(jobs, { ...limits, readCount: 0 }, now);
      expect(plan.remove).toEqual(["a"]);
      expect([...plan.dropJournal].sort()).toEqual(["b", "c"]);
    },
  );

  verifies(
    "jobs.retention",
    "above the total size read jobs go first, then journals of unread ones, never an unread result",
    () => {
      const jobs = [job("a", 5), job("b", 4, { read: true }), job("c", 3, { read: true }), job("d", 2)];
      const size = (totalBytes: number) => planRetention(jobs, { ...limits, totalBytes }, now);
      expect(size(400)).toEqual({ remove: [], dropJournal: [] });
      expect(size(399)).toEqual({ remove: ["b"], dropJournal: [] });
      expect(size(200)).toEqual({ remove: ["b", "c"], dropJournal: [] });
      expect(size(199)).toEqual({ remove: ["b", "c"], dropJournal: ["a"] });
      expect(size(0)).toEqual({ remove: ["b", "c"], dropJournal: ["a", "d"] });
    },
  );

  verifies(
    "jobs.retention",
    "whatever the limits, nothing that has not ended is touched and no young unread result goes",
    () => {
      const anyJob = fc.record({
        status: fc.constantFrom(...jobStatuses),
        days: fc.integer({ min: 0, max: 400 }),
        read: fc.boolean(),
      });
      const anyLimits = fc.record({
        readDays: fc.nat(100),
        readCount: fc.nat(5),
        unreadResultDays: fc.constant(180),
        unreadJournalDays: fc.nat(100),
        totalBytes: fc.nat(2_000),
      });
      fc.assert(
        fc.property(fc.array(anyJob, { maxLength: 30 }), anyLimits, (samples, someLimits) => {
          const jobs = samples.map(({ status, days, read }, index) =>
            job(`job-${index}`, days, { status, read }),
          );
          const { remove, dropJournal } = planRetention(jobs, someLimits, now);
          for (const [index, { status, days, read }] of samples.entries()) {
            const id = `job-${index}`;
            if (!isTerminal(status)) expect([...remove, ...dropJournal]).not.toContain(id);
            if (!read && days <= 180) expect(remove).not.toContain(id);
            if (read) expect(dropJournal).not.toContain(id);
          }
          expect(remove.filter((id) => dropJournal.includes(id))).toEqual([]);
        }),
      );
    },
  );
});

describe("the run", () => {
  verifies(
    "jobs.retention",
    "it removes read jobs, drops old journals, keeps results, and runs once a day",
    async () => {
      const world = worldAt("2026-09-01T00:00:00.000Z");
      const { root, store } = openTestStore(undefined, { world });
      const read = await createEnded(store, { read: true });
      const unread = await createEnded(store);
      const journal = await store.openJournal(unread);
      journal.append({ type: "reasoning", text: "x".repeat(100_000) });
      await journal.close();
      const running = await createSample(store);
      world.set("2026-11-21T00:00:00.000Z");
      expect(await store.applyRetention(limits)).toEqual({ remove: [read], dropJournal: [unread] });
      expect(readdirSync(join(root, "jobs")).sort()).toEqual([unread, running].sort());
      expect(await store.readResult(unread)).toMatchObject({ answer: "yes" });
      expect(readdirSync(join(root, "jobs", unread)).sort()).toEqual([
        "job.json",
        "receipt.json",
        "request.json",
        "result.json",
      ]);
      world.set("2026-11-21T23:59:59.999Z");
      expect(await store.applyRetention(limits)).toBeUndefined();
      world.set("2026-11-22T00:00:00.000Z");
      expect(await store.applyRetention(limits)).toEqual({ remove: [], dropJournal: [] });
    },
  );

  verifies("jobs.retention", "of many processes that would run it at once one does", async () => {
    const { root, store } = openTestStore();
    await createEnded(store, { read: true });
    const runs = await Promise.all(
      Array.from({ length: 5 }, async () => openTestStore(root).store.applyRetention(limits)),
    );
    expect(runs.filter((plan) => plan !== undefined)).toHaveLength(1);
  });

  verifies("jobs.retention", "without any job it makes nothing", async () => {
    const { root, store } = openTestStore();
    expect(await store.applyRetention(limits)).toBeUndefined();
    expect(existsSync(root)).toBe(false);
  });

  verifies(
    "jobs.retention",
    "leftovers of killed processes go when they are a day old, lost markers come back",
    async () => {
      const { root, store } = openTestStore();
      const ended = await createEnded(store);
      const running = await createSample(store);
      rmSync(join(root, "workspaces"), { recursive: true });
      rmSync(join(root, "active", running));
      const old = [
        "jobs/20260101t000000000-bcdfgh",
        "jobs/.removing-20260101t000000000-bcdfgz",
        `jobs/${ended}/.job.json.1.tmp`,
        "active/20260101t000000000-bcdfgh",
        "locks/w.lock.claim-1",
      ];
      const young = ["jobs/20260101t000000000-zzzzzz", `jobs/${ended}/.job.json.2.tmp`];
      for (const name of [...old, ...young]) plant(join(root, name));
      for (const name of old) utimesSync(join(root, name), new Date("2026-01-01"), new Date("2026-01-01"));
      await store.applyRetention(limits);
      expect(old.filter((name) => existsSync(join(root, name)))).toEqual([]);
      expect(young.filter((name) => !existsSync(join(root, name)))).toEqual([]);
      expect((await store.list({ workspace, limit: 5 })).records).toHaveLength(2);
      expect(await store.listActive()).toHaveLength(1);
    },
  );

  verifies("jobs.retention", "what cannot be cleaned up is told, and keeps nothing else", async () => {
    const { root, store, problems } = openTestStore();
    const id = await createEnded(store, { read: true });
    // Not ours alone, so nothing is written there.
    const [key = ""] = readdirSync(join(root, "workspaces"));
    chmodSync(join(root, "workspaces", key), 0o777);
    expect(await store.applyRetention({ ...limits, readCount: 0 })).toMatchObject({ remove: [id] });
    expect(readdirSync(join(root, "jobs"))).toEqual([]);
    expect(problems).toMatchObject([
      { path: join(root, "jobs", id), problem: expect.stringContaining("cleaned up") },
    ]);
  });

  for (const way of ["on demand", "by age"]) {
    verifies("jobs.retention", `a job goes ${way} with folders whose rights a run took away`, async () => {
      asOrdinaryUser();
      const { root, store } = openTestStore();
      const id = await createEnded(store, { read: true });
      // What an operator leaves whose owner was killed.
      const locked = join(store.foldersOf(id).job, "scratch", "cache");
      mkdirSync(locked, { recursive: true });
      writeFileSync(join(locked, "file"), "x".repeat(100));
      chmodSync(locked, 0);
      if (way === "on demand") await store.remove(id);
      else expect(await store.applyRetention({ ...limits, readCount: 0 })).toMatchObject({ remove: [id] });
      expect(readdirSync(join(root, "jobs"))).toEqual([]);
    });
  }
});

/** Rights mean nothing to root. */
function asOrdinaryUser(): void {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0) return;
  seteuid?.(65_534);
  onTestFinished(() => seteuid?.(0));
}

function plant(path: string): void {
  if (/\.tmp$|claim|active/.test(path)) writeFileSync(path, "", { mode: 0o600 });
  else mkdirSync(path, { mode: 0o700 });
}

function job(
  id: string,
  days: number,
  { status = "succeeded", read = false }: { readonly status?: JobStatus; readonly read?: boolean } = {},
): StoredJob {
  const endedAt = new Date(now.getTime() - days * 24 * 60 * 60 * 1000).toISOString();
  const record = { id, status, createdAt: endedAt, endedAt, ...(read ? { readAt: endedAt } : {}) };
  return { record, bytes: 100, journalBytes: 60 };
}
