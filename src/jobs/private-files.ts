import {
  closeSync,
  fsync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { type OpenedFile, openFile, type Refused, refusal } from "./open-file.ts";
import { foreignAccess } from "./private-folders.ts";
import { errorCodeOf, toStateError } from "./state-errors.ts";

/** What was found where a file of ours should be. `refused` is something that we did not make, or cannot read. */
export type PrivateRead =
  | { readonly found: "file"; readonly bytes: Buffer; readonly stats: Stats }
  | { readonly found: "nothing" }
  | Refused;

export interface WriteOptions {
  /** Survives a power cut (the default). */
  readonly durable?: boolean;
  /** Another durable write into the same folder follows, which makes the name of this file survive as well. */
  readonly isFollowed?: boolean;
}

/**
 * Replaces a file as a whole: readers see the old content or the new, also when we are killed in between. Mode 0600. Throws
 * `state_unwritable` or `disk_full`.
 */
export async function writePrivateFile(
  path: string,
  content: string | Uint8Array,
  { durable = true, isFollowed = false }: WriteOptions = {},
): Promise<void> {
  // Without a sync it takes less than going to another thread for it and coming back.
  if (!durable) return writePrivateFileNow(path, content);
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await writeNewFile(temporary, content);
    await rename(temporary, path);
    if (!isFollowed) await syncFolder(folder);
  } catch (thrown) {
    await unlink(temporary).catch(() => undefined);
    throw toStateError(thrown, folder);
  }
}

/** Replaces a file as a whole, but not so that it survives a power cut. */
function writePrivateFileNow(path: string, content: string | Uint8Array): void {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (thrown) {
    discard(temporary);
    throw toStateError(thrown, folder);
  }
}

/** Reads a file of ours: no links followed, owner and mode checked, at most `maxBytes`. */
export function readPrivateFile(path: string, maxBytes: number): PrivateRead {
  return readPrivate(path, maxBytes, (descriptor, stats) => ({
    found: "file",
    bytes: readExactly(descriptor, stats.size),
    stats,
  }));
}

function readPrivate<Content>(
  path: string,
  maxBytes: number,
  read: (descriptor: number, stats: Stats) => Content,
): Content | Exclude<PrivateRead, { readonly found: "file" }> {
  const opened = openPrivateFile(path);
  if (opened.found !== "file") return opened;
  const { descriptor, stats } = opened;
  try {
    if (stats.size > maxBytes) {
      return { found: "refused", problem: `it has ${stats.size} bytes; the limit is ${maxBytes}` };
    }
    return read(descriptor, stats);
  } catch (thrown) {
    const code = errorCodeOf(thrown);
    return refusal(`it cannot be read (${code ?? "unknown"})`, code);
  } finally {
    closeSync(descriptor);
  }
}

/** What was found where a text of ours should be. */
export type PrivateText =
  | { readonly found: "file"; readonly text: string }
  | Exclude<PrivateRead, { readonly found: "file" }>;

/** As `readPrivateFile`, for UTF-8 text: Node reads and decodes that in one step, which a list of many jobs feels. */
export function readPrivateText(path: string, maxBytes: number): PrivateText {
  return readPrivate(path, maxBytes, (descriptor) => ({
    found: "file",
    text: readFileSync(descriptor, "utf8"),
  }));
}

/** Throws `state_unwritable` for what cannot be read now and may be as we left it: whoever takes it for damaged would lose it. */
export function throwIfPassing(read: { readonly found: string } | Refused, path: string): void {
  if (!("mayPass" in read)) return;
  throw unreadableNow(path, read.problem);
}

/** What a file is told as that cannot be read now. */
export function unreadableNow(path: string, problem: string): TandemError {
  const repair = { say: "Nothing was changed. Try again in a moment." };
  return new TandemError(
    "state_unwritable",
    { folder: dirname(path), cause: `${path}: ${problem}` },
    { repair },
  );
}

/** Opens a file of ours for reading after the same checks. */
export function openPrivateFile(path: string): OpenedFile {
  const opened = openFile(path);
  if (opened.found !== "file") return opened;
  const problem = foreignAccess(opened.stats);
  if (problem === undefined) return opened;
  closeSync(opened.descriptor);
  return { found: "refused", problem };
}

/** Where a file is written before it takes its name; in the same folder, so that the rename is atomic. */
export function temporaryPath(path: string): string {
  // Only has to differ: the folder is ours alone, and a file of that name is never overwritten.
  const random = Math.random().toString(36).slice(2);
  return join(dirname(path), `.${basename(path)}.${process.pid}-${random}.tmp`);
}

function readExactly(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, bytes, filled, size - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes a file that was not finished. Never fails. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Never made, or nothing can be written here: what is told is why the writing failed.
  }
}

/** Makes the names in a folder survive a power cut. Throws the system's error. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems keep a rename without this.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    await syncDescriptor(descriptor);
  } catch (thrown) {
    if (!hasNoFolderSync(thrown)) throw thrown;
  } finally {
    closeSync(descriptor);
  }
}

/** Not by way of `fs/promises`, which a command that stores a job needs for nothing else, and which takes longer to load than a sync. */
export async function syncDescriptor(descriptor: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Some network and user-space file systems have no sync of folders; the content itself is synced. */
function hasNoFolderSync(thrown: unknown): boolean {
  const code = errorCodeOf(thrown);
  return code === "EINVAL" || code === "ENOTSUP";
}
