import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { followJob } from "../../src/jobs/follow-job.ts";
import { verifies } from "../support/requirements.ts";
import { createSample, fakeProcesses, openTestStore, worldAt } from "./support.ts";

verifies(
  "mcp.followers",
  "a job is followed as long as somebody waits for it, and a bystander does not count",
  async () => {
    const { store } = openTestStore();
    const id = await createSample(store);
    expect(store.isFollowed(id)).toBe(false);
    const stops = [new AbortController(), new AbortController()] as const;
    const waiting = stops.map(async ({ signal }) => followJob(store, id, { signal }));
    const looking = new AbortController();
    const bystander = followJob(store, id, { signal: looking.signal, isBystander: true });
    expect(store.isFollowed(id)).toBe(true);
    stops[0].abort();
    await waiting[0];
    expect(store.isFollowed(id)).toBe(true);
    stops[1].abort();
    await waiting[1];
    expect(store.isFollowed(id)).toBe(false);
    looking.abort();
    await bystander;
  },
);

verifies(
  "mcp.followers",
  "one that has died does not count, nor does anything else that lies there",
  async () => {
    const self = { pid: 10, startTime: "1", host: "here", boot: "boot-1", pidNamespace: "pid:[1]" };
    const processes = fakeProcesses({ 10: { startTime: "1", zombie: false } });
    const world = worldAt("2026-01-01T00:00:00Z", { self, processes });
    const { store } = openTestStore(undefined, { world });
    const id = await createSample(store);
    const folder = join(store.foldersOf(id).job, "followers");
    mkdirSync(folder, { mode: 0o700 });
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
    put("dead.json", JSON.stringify({ ...self, pid: 11 }));
    put("reused.json", JSON.stringify({ ...self, startTime: "0" }));
    put("other.json", "nonsense");
    expect(store.isFollowed(id)).toBe(false);
    const takeBack = store.announceFollower(id);
    expect(store.isFollowed(id)).toBe(true);
    takeBack();
    expect(store.isFollowed(id)).toBe(false);
  },
);

verifies("mcp.followers", "a job that was removed is not made again by being followed", async () => {
  const { store } = openTestStore();
  const id = await createSample(store);
  await rm(store.foldersOf(id).job, { recursive: true });
  store.announceFollower(id)();
  expect(store.isFollowed(id)).toBe(false);
  expect(store.peek(id)).toBeUndefined();
});
