import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../settings/make-folder.ts";

/** Which file a version was read from; a changed file has another time or size. */
export interface FileIdentity {
  /** Real path. */
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

interface Entry extends FileIdentity {
  readonly version: string;
}

/** Several Codex binaries may be in use in turn; more than this are not worth remembering. */
const entryLimit = 8;

const fileName = "codex-version.json";

/** The remembered version of exactly this file, or undefined. An unreadable or damaged cache is an empty one. */
export function recallVersion(folder: string, identity: FileIdentity): string | undefined {
  const entries = readEntries(folder);
  return entries.find(
    ({ path, mtimeMs, size }) =>
      path === identity.path && mtimeMs === identity.mtimeMs && size === identity.size,
  )?.version;
}

/** Remembers the version of a file. A cache that cannot be written only costs time, so that is no error. */
export function rememberVersion(folder: string, identity: FileIdentity, version: string): void {
  const others = readEntries(folder).filter(({ path }) => path !== identity.path);
  const entries: readonly Entry[] = [{ ...identity, version }, ...others].slice(0, entryLimit);
  const temporary = join(folder, `${fileName}.${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    makeFolder(folder);
    writeFileSync(temporary, JSON.stringify({ entries }), { flag: "wx", mode: 0o600 });
    renameSync(temporary, join(folder, fileName));
  } catch {
    // The next start asks Codex again.
    removeQuietly(temporary);
  }
}

function readEntries(folder: string): readonly Entry[] {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, fileName), "utf8"));
    if (typeof content !== "object" || content === null || !("entries" in content)) return [];
    return Array.isArray(content.entries) ? content.entries.filter(isEntry) : [];
  } catch {
    // Missing or damaged: it is written anew with the next version that is read.
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  if (!("path" in value && "mtimeMs" in value && "size" in value && "version" in value)) return false;
  const { path, mtimeMs, size, version } = value;
  return (
    typeof path === "string" &&
    typeof version === "string" &&
    typeof mtimeMs === "number" &&
    typeof size === "number"
  );
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is left is a small file of ours.
  }
}
