import { closeSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { discard, syncDescriptor, syncFolder, temporaryPath } from "./private-files.ts";
import { toStateError } from "./state-errors.ts";

/** A file of ours that is to be written as a whole. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Writes files of one folder as `writePrivateFile` does, so that they survive a power cut: their contents are synced at the same time,
 * which takes little longer than one of them, then they take their names in this order, then the folder is synced. Throws
 * `state_unwritable` or `disk_full`; then the last of them has no name.
 */
export async function writePrivateFiles(folder: string, files: readonly NewFile[]): Promise<void> {
  const drafts = files.map((file) => ({ ...file, draft: temporaryPath(file.path) }));
  try {
    // Each is waited for: a draft that is still being written could not be removed.
    const written = await Promise.allSettled(drafts.map(async ({ draft, content }) => write(draft, content)));
    for (const outcome of written) if (outcome.status === "rejected") throw outcome.reason;
    for (const { draft, path } of drafts) renameSync(draft, path);
    await syncFolder(folder);
  } catch (thrown) {
    for (const { draft } of drafts) discard(draft);
    throw toStateError(thrown, folder);
  }
}

/**
 * Writes a file so that its content survives a power cut, and gives what lets it take its name; until then nobody sees it. Throws
 * `state_unwritable` or `disk_full`, and so does what it gives; then nothing is left of it.
 */
export async function draftPrivateFile({ path, content }: NewFile): Promise<() => void> {
  const draft = temporaryPath(path);
  const orDiscard = (thrown: unknown) => {
    discard(draft);
    return toStateError(thrown, dirname(path));
  };
  try {
    await write(draft, content);
  } catch (thrown) {
    throw orDiscard(thrown);
  }
  return () => {
    try {
      renameSync(draft, path);
    } catch (thrown) {
      throw orDiscard(thrown);
    }
  };
}

async function write(path: string, content: string): Promise<void> {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeFileSync(descriptor, content);
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
