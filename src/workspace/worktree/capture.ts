import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { PatchFile } from "../../domain/envelope.ts";
import { lookAt } from "../apply/file-state.ts";
import { isBelowLink } from "../apply/work-tree-files.ts";
import { orDiskFull } from "../disk-space.ts";
import { failUnlessDone, readGit } from "../git.ts";
import { diffArguments, patchArguments } from "../git-pins.ts";
import { type Git, streamGit } from "../git-process.ts";
import { openFolders } from "../open-folders.ts";
import { pathBytes, pathText, splitRecords } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import type { Repository } from "../repository.ts";
import { sortFiles } from "../snapshot-files.ts";
import { readStatus } from "../status.ts";
import { copyIndex } from "./copy-index.ts";
import { readPatchFiles } from "./patch-files.ts";
import type { WorktreePlace } from "./place.ts";
import type { WorktreeRecord } from "./record.ts";
import { listSkipped } from "./seed.ts";
import { noLimits, stageFiles } from "./stage-files.ts";

/** What Codex left in its work tree, as a patch against the baseline. */
export interface CapturedPatch {
  /** Object id of the tree with the changes. */
  readonly tree: string;
  readonly files: readonly PatchFile[];
  readonly bytes: number;
  readonly sha256: string;
  /** What is there and not in the patch, with the reason. */
  readonly omitted: readonly { readonly path: string; readonly reason: string }[];
}

/** Longest list of ignored files; one entry for a whole folder of them. */
const mostIgnored = 200;

/**
 * Writes the patch of a delegated work tree to `path` (absolute), as exact bytes and whole or not at all. It is what the files are, so
 * commits count as much as what lies there uncommitted. Nothing of Codex may run any more.
 */
export async function capturePatch(
  control: Repository,
  place: WorktreePlace,
  record: WorktreeRecord,
  path: string,
): Promise<CapturedPatch> {
  const isLink = (name: Buffer): boolean => record.links.includes(name.toString("utf8"));
  await openFolders(place.tree);
  const index = `${place.control}/captured-index`;
  copyIndex(`${place.control}/index`, index);
  const { git } = control;
  const own = { ...git, environment: { ...git.environment, GIT_INDEX_FILE: index } };
  try {
    await lookAtSkipped(own, place);
    const { entries } = await readStatus({ ...control, git: own }, "all");
    const changed = entries.filter(({ name }) => !isLink(name));
    const sorted = await sortFiles(control, changed, noLimits);
    const tree = await stageFiles(own, sorted, control.emptyTree.length);
    const files = await readPatchFiles(git, record.baseline, tree);
    const omitted = Object.entries(sorted.unkept).map(([name, { reason }]) => ({ path: name, reason }));
    return {
      tree,
      files,
      ...(await writePatch(control, record.baseline, tree, path)),
      omitted: [
        ...omitted,
        ...listInSubmodules(place, record),
        ...(await listIgnored(control, record.links)),
      ],
    };
  } finally {
    rmSync(index, { force: true });
  }
}

async function writePatch(
  { git }: Repository,
  base: string,
  head: string,
  path: string,
): Promise<Pick<CapturedPatch, "bytes" | "sha256">> {
  const argumentsList = [
    "diff",
    ...diffArguments,
    ...patchArguments,
    "--binary",
    "--no-relative",
    base,
    head,
    "--",
  ];
  const temporary = `${path}.writing`;
  const file = await open(temporary, "w", 0o600);
  const hash = createHash("sha256");
  let bytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    const end = await streamGit(git, argumentsList, (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      writing = writing.then(async () => file.appendFile(chunk));
      writing.catch(() => undefined);
      return true;
    });
    failUnlessDone(git, end);
    await writing;
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw orDiskFull(thrown, dirname(path));
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Files that were left out of the work tree, as by a sparse checkout, and that Codex wrote all the same: git would pass over them. */
async function lookAtSkipped(git: Git, { tree }: WorktreePlace): Promise<void> {
  const written = (await listSkipped(git)).filter(
    (name) => !isBelowLink(tree, name) && lookAt(worktreePath(tree, name)) !== undefined,
  );
  if (written.length === 0) return;
  const names = Buffer.concat(written.flatMap((name) => [name, Buffer.of(0)]));
  await readGit(git, ["update-index", "--no-skip-worktree", "-z", "--stdin"], names);
}

/** To git the folder of a submodule is one entry: it does not say what lies in it. They were empty. */
function listInSubmodules({ tree }: WorktreePlace, { submodules }: WorktreeRecord): CapturedPatch["omitted"] {
  return submodules.flatMap((path) => {
    const folder = worktreePath(tree, pathBytes(path));
    const facts = lookAt(folder);
    if (facts === undefined) return [{ path, reason: "a submodule is not removed by a patch" }];
    if (facts.isDirectory() && readdirSync(folder).length === 0) return [];
    return [{ path, reason: "it is in a submodule, of which there are no files here" }];
  });
}

async function listIgnored({ git }: Repository, links: readonly string[]): Promise<CapturedPatch["omitted"]> {
  const argumentsList = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  const names = splitRecords(await readGit(git, argumentsList))
    .map(pathText)
    .filter((name) => !links.includes(name.replace(/\/$/, "")));
  const listed = names.slice(0, mostIgnored).map((path) => ({ path, reason: "ignored by git" }));
  const rest = names.length - listed.length;
  return rest === 0 ? listed : [...listed, { path: `${rest} more`, reason: "ignored by git" }];
}
