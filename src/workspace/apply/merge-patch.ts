import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PatchFile } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { readGit, runGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathBytes, pathText, splitRecords } from "../paths.ts";
import type { Repository } from "../repository.ts";
import { indexKept, quoted } from "../snapshot.ts";
import { sortFiles } from "../snapshot-files.ts";
import { noLimits, stageFiles } from "../worktree/stage-files.ts";
import { applyArguments } from "./patch-applies.ts";
import { splitPatch } from "./split-patch.ts";
import { requireRealFolders } from "./work-tree-files.ts";

/** A file that the work tree would hold otherwise after the patch. */
export interface MergedFile {
  readonly name: Buffer;
  /** Git's mode after it; absent: the file goes. */
  readonly mode?: string;
}

export interface MergeWishes {
  readonly patch: string;
  /** All files of the patch, in its order. */
  readonly files: readonly PatchFile[];
  /** Which of them are wanted. */
  readonly isWanted: (file: PatchFile) => boolean;
  /** Files of patches of the same work tree that are applied: what they made of a file counts as the start of this one. */
  readonly earlier?: readonly PatchFile[];
  /** Folder of ours for what git needs; new and empty. */
  readonly scratch: string;
  /** Where objects of the delegated work tree may still lie. */
  readonly objects: string;
}

/**
 * Finds out what the work tree would be after the patch, without touching it: the files as they are now are merged with the patch in
 * an index of ours, by three sides where the tree moved on. The new contents lie below `scratch/after` by their names. An empty list:
 * all of it is there already. Throws `patch_conflict`.
 */
export async function mergePatch(
  repository: Repository,
  wishes: MergeWishes,
): Promise<readonly MergedFile[]> {
  const { files, scratch } = wishes;
  const wanted = files.filter(wishes.isWanted);
  const names = new Map(wanted.flatMap(namesOf).map((name) => [name.toString("latin1"), name]));
  const going = new Set(wanted.flatMap(goingNames));
  for (const name of names.values()) requireRealFolders(repository.root, name, going);
  for (const folder of ["objects", "after"]) mkdirSync(join(scratch, folder), { mode: 0o700 });
  const git = scratchGit(repository, wishes);
  const before = await stagePresent({ ...repository, git }, wanted, [...names.values()]);
  const present = await readIndex(git);
  const missing = new Set(wanted.filter((file) => !isInPlace(file, present)));
  if (missing.size === 0) return [];
  await startOver(git, [...missing], wishes.earlier ?? [], present, repository.emptyTree.length);
  const sections = splitPatch(await readFile(wishes.patch), files);
  const part = join(scratch, "part.diff");
  writeFileSync(
    part,
    Buffer.concat(
      files.flatMap((file, index) => (missing.has(file) ? [sections[index] ?? Buffer.alloc(0)] : [])),
    ),
  );
  await applyToIndex(isolatedGit(git, scratch, repository.emptyTree), part);
  const after = (await readGit(git, ["write-tree", "--missing-ok"])).toString("latin1").trim();
  const merged = await readMerged(git, before, after);
  const coming = merged.filter(({ mode }) => mode !== undefined);
  if (coming.length > 0) {
    const input = Buffer.concat(coming.flatMap(({ name }) => [name, Buffer.of(0)]));
    await readGit(
      git,
      ["checkout-index", `--prefix=${join(scratch, "after")}/`, "--force", "-z", "--stdin"],
      input,
    );
  }
  return merged;
}

function namesOf({ path, oldPath }: PatchFile): readonly Buffer[] {
  return [path, ...(oldPath === undefined ? [] : [oldPath])].map(pathBytes);
}

