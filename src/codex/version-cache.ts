import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
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
export async function recallVersion(folder: string, identity: FileIdentity): Promise<string | undefined> {
  const entries = await readEntries(folder);
  return entries.find(
    ({ path, mtimeMs, size }) =>
      path === identity.path && mtimeMs === identity.mtimeMs && size === identity.size,
  )?.version;
}

/** Remembers the version of a file. A cache that cannot be written only costs time, so that is no error. */
export async function rememberVersion(
  folder: string,
  identity: FileIdentity,
  version: string,
): Promise<void> {
  const others = (await readEntries(folder)).filter(({ path }) => path !== identity.path);
  const entries: readonly Entry[] = [{ ...identity, version }, ...others].slice(0, entryLimit);
  const temporary = join(folder, `${fileName}.${randomBytes(6).toString("hex")}`);
  try {
    makeFolder(folder);
    await writeFile(temporary, JSON.stringify({ entries }), { flag: "wx", mode: 0o600 });
    await rename(temporary, join(folder, fileName));
  } catch {
    // The next start asks Codex again.
    await rm(temporary, { force: true }).catch(ignore);
  }
}

async function readEntries(folder: string): Promise<readonly Entry[]> {
  try {
    const content: unknown = JSON.parse(await readFile(join(folder, fileName), "utf8"));
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

/** For a cleaning-up whose failure leaves nothing but a small file of ours. */
function ignore(): void {}
