import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PatchFile } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { readGit, runGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathBytes, pathText, splitRecords } from "../paths.ts";
import type { Repository } from "../repository.ts";
import { quoted, treeWith } from "../snapshot.ts";
import { type KeptFile, readKeptFiles } from "../snapshot-files.ts";
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
  /** Folder of ours for what git needs; new and empty. */
  readonly scratch: string;
  /** Where objects of the delegated work tree may still lie. */
  readonly objects: string;
}

const noLimits = {
  files: Number.POSITIVE_INFINITY,
  fileBytes: Number.POSITIVE_INFINITY,
  totalBytes: Number.POSITIVE_INFINITY,
};

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
  for (const name of names.values()) requireRealFolders(repository.root, name);
  for (const folder of ["objects", "after"]) mkdirSync(join(scratch, folder), { mode: 0o700 });
  const git = scratchGit(repository, wishes);
  const present = await readPresent({ ...repository, git }, [...names.values()]);
  const before = await treeWith(git, [...present.values()], repository.emptyTree.length);
  const missing = new Set(wanted.filter((file) => !isInPlace(file, present)));
  if (missing.size === 0) return [];
  const sections = splitPatch(await readFile(wishes.patch), files);
  const part = join(scratch, "part.diff");
  writeFileSync(
    part,
    Buffer.concat(
      files.flatMap((file, index) => (missing.has(file) ? [sections[index] ?? Buffer.alloc(0)] : [])),
    ),
  );
  await applyToIndex(git, part);
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
  const places = [join(repository.commonDirectory, "objects"), objects];
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

/** The named files as they are now, as git would store them. */
async function readPresent(
  repository: Repository,
  names: readonly Buffer[],
): Promise<ReadonlyMap<string, KeptFile>> {
  const entries = names.map((name) => ({
    record: Buffer.concat([Buffer.from("? "), name]),
    name,
    isContentOnly: false,
    isWorktreeChange: true,
  }));
  const { kept, unkept } = await readKeptFiles(repository, entries, noLimits);
  const [problem] = Object.entries(unkept);
  if (problem !== undefined) {
    const [path, { reason }] = problem;
    throw new TandemError("patch_conflict", { problem: `${path} cannot be changed here: ${reason}.` });
  }
  return new Map(kept.map((file) => [file.name.toString("latin1"), file]));
}

/** True when the file is already what the patch makes of it. */
function isInPlace({ path, oldPath, after }: PatchFile, present: ReadonlyMap<string, KeptFile>): boolean {
  const file = present.get(pathBytes(path).toString("latin1"));
  const isOldGone =
    oldPath === undefined || present.get(pathBytes(oldPath).toString("latin1"))?.id === undefined;
  const isNewThere =
    after === undefined ? file?.id === undefined : file?.id === after.id && file.mode === after.mode;
  return isNewThere && isOldGone;
}

async function applyToIndex(git: Git, part: string): Promise<void> {
  const { exitCode, message } = await runGit(git, [...applyArguments, "--cached", "--3way", "--", part]);
  if (exitCode === 0) return;
  const unmerged = splitRecords((await runGit(git, ["ls-files", "-z", "--unmerged"])).output);
  const names = [...new Set(unmerged.map((record) => pathText(record.subarray(record.indexOf(0x09) + 1))))];
  const problem =
    names.length === 0
      ? message || `git apply ended with exit code ${exitCode}`
      : `these files were changed otherwise meanwhile: ${names.join(", ")}`;
  throw new TandemError("patch_conflict", { problem });
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
