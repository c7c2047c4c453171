import { mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readGit } from "../git.ts";
import type { Repository } from "../repository.ts";
import { inParallel } from "./in-parallel.ts";
import { linkFolders } from "./link-folders.ts";
import type { WorktreePlace } from "./place.ts";
import type { WorktreeRecord } from "./record.ts";

/** The files of a tree in a new folder beside the work tree, for the time of `use`: nothing that lies about has a part in it. */
export async function withCleanCopy<Result>(
  control: Repository,
  place: WorktreePlace,
  { links, root }: WorktreeRecord,
  tree: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(place.folder, "clean");
  const index = join(place.control, "clean-index");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const { git } = control;
  const environment = { ...git.environment, GIT_INDEX_FILE: index, GIT_WORK_TREE: folder };
  const own = { ...git, folder, environment };
  try {
    await readGit(own, ["read-tree", tree]);
    await readGit(own, [...inParallel, "checkout-index", "--all", "--force", "--quiet"]);
    linkFolders(root, folder, links);
    return await use(folder);
  } finally {
    rmSync(index, { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
