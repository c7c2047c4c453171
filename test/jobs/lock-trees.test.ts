import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { lockTrees } from "../../src/jobs/lock-trees.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder } from "../workspace/support.ts";
import { kindOf, openTestStore } from "./support.ts";

verifies(
  "task.one_writer",
  "every tree that is written is locked once, by whatever folder of it is named",
  async () => {
    const { store } = openTestStore();
    const { root } = Fixture.withCommit({ "src/a.txt": "a\n" });
    const plain = makeFolder();
    const link = join(makeFolder(), "link");
    symlinkSync(root, link);
    const lock = lockTrees(store, [root, join(root, "src"), link, join(link, "src"), plain], "first");
    for (const folder of [root, join(link, "src"), plain])
      expect(await kindOf(() => lockTrees(store, [folder], "second"))).toBe("workspace_busy");
    lock.release();
    lockTrees(store, [root, plain], "second").release();
  },
);

verifies("task.one_writer", "where one of the trees is taken or gone, none is held", async () => {
  const { store } = openTestStore();
  const [one, other] = [makeFolder(), makeFolder()];
  const held = lockTrees(store, [other], "first");
  try {
    lockTrees(store, [one, other], "second");
    throw new Error("It was locked twice.");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TandemError);
    expect(thrown).toMatchObject({
      report: { kind: "workspace_busy", details: { job: "first", folder: other } },
    });
  }
  expect(await kindOf(() => lockTrees(store, [one, join(one, "gone")], "second"))).toBe("workspace_gone");
  lockTrees(store, [one], "third").release();
  held.release();
});

verifies("task.one_writer", "a folder in no tree stands for itself alone", () => {
  const { store } = openTestStore();
  const folder = makeFolder();
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
  const locks = ["a", "b"].map((name) => lockTrees(store, [join(folder, name)], name));
  for (const lock of locks) lock.release();
});
