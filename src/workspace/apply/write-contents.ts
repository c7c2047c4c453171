import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { readGit } from "../git.ts";
import { worktreePath } from "../read-files.ts";
import type { Repository } from "../repository.ts";
import { lookAt } from "./file-state.ts";
import type { MergedFile } from "./merge-patch.ts";
import { foldersAbove, isBelowLink } from "./work-tree-files.ts";

const attributes = Buffer.from(".gitattributes");

/**
 * Writes the files that are to come below `scratch/after`, as git would check them out once the patch is there: ends of lines and
 * encodings follow the attributes that the patch brings. `repository.git` has the index with the merged files.
 */
export async function writeContents(
  { git, root, gitDirectory }: Repository,
  scratch: string,
  merged: readonly MergedFile[],
): Promise<void> {
  const coming = merged.filter(({ mode }) => mode !== undefined);
  if (coming.length === 0) return;
  const folder = join(scratch, "attributes");
  mkdirSync(folder, { mode: 0o700 });
  const changed = new Set(merged.map(({ name }) => name.toString("latin1")));
  for (const name of attributesAbove(coming)) {
    // Git reads those that the patch changes from the index.
    if (changed.has(name.toString("latin1"))) continue;
    const source = worktreePath(root, name);
    if (isBelowLink(root, name) || lookAt(source)?.isFile() !== true) continue;
    const target = worktreePath(folder, name);
    mkdirSync(target.subarray(0, target.length - attributes.length - 1), { recursive: true });
    copyFileSync(source, target);
  }
  const environment = { ...git.environment, GIT_DIR: gitDirectory, GIT_WORK_TREE: folder };
  const input = Buffer.concat(coming.flatMap(({ name }) => [name, Buffer.of(0)]));
  const prefix = `--prefix=${join(scratch, "after")}/`;
  await readGit(
    { ...git, folder, environment },
    ["checkout-index", prefix, "--force", "-z", "--stdin"],
    input,
  );
}

/** The names of all files of attributes that could say something of these files. */
function attributesAbove(files: readonly MergedFile[]): readonly Buffer[] {
  const names = files.flatMap(({ name }) => [
    attributes,
    ...foldersAbove(name).map((above) => Buffer.concat([above, Buffer.from("/"), attributes])),
  ]);
  return [...new Map(names.map((name) => [name.toString("latin1"), name])).values()];
}
