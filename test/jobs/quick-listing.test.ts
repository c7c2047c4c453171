import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { NeedsStore, openQuickJobs } from "../../src/jobs/quick-listing.ts";
import { jobFiles, statePaths, workspaceFolder } from "../../src/jobs/state-paths.ts";
import { verifies } from "../support/requirements.ts";
import { createEnded, createSample, kindOf, makeStateRoot, openTestStore, workspace } from "./support.ts";

const limits = [1, 3, 50];

describe("jobs for status", () => {
  verifies("start.status", "are none where there is no state root", async () => {
    const quick = openQuickJobs(makeStateRoot());
    expect(await quick.listActive()).toEqual([]);
    expect(await quick.list({ limit: 5 })).toEqual({ records: [], hasMore: false });
    expect(await kindOf(async () => quick.find("abcdef"))).toBe("job_not_found");
  });

  verifies("start.status", "are those of the store, ended or with a living owner", async () => {
    const { root, store } = openTestStore();
    const ids = [await createEnded(store), await createSample(store), await createEnded(store)];
    const quick = openQuickJobs(root);
    expect(await quick.listActive()).toEqual(await store.listActive());
    expect(await quick.listActive()).toHaveLength(1);
    for (const limit of limits) {
      expect(await quick.list({ limit })).toEqual(await store.list({ limit }));
      expect(await quick.list({ workspace, limit })).toEqual(await store.list({ workspace, limit }));
      expect(await quick.list({ workspace: "/elsewhere", limit })).toEqual({ records: [], hasMore: false });
    }
    for (const id of ids) expect(await quick.find(id.slice(-6))).toEqual(await store.read(id));
    const names = [ids[0]?.slice(0, 8) ?? "", "zzzzzz", "../x"];
    for (const name of names) {
      expect(await kindOf(async () => quick.find(name))).toBe(await kindOf(async () => store.find(name)));
    }
  });
});

describe("a list for status", () => {
  verifies("start.status", "reads the newest jobs of the folder and nothing of the older ones", async () => {
    const { root, store } = openTestStore();
    const ids: string[] = [];
    for (let job = 0; job < 12; job++) ids.push(await createEnded(store));
    const quick = openQuickJobs(root);
    const newest = await quick.list({ workspace, limit: 3 });
    expect(newest.records.map(({ id }) => id)).toEqual(ids.toSorted().toReversed().slice(0, 3));
    // Whoever looked at these, or at the names of all, would find that something is wrong.
    for (const id of ids.toSorted().slice(0, -3)) {
      writeFileSync(join(store.foldersOf(id).job, jobFiles.record), "{");
    }
    const names = workspaceFolder(statePaths(root), workspace);
    rmSync(names, { recursive: true });
    writeFileSync(names, "");
    expect(await quick.list({ workspace, limit: 3 })).toEqual(newest);
    expect(newest.hasMore).toBe(true);
  });
});

describe("a job that reading alone cannot tell of", () => {
  const damages: Record<string, (folder: string) => void> = {
    "because its owner is dead": (folder) => changeRecord(folder, { owner: { pid: 1, startTime: "0" } }),
    "because its record is damaged": (folder) => writeFileSync(join(folder, jobFiles.record), "{"),
    "because it ended and is listed as active": (folder) =>
      changeRecord(folder, { status: "succeeded", endedAt: "2026-11-21T02:47:00.123Z" }),
  };
  for (const [why, damage] of Object.entries(damages)) {
    verifies("start.status", `is left to the store ${why}`, async () => {
      const { root, store } = openTestStore();
      const id = await createSample(store);
      damage(store.foldersOf(id).job);
      await expect(openQuickJobs(root).listActive()).rejects.toThrow(NeedsStore);
    });
  }
});

/** Writes other values into a stored record; of a process only those that are given. */
function changeRecord(folder: string, change: Record<string, unknown>): void {
  const path = join(folder, jobFiles.record);
  const record = JSON.parse(readFileSync(path, "utf8")) as { readonly owner: object };
  const owner = { ...record.owner, ...(change["owner"] as object | undefined) };
  writeFileSync(path, JSON.stringify({ ...record, ...change, owner }));
}
