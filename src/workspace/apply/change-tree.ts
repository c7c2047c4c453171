import { rm, rmdir } from "node:fs/promises";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { pathText } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import { type FileState, isSameState, readFileState } from "./file-state.ts";
import {
  contentPath,
  type Journal,
  type JournalPlace,
  readJournal,
  syncFolder,
  writeJournal,
} from "./journal.ts";
import { type OnStep, prepareChange, type TreeChange } from "./prepare-change.ts";
import {
  isBelowLink,
  makeFolders,
  putState,
  removeEmptyFolders,
  removeFile,
  requireRealFolders,
} from "./work-tree-files.ts";

const noStep: OnStep = () => undefined;

/**
 * Changes the work tree: every file of it, or none. What is needed to take it back is on the disk before the first file is touched, so
 * `settleChange` can end what a kill left. Throws `workspace_changed` when a file changed under it; the tree is as before then.
 */
export async function changeTree(
  place: JournalPlace,
  change: TreeChange,
  onStep: OnStep = noStep,
): Promise<Journal> {
  const journal = await prepareChange(place, change, onStep);
  await writeJournal(place, journal);
  onStep("journal");
  try {
    const modes = modesOf(journal);
    for (const [index, file] of journal.files.entries()) {
      const name = Buffer.from(file.name, "base64");
      // Again, and right before it: somebody may have put a link in place of a folder.
      requireRealFolders(journal.root, name);
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
    if (isBelowLink(root, name)) {
      foreign.push(pathText(name));
      continue;
    }
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
  const links = new Set(journal.files.flatMap(({ name, after }) => (after.kind === "link" ? [name] : [])));
  const changed = journal.files
    .filter(({ name: base64, after }) => {
      const name = Buffer.from(base64, "base64");
      if (isBelowLink(journal.root, name, links)) return true;
      const state = readFileState(worktreePath(journal.root, name));
      // A file that became a folder.
      return !isSameState(state, after) && !(state.kind === "other" && made.has(base64));
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
    problem: `${pathText(name)} is a folder in your work tree.`,
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
