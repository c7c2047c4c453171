import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { JobStatus } from "../../src/domain/job.ts";
import { planTrees } from "../../src/jobs/tree-retention.ts";
import { noteContinuation, worktreePlace } from "../../src/workspace/worktree/place.ts";
import { verifies } from "../support/requirements.ts";
import { makeFolder } from "../workspace/support.ts";
import { createEnded, createSample, openTestStore, worldAt } from "./support.ts";

const limits = {
  readDays: 30,
  readCount: 100,
  unreadResultDays: 180,
  unreadJournalDays: 30,
  totalBytes: 1_000_000,
};
const now = new Date("2026-11-21T00:00:00.000Z");

describe("the plan for work trees", () => {
  const job = (id: string, days: number, status: JobStatus = "succeeded") => {
    const endedAt = new Date(now.getTime() - days * 24 * 60 * 60 * 1000).toISOString();
    return { id, status, createdAt: endedAt, endedAt };
  };
  const tree = (id: string, bytes: number, ...later: readonly string[]) => ({
    id,
    bytes,
    jobs: [id, ...later],
  });
  const plan = (
    totalBytes: number,
    jobs: Parameters<typeof planTrees>[1],
    ...trees: ReturnType<typeof tree>[]
  ) => planTrees(trees, jobs, 100, { unreadJournalDays: 30, totalBytes }, now);

  verifies("delegate.retention", "they go by age, counted from the last job that worked in them", () => {
    const jobs = [job("a", 31), job("b", 29), job("c", 40), job("d", 5)];
    expect(plan(10_000, jobs, tree("a", 1), tree("b", 1), tree("c", 1, "d"))).toEqual(["a"]);
  });

  verifies("delegate.retention", "above the total size the oldest go, those of the last day never", () => {
    const jobs = [job("a", 5), job("b", 3), job("c", 0.5)];
    const trees = [tree("c", 500), tree("a", 200), tree("b", 300)];
    expect(plan(1_100, jobs, ...trees)).toEqual([]);
    expect(plan(1_099, jobs, ...trees)).toEqual(["a"]);
    expect(plan(0, jobs, ...trees)).toEqual(["a", "b"]);
  });

  verifies("delegate.retention", "what a job works in stays, whatever its age", () => {
    const jobs = [job("a", 40), job("b", 35, "running"), job("c", 50, "queued")];
    expect(plan(0, jobs, tree("a", 1, "b"), tree("c", 1), tree("gone", 1))).toEqual([]);
  });
});

describe("work trees of delegated jobs", () => {
  const plant = (root: string, id: string) => {
    mkdirSync(join(root, "worktrees", id, "tree"), { recursive: true });
    writeFileSync(join(root, "worktrees", id, "tree/a.txt"), "a\n");
  };
  const left = (root: string) => readdirSync(join(root, "worktrees")).sort();

  verifies("delegate.retention", "go with the last of their jobs", async () => {
    const { root, store } = openTestStore();
    const [first, reply, other] = [
      await createEnded(store),
      await createEnded(store),
      await createEnded(store),
    ];
    for (const id of [first, other]) plant(root, id);
    noteContinuation(worktreePlace(store.worktrees, first), reply);
    await store.remove(first);
    expect(left(root)).toEqual([first, other].sort());
    await store.prune({ keep: 1, all: true });
    expect(left(root)).toEqual([other]);
  });

  verifies("delegate.retention", "stay while a job works in them, and foreign folders always", async () => {
    const { root, store } = openTestStore();
    const [busy, running] = [await createEnded(store), await createSample(store)];
    for (const id of [busy, running]) plant(root, id);
    mkdirSync(join(root, "worktrees", "mine"));
    const lock = store.lockWorkingTree(join(root, "worktrees", busy, "tree"), running);
    await store.remove(busy);
    expect(left(root)).toEqual([busy, running, "mine"].sort());
    await expect(store.removeWorkTree(busy)).rejects.toMatchObject({ report: { kind: "workspace_busy" } });
    lock.release();
    expect(await store.removeUnowned()).toBe(1);
    expect(left(root)).toEqual([running, "mine"].sort());
  });

  verifies(
    "delegate.retention",
    "are found when their job is gone, and go by age while it stays",
    async () => {
      const world = worldAt("2026-09-01T00:00:00.000Z");
      const { root, store } = openTestStore(undefined, { world });
      const unread = await createEnded(store);
      plant(root, unread);
      plant(root, "20260101t000000000-bcdfgh");
      await store.applyRetention(limits);
      expect(left(root)).toEqual([unread]);
      world.set("2026-10-05T00:00:00.000Z");
      await store.applyRetention(limits);
      expect(left(root)).toEqual([]);
      expect(existsSync(join(root, "jobs", unread, "result.json"))).toBe(true);
    },
  );

  verifies(
    "delegate.retention",
    "and half applied patches of a job that is removed are taken back",
    async () => {
      const { root, store } = openTestStore();
      const id = await createEnded(store);
      const tree = makeFolder();
      const place = join(root, "applies", id);
      mkdirSync(join(place, "before"), { recursive: true });
      const name = Buffer.from("new.txt").toString("base64");
      writeFileSync(join(tree, "new.txt"), "new\n");
      const sha256 = "7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c";
      const journal = {
        schema: "codex-tandem/apply/1",
        job: id,
        root: tree,
        state: "applying",
        files: [{ name, before: { kind: "absent" }, after: { kind: "file", mode: 0o644, bytes: 4, sha256 } }],
        folders: [],
        madeFolders: [],
        at: now.toISOString(),
      };
      writeFileSync(join(place, "journal.json"), JSON.stringify(journal));
      await store.remove(id);
      expect(readdirSync(tree)).toEqual([]);
      expect(existsSync(place)).toBe(false);
    },
  );
});
