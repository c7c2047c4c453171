import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { RunRequest } from "../../src/domain/run.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { createWorktree } from "../../src/workspace/worktree/create.ts";
import { noteContinuation, type WorktreePlace, worktreePlace } from "../../src/workspace/worktree/place.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture } from "../workspace/support.ts";
import { createEnded, openTestStore, sampleRequest } from "./support.ts";

interface Delegated {
  readonly store: JobStore;
  readonly place: WorktreePlace;
  /** A reply to the first job whose owner has died. */
  readonly lost: string;
}

/** A job with its work tree, in which something lies that is not of the baseline, and a reply to it that nobody owns any more. */
async function loseReply(): Promise<Delegated> {
  const { root, store } = openTestStore();
  const fixture = Fixture.withCommit({ "a.txt": "one\n" });
  const first = await createEnded(store);
  const place = worktreePlace(store.worktrees, first);
  const wishes = { job: first, cwd: fixture.root, includeUntracked: false, links: [] };
  await createWorktree(await fixture.open(), place, wishes);
  writeFileSync(join(place.tree, "a.txt"), "two\n");
  mkdirSync(join(place.folder, "clean"));
  const real = systemWorld();
  // The pid is ours, and the process behind it another one.
  const self = { ...real.self, startTime: "1" };
  const dead = openTestStore(root, { world: { ...real, self } });
  const request: RunRequest = {
    ...sampleRequest,
    kind: "delegate",
    cwd: fixture.root,
    tier: "workspace-write",
    delegate: { includeUntracked: false, checks: [], links: [], previewBytes: 1_000, continues: first },
  };
  const { id: lost } = await dead.store.create({ request, workspace: fixture.root });
  return { store, place, lost };
}

const isCleanThere = ({ folder }: WorktreePlace) => existsSync(join(folder, "clean"));

describe("a reply whose owner died", () => {
  verifies(
    "races.lost_reply",
    "before it came to the work tree has left nothing there, whoever works in it",
    async () => {
      const { store, place, lost } = await loseReply();
      const other = await createEnded(store);
      const lock = store.lockWorkingTree(place.tree, other);
      expect((await store.read(lost)).error?.kind).toBe("broker_lost");
      expect((await store.readResult(lost))?.patch).toBeUndefined();
      expect(isCleanThere(place)).toBe(true);
      lock.release();
    },
  );

  verifies(
    "races.lost_reply",
    "gets no patch of what the next reply is doing, whose checks go on",
    async () => {
      const { store, place, lost } = await loseReply();
      noteContinuation(place, lost);
      const lock = store.lockWorkingTree(place.tree, await createEnded(store));
      expect((await store.read(lost)).status).toBe("failed");
      const result = await store.readResult(lost);
      expect(result?.patch).toBeUndefined();
      expect(isCleanThere(place)).toBe(true);
      lock.release();
    },
  );

  verifies("races.lost_reply", "gets its patch when nobody has come after it", async () => {
    const { store, place, lost } = await loseReply();
    noteContinuation(place, lost);
    await store.read(lost);
    const result = await store.readResult(lost);
    expect(result?.patch?.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(isCleanThere(place)).toBe(false);
    // It has let the work tree go.
    store.lockWorkingTree(place.tree, lost).release();
  });
});
