import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { verifies } from "../support/requirements.ts";
import { createSample, kindOf, makeFolder, openTestStore } from "./support.ts";

describe("one writer", () => {
  verifies(
    "jobs.one-writer",
    "a tree that a job writes in is busy under every name, and the error names the job",
    async () => {
      const { root, store } = openTestStore();
      const tree = join(makeFolder(), "tree");
      const link = join(makeFolder(), "link");
      mkdirSync(tree);
      symlinkSync(tree, link);
      const job = await createSample(store);
      const lock = store.lockWorkingTree(tree, job);
      for (const name of [tree, link, `${tree}/`, join(tree, "..", "tree")]) {
        const other = openTestStore(root).store;
        expect(await kindOf(() => other.lockWorkingTree(name, "20261121t024700123-bcdfgh"))).toBe(
          "workspace_busy",
        );
        expect(() => other.lockWorkingTree(name, "20261121t024700123-bcdfgh")).toThrow(job);
      }
      lock.release();
      store.lockWorkingTree(link, job).release();
    },
  );

  verifies("jobs.one-writer", "different trees do not wait for each other", () => {
    const { store } = openTestStore();
    const locks = [makeFolder(), makeFolder()].map((tree) =>
      store.lockWorkingTree(tree, "20261121t024700123-bcdfgh"),
    );
    for (const lock of locks) lock.release();
  });

  verifies("jobs.one-writer", "the lock of a dead writer is taken over", () => {
    const { root, store } = openTestStore();
    const tree = makeFolder();
    const dead = { ...systemWorld().self, pid: 2 ** 22 + 1 };
    const gone = openTestStore(root, { world: { ...realWorld(), self: dead } }).store;
    const stale = gone.lockWorkingTree(tree, "20261121t024700123-bcdfgh");
    const lock = store.lockWorkingTree(tree, "20261121t024700123-zzzzzz");
    stale.release();
    expect(() => store.lockWorkingTree(tree, "20261121t024700123-bcdfgh")).toThrow("zzzzzz");
    lock.release();
  });

  verifies("jobs.one-writer", "a tree that does not exist is workspace_gone", async () => {
    const { store } = openTestStore();
    const folder = makeFolder();
    writeFileSync(join(folder, "file"), "");
    for (const tree of [join(folder, "absent"), join(folder, "file", "below")]) {
      expect(await kindOf(() => store.lockWorkingTree(tree, "20261121t024700123-bcdfgh"))).toBe(
        "workspace_gone",
      );
    }
  });
});

function realWorld(): ReturnType<typeof systemWorld> {
  const { now, self, processes, silentAfterMs } = systemWorld();
  return { now, self, processes, silentAfterMs };
}
