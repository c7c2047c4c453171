import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { findWorkTreeRoot } from "../../src/workspace/work-tree-root.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder } from "./support.ts";

verifies("tasks.work_tree", "the root of a work tree is found from every folder in it", () => {
  const { root } = Fixture.withCommit({ "src/deep/a.txt": "a\n" });
  for (const folder of [root, join(root, "src"), join(root, "src", "deep")])
    expect(findWorkTreeRoot(folder)).toBe(root);
});

verifies("tasks.work_tree", "a repository without a commit and a linked work tree have roots as well", () => {
  const fixture = Fixture.withCommit();
  const linked = join(makeFolder(), "linked");
  fixture.git("worktree", "add", "--quiet", linked);
  const { root } = Fixture.empty();
  expect([findWorkTreeRoot(linked), findWorkTreeRoot(root)]).toEqual([linked, root]);
});

verifies("tasks.work_tree", "an empty .git, as Codex's sandbox may leave it, makes no root", () => {
  const { root } = Fixture.withCommit({ "src/a.txt": "a\n" });
  mkdirSync(join(root, "src", ".git"));
  expect(findWorkTreeRoot(join(root, "src"))).toBe(root);
});

verifies("tasks.work_tree", "a link named .git counts by what it points at", () => {
  const { root } = Fixture.withCommit();
  const [folder, broken] = [makeFolder(), makeFolder()];
  symlinkSync(join(root, ".git"), join(folder, ".git"));
  symlinkSync("nowhere", join(broken, ".git"));
  writeFileSync(join(broken, "a.txt"), "");
  expect(findWorkTreeRoot(folder)).toBe(folder);
  expect(findWorkTreeRoot(broken)).not.toBe(broken);
});
