import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { choosePrunable } from "../../src/jobs/prune-jobs.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { createEnded, openTestStore, sampleRequest, sampleResult, workspace, worldAt } from "./support.ts";

const dayMs = 24 * 60 * 60 * 1000;
const names = async (store: JobStore) => (await store.list({ limit: 100 })).records.map(({ id }) => id);

/** Ended jobs a day apart, the oldest first; every second one was read. */
async function manyDays(count: number) {
  const world = worldAt("2026-11-01T00:00:00.000Z");
  const { root, store } = openTestStore(undefined, { world });
  const ids: string[] = [];
  for (let day = 1; day <= count; day += 1) {
    world.set(new Date(Date.UTC(2026, 10, day)).toISOString());
    ids.push(await createEnded(store, { read: day % 2 === 0 }));
  }
  return { root, store, world, ids };
}

describe("pruning", () => {
  verifies("job-life.prune", "removes what was read and nothing else, unless all is asked for", async () => {
    const { root, store, ids } = await manyDays(6);
    const [one, two, three, four, five, six] = ids;
    const removed = await store.prune({});
    expect(removed.map(({ id }) => id)).toEqual([six, four, two]);
    expect(await names(store)).toEqual([five, three, one]);
    expect((await store.prune({ all: true })).map(({ id }) => id)).toEqual([five, three, one]);
    for (const folder of ["jobs", "active"]) expect(readdirSync(join(root, folder))).toEqual([]);
    for (const folder of ["workspaces", "recent"]) {
      for (const hash of readdirSync(join(root, folder))) {
        expect(readdirSync(join(root, folder, hash))).toEqual([]);
      }
    }
  });

  verifies("job-life.prune", "keeps what is young, the newest, and what belongs elsewhere", async () => {
    const { store, ids } = await manyDays(6);
    // It is the sixth day.
    const [one, two, three, four, five, six] = ids;
    expect(await store.prune({ workspace: "/elsewhere", all: true })).toEqual([]);
    const old = await store.prune({ olderThanMs: 3 * dayMs, all: true });
    expect(old.map(({ id }) => id)).toEqual([two, one]);
    const beyond = await store.prune({ keep: 2, all: true, workspace });
    expect(beyond.map(({ id }) => id)).toEqual([four, three]);
    expect(await names(store)).toEqual([six, five]);
  });

  verifies("job-life.prune", "never touches a job that has not ended, whatever is asked", async () => {
    const { store, world } = await manyDays(2);
    const { id: queued } = await store.create({ request: sampleRequest, workspace });
    const { id: running } = await store.create({ request: sampleRequest, workspace });
    const claims = [await store.claim(queued), await store.claim(running)];
    await store.update(running, { status: "running" });
    world.set("2028-01-01T00:00:00.000Z");
    await store.prune({ all: true });
    await store.prune({ all: true, keep: 0, olderThanMs: 0 });
    expect((await names(store)).toSorted()).toEqual([queued, running].toSorted());
    for (const claim of claims) claim?.release();
  });

  verifies("job-life.prune", "lets an idempotency key of a removed job be used again", async () => {
    const { store } = openTestStore();
    const request = { ...sampleRequest, idempotencyKey: "k" };
    const first = await store.createOrFind({ request, workspace });
    await store.update(first.record.id, { status: "running" });
    await store.finish(first.record.id, { status: "succeeded", envelope: sampleResult });
    await store.prune({ all: true });
    const again = await store.createOrFind({ request, workspace });
    expect(again.isNew).toBe(true);
    expect(existsSync(store.foldersOf(first.record.id).job)).toBe(false);
  });

  verifies("job-life.prune", "lets only what is read, old and not among the newest go, in any mix", () => {
    const now = new Date("2026-11-21T00:00:00.000Z");
    const anyJob = fc.record({ ageDays: fc.integer({ min: 0, max: 60 }), read: fc.boolean() });
    const anyQuery = fc.record(
      { days: fc.integer({ min: 0, max: 60 }), keep: fc.nat(12), all: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 30 }), anyQuery, (jobs, { days, keep, all }) => {
        const ended = jobs.map(({ ageDays, read }) => {
          const endedAt = new Date(now.getTime() - ageDays * dayMs).toISOString();
          return { createdAt: endedAt, endedAt, ...(read ? { readAt: endedAt } : {}) };
        });
        const query = {
          ...(days === undefined ? {} : { olderThanMs: days * dayMs }),
          ...(keep === undefined ? {} : { keep }),
          ...(all === undefined ? {} : { all }),
        };
        const gone = new Set(choosePrunable(ended, query, now));
        for (const [index, job] of ended.entries()) {
          const isOld = days === undefined || (jobs[index]?.ageDays ?? 0) > days;
          const isBeyond = index >= (keep ?? 0);
          expect(gone.has(job)).toBe(isOld && isBeyond && (all === true || job.readAt !== undefined));
        }
      }),
    );
  });
});
