import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { followJob, waitForJobs } from "../../src/jobs/follow-job.ts";
import { verifies } from "../support/requirements.ts";
import { createSample, kindOf, openTestStore, sampleResult } from "./support.ts";

/** How the system tells of changes in this file: not at all, with or without saying so. */
const system = vi.hoisted(() => ({ isAlive: false, watched: [] as string[], open: 0 }));
vi.mock("../../src/jobs/folder-watch.ts", () => ({
  watchFolder: (folder: string) => {
    system.watched.push(folder);
    system.open += 1;
    return {
      isAlive: system.isAlive,
      close: () => {
        system.open -= 1;
      },
    };
  },
}));

describe("what is watched", () => {
  verifies("job-life.follow", "is let go when one of several jobs is not there", async () => {
    const { store } = openTestStore();
    const ids = [await createSample(store), "20261121t024700123-bcdfgh"];
    expect(await kindOf(async () => waitForJobs(store, ids))).toBe("job_not_found");
    await vi.waitFor(() => expect(system.open).toBe(0));
  });
});

describe("the end of a job that somebody else tells", () => {
  verifies("start.told", "is seen, and nothing is watched for it", async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const following = followJob(store, id, { told });
    await store.update(id, { status: "running" });
    await store.finish(id, { status: "succeeded", envelope: sampleResult, onEnded: tell });
    expect(await following).toMatchObject({ ended: true, result: sampleResult });
    expect(system.watched).not.toContain(join(root, "jobs", id));
  });

  verifies("start.told", "is seen too when it was told before, or never", async () => {
    const { root, store } = openTestStore();
    const [early, never] = [await createSample(store), await createSample(store)];
    const followed = [
      followJob(store, early, { told: Promise.resolve() }),
      followJob(store, never, { told: new Promise<void>(() => undefined) }),
    ];
    await vi.waitFor(() => expect(system.watched).toContain(join(root, "jobs", early)));
    for (const id of [early, never]) {
      await store.update(id, { status: "running" });
      await store.finish(id, { status: "succeeded", envelope: sampleResult });
    }
    expect(await Promise.all(followed)).toMatchObject([{ ended: true }, { ended: true }]);
  });
});

for (const isAlive of [false, true]) {
  const name = isAlive ? "that tells of nothing without saying so" : "that cannot watch folders";

  describe(`on a system ${name}`, () => {
    verifies("job-life.follow", "a follower sees every event and the end all the same", async () => {
      system.isAlive = isAlive;
      const { root, store } = openTestStore();
      const id = await createSample(store);
      await store.update(id, { status: "running" });
      const journal = await store.openJournal(id);
      const texts: string[] = [];
      const wanted = ["one", "two", "three"];
      const more = () => {
        const next = wanted[texts.length];
        if (next !== undefined) journal.append({ type: "reasoning", text: next });
        else void store.finish(id, { status: "succeeded", envelope: sampleResult });
      };
      more();
      const followed = await followJob(store, id, {
        onEvents: (entries) => {
          texts.push(...entries.map(({ event }) => (event.type === "reasoning" ? event.text : "")));
          more();
        },
      });
      await journal.close();
      expect(texts).toEqual(wanted);
      expect(followed).toMatchObject({ ended: true, result: sampleResult });
      expect(system.watched).toContain(join(root, "jobs", id));
    });

    verifies(
      "job-life.inbox",
      "an owner gets its requests and its cancel, and the poster its reply",
      async () => {
        system.isAlive = isAlive;
        const { store } = openTestStore();
        const id = await createSample(store);
        await store.update(id, { status: "running" });
        let cancelled: (by: string) => void = () => undefined;
        const cancel = new Promise<string>((resolve) => {
          cancelled = resolve;
        });
        const inbox = store.watchInbox(id, {
          onCancel: ({ by }) => cancelled(by),
          onRequest: async () => ({ ok: true }),
        });
        expect(await store.postRequest(id, { type: "steer", text: "x", by: "a person" })).toEqual({
          ok: true,
        });
        await store.requestCancel(id, "a person");
        expect(await cancel).toBe("a person");
        inbox.close();
      },
    );
  });
}
