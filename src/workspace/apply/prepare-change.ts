import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { worktreePath } from "../read-files.ts";
import { copyDurably, type FileState, lookAt, readFileState } from "./file-state.ts";
import { contentPath, type Journal, type JournalFile, type JournalPlace, syncFolder } from "./journal.ts";
import type { MergedFile } from "./merge-patch.ts";
import { foldersAbove } from "./work-tree-files.ts";

/** Called after each step that something could end; a test ends the process there. */
export type OnStep = (step: string) => void;

export interface TreeChange {
  readonly job: string;
  readonly root: string;
  readonly merged: readonly MergedFile[];
  /** The folder in which the new contents lie by their names. */
  readonly contents: string;
  readonly now: Date;
}

/**
 * Keeps what is there and what shall come, side by side and on the disk. Nothing of the work tree is touched. Throws
 * `workspace_changed` when a file changes meanwhile.
 */
export async function prepareChange(
  place: JournalPlace,
  change: TreeChange,
  onStep: OnStep,
): Promise<Journal> {
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
  for (const [index, { name, mode, isModeKept = false }] of ordered.entries()) {
    const path = worktreePath(change.root, name);
    const present = readFileState(path);
    // A folder that becomes a file is gone by then: its files go first.
    const before: FileState = present.kind === "other" ? { kind: "absent" } : present;
    if (before.kind === "file") {
      const copy = contentPath(place, "before", index);
      await copyDurably(path, copy);
      const kept = readFileState(Buffer.from(copy));
      if (kept.kind !== "file" || kept.sha256 !== before.sha256)
        throw new TandemError("workspace_changed", { folder: change.root });
    }
    const after =
      mode === undefined
        ? ({ kind: "absent" } as const)
        : await takeContent(place, change, { name, mode, isModeKept, index, before });
    files.push({ name: name.toString("base64"), before, after });
    onStep(`kept ${index}`);
  }
  for (const folder of ["before", "after"]) await syncFolder(join(place.folder, folder));
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
  readonly isModeKept: boolean;
  readonly index: number;
  readonly before: FileState;
}

/** The state after the change: git's content, and the permissions that are there, but for the right to run it. */
async function takeContent(place: JournalPlace, change: TreeChange, coming: Coming): Promise<FileState> {
  const source = worktreePath(change.contents, coming.name);
  const state = readFileState(source);
  if (state.kind !== "file") return state;
  const target = contentPath(place, "after", coming.index);
  await copyDurably(source, target);
  const { before } = coming;
  // Git knows less of permissions than there is, and nothing at all with core.fileMode off.
  if (before.kind === "file" && coming.isModeKept) return { ...state, mode: before.mode };
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
