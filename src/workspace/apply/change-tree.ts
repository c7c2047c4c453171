import { copyFile, mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { pathText } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import { type FileState, isSameState, lookAt, readFileState } from "./file-state.ts";
import {
  contentPath,
  type Journal,
  type JournalFile,
  type JournalPlace,
  readJournal,
  syncFolder,
  writeJournal,
} from "./journal.ts";
import type { MergedFile } from "./merge-patch.ts";
import { foldersAbove, makeFolders, putState, removeEmptyFolders, removeFile } from "./work-tree-files.ts";

/** Called after each step that something could end; a test ends the process there. */
export type OnStep = (step: string) => void;

const noStep: OnStep = () => undefined;

export interface TreeChange {
  readonly job: string;
  readonly root: string;
  readonly merged: readonly MergedFile[];
  /** The folder in which the new contents lie by their names. */
  readonly contents: string;
  readonly now: Date;
}

/**
 * Changes the work tree: every file of it, or none. What is needed to take it back is on the disk before the first file is touched, so
 * `settleChange` can end what a kill left. Throws `workspace_changed` when a file changed under it; the tree is as before then.
 */
export async function changeTree(
  place: JournalPlace,
  change: TreeChange,
  onStep: OnStep = noStep,
): Promise<Journal> {
  const journal = await prepare(place, change, onStep);
  await writeJournal(place, journal);
  onStep("journal");
  try {
    const modes = modesOf(journal);
    for (const [index, file] of journal.files.entries()) {
      const name = Buffer.from(file.name, "base64");
      const state = readFileState(worktreePath(journal.root, name));
      if (!isSameState(state, file.before)) throw unexpected(journal, name, state);
      if (file.after.kind !== "absent") await makeFolders(journal.root, name, modes);
      onStep(`folders ${index}`);
      await putState(
        journal.root,
        name,
        file.after,
        contentPath(place, "after", index),
        temporaryName(journal, index),
        () => onStep(`written ${index}`),
      );
      if (file.after.kind === "absent") await removeEmptyFolders(journal.root, name);
      onStep(`file ${index}`);
    }
    await syncFolder(journal.root);
    return await markState(place, journal, "checking");
  } catch (error) {
    await takeBack(place, journal, onStep);
    throw error instanceof TandemError ? error : blocked(error);
  }
}

/** The change counts from now on. */
export async function confirmChange(place: JournalPlace, journal: Journal): Promise<void> {
  await markState(place, journal, "applied");
}

/**
 * Puts everything back to what it was before. A file that somebody changed since is left alone; gives the names of those.
 */
export async function takeBack(
  place: JournalPlace,
  journal: Journal,
  onStep: OnStep = noStep,
): Promise<readonly string[]> {
  const { root, files } = journal;
  const modes = modesOf(journal);
  const made = new Set(journal.madeFolders);
  const foreign: string[] = [];
  for (const [index, file] of [...files.entries()].toReversed()) {
    const name = Buffer.from(file.name, "base64");
    await removeTemporary(journal, name, index);
    const state = readFileState(worktreePath(root, name));
    if (!isSameState(state, file.before)) {
      if (isSameState(state, file.after) || state.kind === "absent") {
        if (file.before.kind !== "absent") await makeFolders(root, name, modes);
        await putState(
          root,
          name,
          file.before,
          contentPath(place, "before", index),
          temporaryName(journal, index),
        );
      } else foreign.push(pathText(name));
    }
    // Also what a kill left of it before the file itself: another file may belong in the place of the folder.
    if (file.before.kind === "absent") {
      await removeEmptyFolders(root, name, (folder) => made.has(folder.toString("base64")));
    }
    onStep(`back ${index}`);
  }
  for (const folder of journal.madeFolders.toReversed()) {
    await rmdir(worktreePath(root, Buffer.from(folder, "base64"))).catch(() => {
      // Not made yet, or somebody put something into it.
    });
  }
  await syncFolder(root);
  await rm(place.folder, { recursive: true, force: true });
  onStep("back");
  return foreign;
}

/** Takes an applied change back. Throws `patch_conflict` when files are not as the change left them; then nothing is touched. */
export async function undoChange(
  place: JournalPlace,
  journal: Journal,
  onStep: OnStep = noStep,
): Promise<void> {
  const made = new Set(journal.madeFolders);
  const changed = journal.files
    .filter(({ name, after }) => {
      const state = readFileState(worktreePath(journal.root, Buffer.from(name, "base64")));
      // A file that became a folder.
      return !isSameState(state, after) && !(state.kind === "other" && made.has(name));
    })
    .map(({ name }) => pathText(Buffer.from(name, "base64")));
  if (changed.length > 0) {
    throw new TandemError("patch_conflict", {
      problem: `these files were changed after it was applied: ${changed.join(", ")}`,
    });
  }
  const undoing = await markState(place, journal, "undoing");
  onStep("undoing");
  await takeBack(place, undoing, onStep);
}

/** Ends what a killed call left half done: the files are as before it. Gives what was found, undefined when nothing was open. */
export async function settleChange(
  place: JournalPlace,
): Promise<{ readonly journal: Journal; readonly foreign: readonly string[] } | undefined> {
  const journal = readJournal(place);
  if (journal === undefined || journal.state === "applied") return undefined;
  return { journal, foreign: await takeBack(place, journal) };
}

async function markState(place: JournalPlace, journal: Journal, state: Journal["state"]): Promise<Journal> {
  const marked = { ...journal, state };
  await writeJournal(place, marked);
  return marked;
}

/** Keeps what is there and what shall come, side by side. Nothing of the work tree is touched. */
async function prepare(place: JournalPlace, change: TreeChange, onStep: OnStep): Promise<Journal> {
  for (const name of ["before", "after", "journal.json"]) {
    await rm(join(place.folder, name), { recursive: true, force: true });
  }
  for (const folder of ["before", "after"]) {
    await mkdir(join(place.folder, folder), { recursive: true, mode: 0o700 });
  }
  const ordered = [
    ...change.merged.filter(({ mode }) => mode === undefined),
    ...change.merged.filter(({ mode }) => mode !== undefined),
  ];
  const files: JournalFile[] = [];
  for (const [index, { name, mode }] of ordered.entries()) {
    const path = worktreePath(change.root, name);
    const present = readFileState(path);
    // A folder that becomes a file is gone by then: its files go first.
    const before: FileState = present.kind === "other" ? { kind: "absent" } : present;
    if (before.kind === "file") {
      const copy = contentPath(place, "before", index);
      await copyFile(path, copy);
      if (readFileState(Buffer.from(copy)).kind !== "file")
        throw new TandemError("workspace_changed", { folder: change.root });
    }
    const after =
      mode === undefined
        ? ({ kind: "absent" } as const)
        : await takeContent(place, change, { name, mode, index, before });
    files.push({ name: name.toString("base64"), before, after });
    onStep(`kept ${index}`);
  }
  return {
    schema: "codex-tandem/apply/1",
    job: change.job,
    root: change.root,
    state: "applying",
    files,
    ...readFolders(change.root, ordered),
    at: change.now.toISOString(),
  };
}

interface Coming {
  readonly name: Buffer;
  readonly mode: string;
  readonly index: number;
  readonly before: FileState;
}

/** The state after the change: git's content, and the permissions that are there, but for the right to run it. */
async function takeContent(place: JournalPlace, change: TreeChange, coming: Coming): Promise<FileState> {
  const source = worktreePath(change.contents, coming.name);
  const state = readFileState(source);
  if (state.kind !== "file") return state;
  const target = contentPath(place, "after", coming.index);
  await copyFile(source, target);
  const { before } = coming;
  const present = before.kind === "file" ? before.mode : state.mode & ~0o111;
  const runnable = coming.mode === "100755" ? present | ((present & 0o444) >> 2) : present & ~0o111;
  return { ...state, mode: runnable };
}

function readFolders(root: string, files: readonly MergedFile[]): Pick<Journal, "folders" | "madeFolders"> {
  const folders = new Map<string, number>();
  const made = new Set<string>();
  for (const { name } of files) {
    for (const folder of foldersAbove(name)) {
      const facts = lookAt(worktreePath(root, folder));
      if (facts?.isDirectory() === true) folders.set(folder.toString("base64"), facts.mode & 0o7777);
      else made.add(folder.toString("base64"));
    }
  }
  return {
    folders: [...folders].map(([name, mode]) => ({ name, mode })),
    madeFolders: [...made],
  };
}

/** Permissions of the folders that were there, by name. */
function modesOf({ folders }: Journal): ReadonlyMap<string, number> {
  return new Map(folders.map(({ name, mode }) => [Buffer.from(name, "base64").toString("latin1"), mode]));
}

async function removeTemporary(journal: Journal, name: Buffer, index: number): Promise<void> {
  const path = worktreePath(journal.root, name);
  const folder = path.subarray(0, path.lastIndexOf(0x2f) + 1);
  await removeFile(Buffer.concat([folder, Buffer.from(temporaryName(journal, index))]));
}

/** Beside the file that it becomes, by a name that only this change has. */
function temporaryName({ job }: Journal, index: number): string {
  return `.tandem-${job}-${index}`;
}

function unexpected({ root }: Journal, name: Buffer, state: FileState): TandemError {
  if (state.kind !== "other") return new TandemError("workspace_changed", { folder: root });
  return new TandemError("patch_conflict", {
    problem: `${pathText(name)} is a folder with other files in your work tree.`,
  });
}

function blocked(error: unknown): TandemError {
  const problem = error instanceof Error ? error.message : String(error);
  return new TandemError(
    "patch_conflict",
    { problem: `${problem}; your files are as they were` },
    { cause: error },
  );
}
