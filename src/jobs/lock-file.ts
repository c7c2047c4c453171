import { linkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import { hasOptionalStrings } from "../domain/json-shape.ts";
import { isProcessIdentity } from "./job-record.ts";
import { readPrivateFile } from "./private-files.ts";
import { errorCodeOf, isMissing } from "./state-errors.ts";

/** The content of a lock file. */
export interface LockHolder {
  /** Different for each taking of a lock. */
  readonly token: string;
  readonly process: ProcessIdentity;
  /** The job that it was taken for. */
  readonly job?: string;
}

/** A lock file as found. */
export interface PresentLock {
  /** Names this one taking of the lock; never used again. */
  readonly instance: string;
  /** Undefined when the file is not readable as ours: made a moment ago, or cut by a power failure. */
  readonly holder: LockHolder | undefined;
  /** Time of the last sign of life, in ms since 1970. */
  readonly touchedMs: number;
}

/** Reads a lock file; undefined when there is none. Throws `state_unwritable` for one that somebody else made. */
export function readLock(path: string): PresentLock | undefined {
  const read = readPrivateFile(path, 64 * 1024);
  if (read.found === "nothing") return undefined;
  if (read.found === "refused") {
    throw new TandemError("state_unwritable", { folder: dirname(path), cause: `${path}: ${read.problem}` });
  }
  const { stats } = read;
  const holder = parseHolder(read.bytes.toString("utf8"));
  const instance = holder?.token ?? `unreadable-${stats.ino}-${Math.trunc(stats.mtimeMs)}`;
  return { instance, holder, touchedMs: stats.mtimeMs };
}

/** Writes a holder into a new file that is not a lock yet. */
export function writeHolder(path: string, holder: LockHolder): void {
  writeFileSync(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
}

/** Gives the draft its name unless that is taken: the file appears whole or not at all. False when it is taken. */
export function createExclusively(draft: string, path: string, holder: LockHolder): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (thrown) {
    const code = errorCodeOf(thrown) ?? "";
    if (code === "EEXIST") return false;
    if (!withoutLinks.has(code)) throw thrown;
    return writeExclusively(path, holder);
  }
}

/** Removes a file that may be gone already. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
  }
}

/** As `removeFile`, for what does no harm when it stays; where nothing can be written even a missing file cannot be removed. */
export function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    // The next sweep removes it.
  }
}

// File systems without hard links (exFAT, some network and user-space ones) answer with one of these.
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);

function writeExclusively(path: string, holder: LockHolder): boolean {
  try {
    writeHolder(path, holder);
    return true;
  } catch (thrown) {
    if (errorCodeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  const value = parseJson(text);
  return isLockHolder(value) ? value : undefined;
}

function isLockHolder(value: unknown): value is LockHolder {
  if (!isRecord(value) || !isProcessIdentity(value["process"])) return false;
  // The token becomes part of a file name.
  const { token } = value;
  return typeof token === "string" && /^[0-9a-f-]{36}$/.test(token) && hasOptionalStrings(value, ["job"]);
}
