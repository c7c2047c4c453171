import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { watchLeftoverFolders } from "../../src/codex/leftover-folders.ts";
import { makeFolder } from "../jobs/support.ts";
import { verifies } from "../support/requirements.ts";

const names = [".codex", ".agents", ".aws", ".git"];

function makeAll(root: string): void {
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
}

function left(root: string): readonly string[] {
  return names.filter((name) => existsSync(join(root, name)));
}

verifies("tasks.leftovers", "empty folders that appeared in any of the roots are removed", async () => {
  const roots = [makeFolder(), makeFolder()];
  const removeLeftovers = watchLeftoverFolders([...roots, roots[0] ?? ""]);
  for (const root of roots) makeAll(root);
  await removeLeftovers();
  expect(roots.map(left)).toEqual([[], []]);
});

verifies("tasks.leftovers", "folders that were there before stay, empty or not", async () => {
  const root = makeFolder();
  makeAll(root);
  const removeLeftovers = watchLeftoverFolders([root]);
  await removeLeftovers();
  expect(left(root)).toEqual(names);
});

verifies("tasks.leftovers", "a folder that somebody put something into stays", async () => {
  const root = makeFolder();
  const removeLeftovers = watchLeftoverFolders([root]);
  makeAll(root);
  writeFileSync(join(root, ".codex", "config.toml"), "");
  mkdirSync(join(root, ".aws", "sub"));
  await removeLeftovers();
  expect(left(root)).toEqual([".codex", ".aws"]);
});

verifies("tasks.leftovers", "files and links of these names are never touched", async () => {
  const root = makeFolder();
  const target = makeFolder();
  const removeLeftovers = watchLeftoverFolders([root]);
  writeFileSync(join(root, ".codex"), "");
  symlinkSync(target, join(root, ".aws"));
  await removeLeftovers();
  expect(left(root)).toEqual([".codex", ".aws"]);
  expect(existsSync(target)).toBe(true);
});

verifies("tasks.leftovers", "nothing there at the end is fine, and a root that is gone as well", async () => {
  const root = makeFolder();
  const removeLeftovers = watchLeftoverFolders([root, join(root, "never-there")]);
  await removeLeftovers();
  expect(left(root)).toEqual([]);
});
