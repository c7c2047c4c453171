import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { newJobId } from "../../src/domain/job.ts";
import { recentFolder, statePaths, workspaceFolder } from "../../src/jobs/state-paths.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { verifies } from "../support/requirements.ts";
import { createEnded, createSample, openTestStore, type TestStore, workspace, worldAt } from "./support.ts";

const stored = 1_000;

/** A state root with a thousand ended jobs whose records are all damaged: whoever reads one of them reports it. */
async function startCrowded(): Promise<TestStore & { readonly old: readonly string[] }> {
  const world = worldAt("2026-11-01T00:00:00.000Z");
  const made = openTestStore(undefined, { world });
  const { root, store } = made;
  const template = await createEnded(store);
  const paths = statePaths(root);
  const old = Array.from({ length: stored }, (_, index) =>
    newJobId(new Date(Date.UTC(2026, 9, 1) + index * 60_000)),
  );
  for (const id of old) {
    const folder = join(paths.jobs, id);
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "job.json"), "damaged", { mode: 0o600 });
    for (const markers of [workspaceFolder(paths, workspace), recentFolder(paths, workspace)]) {
      writeFileSync(join(markers, id), "", { mode: 0o600 });
    }
  }
  await store.remove(template);
  world.set("2026-11-21T00:00:00.000Z");
  return { ...made, old };
}

async function makeFresh(store: JobStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) ids.push(await createEnded(store, { read: true }));
  return ids.toReversed();
}

describe("among a thousand stored jobs", () => {
  verifies(
    "job-life.many",
    "lists, names and new jobs read no record but those that are asked for",
    async () => {
      const { store, problems, old } = await startCrowded();
      const fresh = await makeFresh(store);
      const going = await createSample(store, "going on");
      const shown = [going, ...fresh];
      for (const query of [{ limit: 5 }, { limit: 5, workspace }]) {
        const { records, hasMore } = await store.list(query);
        expect(records.map(({ id }) => id).toSorted()).toEqual(shown.toSorted());
        expect(hasMore).toBe(true);
      }
      expect((await store.listActive()).map(({ id }) => id)).toEqual([going]);
      for (const id of shown) {
        expect((await store.find(id)).id).toBe(id);
        expect((await store.find(id.slice(-6))).id).toBe(id);
      }
      expect(problems).toEqual([]);
      // One that is asked for is looked at, and what is wrong with it is told.
      const [first = ""] = old;
      await expect(store.read(first)).rejects.toThrow();
      expect(problems.map(({ job }) => job)).toEqual([first]);
    },
  );
});
