import { rmSync } from "node:fs";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { makeFolder } from "../settings/make-folder.ts";
import { fingerprintTree } from "./fingerprint.ts";
import { readGit } from "./git.ts";
import type { Git } from "./git-process.ts";
import type { Repository } from "./repository.ts";
import { type KeptFile, readKeptFiles, type SnapshotLimits, type UnkeptFile } from "./snapshot-files.ts";
import { readStatus } from "./status.ts";

/** The files of a work tree as they were: all that git does not ignore. */
export interface Snapshot {
  /** Object id of a tree. */
  readonly tree: string;
  /** See `fingerprintTree`: of the same moment. */
  readonly fingerprint: string;
  /** Changed files whose content was not kept, by path: they are as they were while `state` is the same. */
  readonly unkept: Readonly<Record<string, UnkeptFile>>;
}

const usualLimits: SnapshotLimits = { files: 5_000, fileBytes: 8_000_000, totalBytes: 64_000_000 };

/** How often is looked whether the files have stood still. */
const attempts = 3;

/**
 * Keeps the files of a work tree in `folder` (absolute, ours), as git objects beside those of the repository. In the repository nothing
 * is written: git gets an index and an object folder of its own. Throws `input_unreadable` for more changed files than `limits` say,
 * when the files do not stand still, and when git fails.
 */
export async function keepSnapshot(
  repository: Repository,
  folder: string,
  limits: SnapshotLimits = usualLimits,
): Promise<Snapshot> {
  // Git takes a repository without its object folder for none.
  makeFolder(objectFolderOf(folder));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const fingerprint = await fingerprintTree(repository);
    const { tree, unkept } = await keepFiles(repository, folder, limits);
    if ((await fingerprintTree(repository)) === fingerprint) return { tree, fingerprint, unkept };
  }
  const cause = "the files keep changing while they are looked at";
  throw new TandemError("input_unreadable", { path: repository.root, cause });
}

/** The object folder of a snapshot. */
export function objectFolderOf(folder: string): string {
  return join(folder, "objects");
}

/** The same repository with the objects of snapshots beside its own. New objects go into the first of the folders, never into the repository. */
export function withObjects(repository: Repository, objectFolders: readonly string[]): Repository {
  const [own = "", ...others] = objectFolders;
  const places = [...others, join(repository.commonDirectory, "objects")];
  const environment = {
    ...repository.git.environment,
    GIT_OBJECT_DIRECTORY: own,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: places.map(quoted).join(process.platform === "win32" ? ";" : ":"),
  };
  return { ...repository, git: { ...repository.git, environment } };
}

async function keepFiles(
  repository: Repository,
  folder: string,
  limits: SnapshotLimits,
): Promise<Pick<Snapshot, "tree" | "unkept">> {
  const { entries } = await readStatus(repository, "all");
  const { git } = withObjects(repository, [objectFolderOf(folder)]);
  const { kept, unkept } = await readKeptFiles({ ...repository, git }, entries, limits);
  const index = join(folder, "index");
  // A split index would put a part of it into the repository.
  const configuration = [...git.configuration, "-c", "core.splitIndex=false"];
  const own = { ...git, configuration, environment: { ...git.environment, GIT_INDEX_FILE: index } };
  try {
    const { head } = repository;
    await readGit(own, ["read-tree", ...(head.kind === "unborn" ? ["--empty"] : [head.commit])]);
    return { tree: await treeWith(own, kept, repository.emptyTree.length), unkept };
  } finally {
    rmSync(index, { force: true });
  }
}

/** Puts files into git's index, or takes them out of it, and gives the tree that the index holds then. */
export async function treeWith(git: Git, kept: readonly KeptFile[], idLength: number): Promise<string> {
  await indexKept(git, kept, idLength);
  return (await readGit(git, ["write-tree", "--missing-ok"])).toString("latin1").trim();
}

/** Puts files with a known id into git's index, and takes those out that are gone. */
export async function indexKept(git: Git, kept: readonly KeptFile[], idLength: number): Promise<void> {
  // What goes first makes room: a file may have become a folder.
  const ordered = [
    ...kept.filter(({ id }) => id === undefined),
    ...kept.filter(({ id }) => id !== undefined),
  ];
  if (ordered.length > 0) {
    const lines = ordered.map((file) => indexLine(file, idLength));
    await readGit(git, ["update-index", "--replace", "-z", "--index-info"], Buffer.concat(lines));
  }
}

/** `mode SP id TAB name NUL`; mode 0 takes the name out. */
function indexLine({ name, mode, id }: KeptFile, idLength: number): Buffer {
  const facts = id === undefined ? `0 ${"0".repeat(idLength)}` : `${mode} ${id}`;
  return Buffer.concat([Buffer.from(`${facts}\t`), name, Buffer.of(0)]);
}

/** A path in a list of paths: git reads quotes with escapes, else a separator in it would end it. */
export function quoted(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
