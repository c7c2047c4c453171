import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PatchFile } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { readGit, runGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathBytes, pathText, splitRecords } from "../paths.ts";
import type { Repository } from "../repository.ts";
import { quoted } from "../snapshot.ts";
import { ownIndex } from "../worktree/control-git.ts";
import { filesThatStay, type IndexEntries, isInPlace, startOver } from "./earlier-patches.ts";
import { applyArguments } from "./patch-applies.ts";
import { namesOf, placesOfPatch } from "./places-of-patch.ts";
import { readIndex, stagePresent } from "./present-files.ts";
import { splitPatch } from "./split-patch.ts";
import { writeContents } from "./write-contents.ts";

/** A file that the work tree would hold otherwise after the patch. */
export interface MergedFile {
  readonly name: Buffer;
  /** Git's mode after it; absent: the file goes. */
  readonly mode?: string;
  /** True when it is the same as before. */
  readonly isModeKept?: boolean;
}

/** What a patch comes to in a work tree. */
export interface Merged {
  /** In the order of git; none: all of it is there already. */
  readonly files: readonly MergedFile[];
  /** Files that should go back to the baseline and stay, since they are not as an earlier patch left them. */
  readonly stays: readonly string[];
}

export interface MergeWishes {
  readonly patch: string;
  /** All files of the patch, in its order. */
  readonly files: readonly PatchFile[];
  /** Which of them are wanted. */
  readonly isWanted: (file: PatchFile) => boolean;
  /** Files of patches of the same work tree that are applied: what they made of a file counts as the start of this one, or goes. */
  readonly earlier?: readonly PatchFile[];
  /** Folder of ours for what git needs; new and empty. */
  readonly scratch: string;
  /** Where objects of the delegated work tree may still lie. */
  readonly objects: string;
}

/**
 * Finds out what the work tree would be after the patch, without touching it: the files as they are now are merged with the patch in
 * an index of ours, by three sides where the tree moved on. The new contents lie below `scratch/after` by their names. Throws
 * `patch_conflict`.
 */
export async function mergePatch(repository: Repository, wishes: MergeWishes): Promise<Merged> {
  const { files, scratch } = wishes;
  const wanted = files.filter(wishes.isWanted);
  const applied = (wishes.earlier ?? []).filter(wishes.isWanted);
  const { names, earlier } = placesOfPatch(repository.root, wanted, applied);
  for (const folder of ["objects", "after"]) mkdirSync(join(scratch, folder), { mode: 0o700 });
  const git = scratchGit(repository, wishes);
  const staged = await stagePresent(repository, git, [...earlier, ...wanted], names);
  const isLeftOut = (name: Buffer): boolean => staged.leftOut.has(name.toString("latin1"));
  const problem = wanted.flatMap(namesOf).find(isLeftOut);
  if (problem !== undefined) {
    const reason = staged.leftOut.get(problem.toString("latin1"));
    throw new TandemError("patch_conflict", {
      problem: `${pathText(problem)} cannot be changed here: ${reason}.`,
    });
  }
  const known = earlier.filter((file) => !namesOf(file).some(isLeftOut));
  await startOver(git, wanted, known, await readIndex(git), repository.emptyTree.length);
  const start = await readIndex(git);
  const stays = filesThatStay(wanted, earlier, start, isLeftOut);
  const missing = new Set(wanted.filter((file) => !isInPlace(file, start)));
  if (missing.size > 0) {
    const sections = splitPatch(await readFile(wishes.patch), files);
    const part = join(scratch, "part.diff");
    writeFileSync(
      part,
      Buffer.concat(
        files.flatMap((file, index) => (missing.has(file) ? [sections[index] ?? Buffer.alloc(0)] : [])),
      ),
    );
    await applyToIndex(isolatedGit(git, scratch, repository.emptyTree), part);
    requireAdded([...missing], start, await readIndex(git));
  }
  const after = (await readGit(git, ["write-tree", "--missing-ok"])).toString("latin1").trim();
  const merged = await readMerged(git, staged.tree, after);
  await writeContents({ ...repository, git }, scratch, merged);
  return { files: merged, stays };
}

function scratchGit(repository: Repository, { scratch, objects }: MergeWishes): Git {
  const { git } = repository;
  // Those of a work tree that was discarded are gone: then what was not committed can be compared, and not merged.
  const places = [join(repository.commonDirectory, "objects"), ...(existsSync(objects) ? [objects] : [])];
  return {
    ...git,
    configuration: [...git.configuration, ...ownIndex, "-c", "rerere.enabled=false"],
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

async function applyToIndex(git: Git, part: string): Promise<void> {
  const { exitCode, message } = await runGit(git, [...applyArguments, "--cached", "--3way", "--", part]);
  if (exitCode === 0) return;
  const unmerged = splitRecords((await runGit(git, ["ls-files", "-z", "--unmerged"])).output);
  const names = [...new Set(unmerged.map((record) => pathText(record.subarray(record.indexOf(0x09) + 1))))];
  if (names.length > 0) throw changedOtherwise(names);
  const problem = withoutSteps(message) || `git apply ended with exit code ${exitCode}`;
  throw new TandemError("patch_conflict", { problem });
}

/** To git a new file without content is a part of any other file of its name, and so "applies" without being there. */
function requireAdded(files: readonly PatchFile[], before: IndexEntries, after: IndexEntries): void {
  const names = files
    .filter((file) => file.before === undefined && file.after !== undefined)
    .map(({ path }) => ({ path, name: pathBytes(path).toString("latin1") }))
    .filter(({ name }) => before.has(name) && before.get(name)?.id === after.get(name)?.id);
  if (names.length > 0) throw changedOtherwise(names.map(({ path }) => path));
}

function changedOtherwise(names: readonly string[]): TandemError<"patch_conflict"> {
  return new TandemError("patch_conflict", {
    problem: `these files were changed otherwise meanwhile: ${names.join(", ")}`,
  });
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
    const [old = "", mode = ""] = (records[index] ?? Buffer.alloc(0)).toString("latin1").slice(1).split(" ");
    const name = records[index + 1] ?? Buffer.alloc(0);
    files.push({ name, ...(/^0+$/.test(mode) ? {} : { mode, isModeKept: mode === old }) });
  }
  return files;
}
