import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { makeFolder } from "../settings/make-folder.ts";
import { errorCodeOf, isMissing, toStateError } from "./state-errors.ts";

/**
 * Makes a folder that only we may use (0700), with its parents. Throws `state_unwritable` when it cannot be made, belongs to
 * somebody else or others may write in it; `disk_full` when there is no space.
 */
export function ensurePrivateFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (thrown) {
    throw toStateError(thrown, path);
  }
  checkPrivateFolder(path);
}

/** Makes a folder that must not exist yet; false when it does. */
export function createPrivateFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (thrown) {
    if (errorCodeOf(thrown) === "EEXIST") return false;
    throw toStateError(thrown, path);
  }
}

/**
 * Makes a folder that only we may use in an existing one: what somebody removed is not made again. Throws as
 * `ensurePrivateFolder`.
 */
export function ensurePrivateSubfolder(path: string): void {
  createPrivateFolder(path);
  checkPrivateFolder(path);
}

/** Throws `state_unwritable` when an existing folder is not ours alone; a missing one is fine. A folder of ours that others may read is closed. */
export function checkPrivateFolder(path: string): void {
  const stats = statsOf(path, lstatSync);
  if (stats === undefined) return;
  refuseIf(untrustedFolder(stats), path);
  if (process.platform !== "win32" && (stats.mode & 0o077) !== 0) closeToOthers(path);
}

/** As `checkPrivateFolder`, for the state root: a person may have linked it elsewhere, or let others look at its names. */
export function checkStateRoot(path: string): void {
  const stats = statsOf(path, statSync);
  if (stats !== undefined) refuseIf(untrustedFolder(stats), path);
}

/** Why what is found in a place cannot be trusted as our folder; undefined when it can. */
export function untrustedFolder(stats: Stats): string | undefined {
  if (!stats.isDirectory()) return "it is not a folder";
  return foreignAccess(stats);
}

/** Why a file or folder may have been written by somebody else; undefined when only we can have. */
export function foreignAccess(stats: Stats): string | undefined {
  const user = process.geteuid?.();
  // Windows has no owners of this kind; there the profile folder's access list protects the state root.
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, not to user ${user}`;
  if ((stats.mode & 0o022) !== 0) return `others may write to it (mode ${(stats.mode & 0o777).toString(8)})`;
  return undefined;
}

function statsOf(path: string, read: (path: string) => Stats): Stats | undefined {
  try {
    return read(path);
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw toStateError(thrown, path);
  }
}

function refuseIf(problem: string | undefined, path: string): void {
  if (problem !== undefined) throw new TandemError("state_unwritable", { folder: path, cause: problem });
}

function closeToOthers(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch (thrown) {
    throw toStateError(thrown, path);
  }
}
