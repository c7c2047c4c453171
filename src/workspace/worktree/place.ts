import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of one delegated job's work tree, and what is in it. Only `tree` and `temporary` are Codex's to write. */
export interface WorktreePlace {
  readonly folder: string;
  /** The files that Codex works on, with a repository of their own in `.git`. */
  readonly tree: string;
  /** Git's own files of the work tree as we see it: HEAD is the baseline, and the repository's configuration counts. */
  readonly control: string;
  /** Objects that are not in the user's repository. */
  readonly objects: string;
  /** In place of the temp folders of the machine. */
  readonly temporary: string;
  /** What was recorded of it; written last, so that a work tree without it was never finished. */
  readonly record: string;
}

/** Where the work tree of a job is. `worktrees` is absolute; nothing is checked or made. */
export function worktreePlace(worktrees: string, job: string): WorktreePlace {
  const folder = join(worktrees, job);
  return {
    folder,
    tree: join(folder, "tree"),
    control: join(folder, "control"),
    objects: join(folder, "objects"),
    temporary: join(folder, "tmp"),
    record: join(folder, "worktree.json"),
  };
}

/** The folder with an empty file for each later job that goes on in the work tree, named by it. */
export function continuationsOf({ folder }: WorktreePlace): string {
  return join(folder, "jobs");
}

/** Notes that a later job goes on in the work tree, which then stays as long as that one does. */
export function noteContinuation(place: WorktreePlace, job: string): void {
  const folder = continuationsOf(place);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, job), "", { mode: 0o600 });
}

/** True while the folder that Codex works in is there. */
export function hasTree({ tree }: WorktreePlace): boolean {
  return lstatSync(tree, { throwIfNoEntry: false })?.isDirectory() === true;
}