function scratchGit(repository: Repository, { scratch, objects }: MergeWishes): Git {
  const { git } = repository;
  // Those of a work tree that was discarded are gone: then what was not committed can be compared, and not merged.
  const places = [join(repository.commonDirectory, "objects"), ...(existsSync(objects) ? [objects] : [])];
  return {
    ...git,
    configuration: [
      ...git.configuration,
      ...[
        "core.splitIndex=false",
        "core.sparseCheckout=false",
        "index.sparse=false",
        "rerere.enabled=false",
      ].flatMap((pair) => ["-c", pair]),
    ],
    environment: {
      ...git.environment,
      GIT_INDEX_FILE: join(scratch, "index"),
      GIT_OBJECT_DIRECTORY: join(scratch, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: places.map(quoted).join(process.platform === "win32" ? ";" : ":"),
    },
  };
}

/**
 * Merging in a repository without any configuration or attributes but our own: a merge driver is a program, and which file uses it is
 * written in the repository.
 */
function isolatedGit(git: Git, scratch: string, emptyTree: string): Git {
  const folder = join(scratch, "git");
  const empty = join(scratch, "empty");
  for (const name of [folder, join(folder, "refs"), empty]) mkdirSync(name, { mode: 0o700 });
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/none\n");
  const format =
    emptyTree.length > 40 ? "\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n" : "";
  writeFileSync(join(folder, "config"), `[core]\n${format}`);
  return {
    ...git,
    folder: empty,
    environment: {
      ...git.environment,
      GIT_DIR: folder,
      GIT_WORK_TREE: empty,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
    },
  };
}

/** Puts the named files as they are now into our index, over what they were at the baseline, and gives the tree. */
async function stagePresent(
  repository: Repository,
  files: readonly PatchFile[],
  names: readonly Buffer[],
): Promise<string> {
  const entries = names.map((name) => ({
    record: Buffer.concat([Buffer.from("? "), name]),
    name,
    isContentOnly: false,
    isWorktreeChange: true,
  }));
  const { kept, candidates, unkept } = await sortFiles(repository, entries, noLimits);
  const [problem] = Object.entries(unkept);
  if (problem !== undefined) {
    const [path, { reason }] = problem;
    throw new TandemError("patch_conflict", { problem: `${path} cannot be changed here: ${reason}.` });
  }
  const { git, emptyTree } = repository;
  const there = new Set(candidates.map(({ name }) => name.toString("latin1")));
  const baseline = files.flatMap(({ path, oldPath, before }) => {
    const name = pathBytes(oldPath ?? path);
    return before === undefined || !there.has(name.toString("latin1")) ? [] : [{ name, ...before }];
  });
  await indexKept(git, baseline, emptyTree.length);
  return stageFiles(git, { kept, candidates }, emptyTree.length);
}

/**
 * Puts the baseline in place of files that are as an earlier patch of the same work tree left them: this patch holds the changes of that
 * one, and merging both would find the same lines changed twice.
 */
async function startOver(
  git: Git,
  files: readonly PatchFile[],
  earlier: readonly PatchFile[],
  present: ReadonlyMap<string, IndexEntry>,
  idLength: number,
): Promise<void> {
  const kept = earlier.flatMap(({ path, after }) => {
    const file = files.find((one) => one.path === path && one.oldPath === undefined);
    const name = pathBytes(path);
    const now = present.get(name.toString("latin1"));
    if (file === undefined || now?.id !== after?.id || now?.mode !== after?.mode) return [];
    return [file.before === undefined ? { name, mode: "0" } : { name, ...file.before }];
  });
  await indexKept(git, kept, idLength);
}

interface IndexEntry {
  readonly mode: string;
  readonly id: string;
}

async function readIndex(git: Git): Promise<ReadonlyMap<string, IndexEntry>> {
  const records = splitRecords(await readGit(git, ["ls-files", "-z", "--stage"]));
  return new Map(
    records.map((record) => {
      const tab = record.indexOf(0x09);
      const [mode = "", id = ""] = record.toString("latin1", 0, tab).split(" ");
      return [record.toString("latin1", tab + 1), { mode, id }];
    }),
  );
}

/** True when the file is already what the patch makes of it. */
function isInPlace({ path, oldPath, after }: PatchFile, present: ReadonlyMap<string, IndexEntry>): boolean {
  const file = present.get(pathBytes(path).toString("latin1"));
  const isOldGone = oldPath === undefined || !present.has(pathBytes(oldPath).toString("latin1"));
  const isNewThere =
    after === undefined ? file === undefined : file?.id === after.id && file.mode === after.mode;
  return isNewThere && isOldGone;
}

/** Names that a file of the patch gives up, as latin-1. */
function goingNames({ path, oldPath, after }: PatchFile): readonly string[] {
  return [...(after === undefined ? [path] : []), ...(oldPath === undefined ? [] : [oldPath])].map((name) =>
    pathBytes(name).toString("latin1"),
  );
}

async function applyToIndex(git: Git, part: string): Promise<void> {
  const { exitCode, message } = await runGit(git, [...applyArguments, "--cached", "--3way", "--", part]);
  if (exitCode === 0) return;
  const unmerged = splitRecords((await runGit(git, ["ls-files", "-z", "--unmerged"])).output);
  const names = [...new Set(unmerged.map((record) => pathText(record.subarray(record.indexOf(0x09) + 1))))];
  const problem =
    names.length === 0
      ? withoutSteps(message) || `git apply ended with exit code ${exitCode}`
      : `these files were changed otherwise meanwhile: ${names.join(", ")}`;
  throw new TandemError("patch_conflict", { problem });
}

/** Git's words without those on its way to them. */
function withoutSteps(message: string): string {
  const steps = /^(?:Falling back to |Performing three-way merge|error: repository lacks the necessary blob)/;
  return message
    .split("; ")
    .filter((line) => !steps.test(line))
    .join("; ");
}

async function readMerged(git: Git, before: string, after: string): Promise<readonly MergedFile[]> {
  const argumentsList = ["diff-tree", "-r", "-z", "--raw", "--no-renames", before, after];
  const records = splitRecords(await readGit(git, argumentsList));
  const files: MergedFile[] = [];
  for (let index = 0; index + 1 < records.length; index += 2) {
    const [, mode = ""] = (records[index] ?? Buffer.alloc(0)).toString("latin1").split(" ");
    const name = records[index + 1] ?? Buffer.alloc(0);
    files.push({ name, ...(/^0+$/.test(mode) ? {} : { mode }) });
  }
  return files;
}
