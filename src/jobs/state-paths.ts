import { createHash } from "node:crypto";
import { join, sep } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isJobId } from "../domain/job.ts";
import { checkPrivateFolder, checkStateRoot, ensurePrivateFolder } from "./private-folders.ts";

/** The folders of the state root. */
export interface StatePaths {
  readonly root: string;
  /** One folder a job, named by its id. */
  readonly jobs: string;
  /** An empty file for each job that has not ended. */
  readonly active: string;
  /** A folder for each workspace with an empty file for each of its jobs, so that its newest are found without reading all. */
  readonly workspaces: string;
  /** A folder for each workspace with an empty file for each of its newest jobs only, for lists that must not read thousands of names. */
  readonly recent: string;
  /** A file for each idempotency key that is in use. */
  readonly keys: string;
  readonly locks: string;
  /** A folder for each delegated job with its work tree. */
  readonly worktrees: string;
  /** A folder for each job whose patch was applied, with what takes it back. */
  readonly applies: string;
}

export function statePaths(root: string): StatePaths {
  return {
    root,
    jobs: join(root, "jobs"),
    active: join(root, "active"),
    workspaces: join(root, "workspaces"),
    recent: join(root, "recent"),
    keys: join(root, "keys"),
    locks: join(root, "locks"),
    worktrees: join(root, "worktrees"),
    applies: join(root, "applies"),
  };
}

/** Throws `state_unwritable` when an existing state root is not ours alone. Makes nothing. */
export function checkStateFolders(paths: StatePaths): void {
  checkStateRoot(paths.root);
  for (const folder of subfolders(paths)) checkPrivateFolder(folder);
}

/** Makes the state root with its folders. Throws `state_unwritable` or `disk_full`. */
export function ensureStateFolders(paths: StatePaths): void {
  checkStateRoot(paths.root);
  for (const folder of subfolders(paths)) ensurePrivateFolder(folder);
}

/** The folder of a job. Throws `internal` for anything but a whole id: nothing else may become part of a path. */
export function jobFolder(paths: StatePaths, id: string): string {
  // Not `join`, which takes the path apart letter by letter; lists ask for many.
  return `${paths.jobs}${sep}${wholeId(id)}`;
}

export function activeMarker(paths: StatePaths, id: string): string {
  return join(paths.active, wholeId(id));
}

/** The folder with the markers of one workspace. */
export function workspaceFolder(paths: StatePaths, workspace: string): string {
  return join(paths.workspaces, folderKey(workspace));
}

export function workspaceMarker(paths: StatePaths, workspace: string, id: string): string {
  return join(workspaceFolder(paths, workspace), wholeId(id));
}

/** The folder with the markers of the newest jobs of one workspace. */
export function recentFolder(paths: StatePaths, workspace: string): string {
  return join(paths.recent, folderKey(workspace));
}

export function recentMarker(paths: StatePaths, workspace: string, id: string): string {
  return join(recentFolder(paths, workspace), wholeId(id));
}

/**
 * A path as a name for its markers: FNV-1a of 64 bits, since loading a cryptographic hash takes longer than a list of jobs. Two paths
 * of one name would share a folder, which is harmless: the record of a job says whose it is.
 */
export function folderKey(path: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(path)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** A path, or another text of any form, as a file name: 32 letters of its SHA-256. */
export function hashPath(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 32);
}

/** Files in the folder of a job. */
export const jobFiles = {
  record: "job.json",
  request: "request.json",
  /** What was decided about the run before anything was spawned. */
  plan: "plan.json",
  result: "result.json",
  /** What binds the result to the run that made it. */
  receipt: "receipt.json",
  journal: "events.jsonl",
  /** Events too long for the journal. */
  payloads: "payloads",
  patch: "patch.diff",
  artifacts: "artifacts",
  cancel: "cancel.json",
  /** What others ask of the owner, each with its reply. */
  requests: "requests",
  /** One file for each process that waits for the job. */
  followers: "followers",
  ownerLock: "owner.lock",
  recordLock: "record.lock",
} as const;

function subfolders(paths: StatePaths): readonly string[] {
  return [paths.jobs, paths.active, paths.workspaces, paths.recent, paths.keys, paths.locks];
}

function wholeId(id: string): string {
  if (!isJobId(id)) throw new TandemError("internal", { cause: `${JSON.stringify(id)} is not a job id` });
  return id;
}
