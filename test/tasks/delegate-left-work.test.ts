import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { captureLeftWork } from "../../src/tasks/delegate/capture-left-work.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder, makeWorld } from "../workspace/support.ts";
import { delegate, job } from "../workspace/worktree/support.ts";
import { makeRequest } from "./support.ts";

const delegateRequest = (cwd: string, checks: readonly string[] = []) =>
  makeRequest({
    kind: "delegate",
    cwd,
    delegate: { includeUntracked: false, checks, links: [], previewBytes: 200_000 },
  });

describe("the work of a run whose owner died", () => {
  verifies("delegate.lost", "is none when the work tree was never finished, which is removed", async () => {
    const worktrees = makeFolder();
    mkdirSync(join(worktrees, job, "tree"), { recursive: true });
    const place = { id: job, folder: makeFolder(), worktrees };
    const request = delegateRequest(Fixture.withCommit().root);
    expect(await captureLeftWork(request, place, makeWorld(makeFolder()))).toBeUndefined();
    expect(existsSync(join(worktrees, job))).toBe(false);
  });

  verifies(
    "delegate.lost",
    "is none when the work tree is gone, and else a patch with the checks skipped",
    async () => {
      const fixture = Fixture.withCommit({ "a.txt": "one\n" });
      const { place, tree } = await delegate(fixture);
      writeFileSync(join(tree, "a.txt"), "two\n");
      // What a killed check left.
      mkdirSync(join(place.folder, "clean"));
      const folder = makeFolder();
      const at = { id: job, folder, worktrees: join(place.folder, "..") };
      const request = delegateRequest(fixture.root, ["npm test"]);
      const left = await captureLeftWork(request, at, makeWorld(fixture.home));
      expect(left?.parts.patch?.files.map(({ path }) => path)).toEqual(["a.txt"]);
      expect(left?.parts.evidence).toMatchObject([{ check: "after: npm test", status: "skipped" }]);
      expect(existsSync(join(folder, "patch.diff"))).toBe(true);
      expect(existsSync(join(place.folder, "clean"))).toBe(false);
      rmSync(tree, { recursive: true });
      expect(await captureLeftWork(request, at, makeWorld(fixture.home))).toBeUndefined();
    },
  );
});
