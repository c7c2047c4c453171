import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isSessionId } from "../domain/session-id.ts";
import { removeQuietly } from "./lock-file.ts";
import { readPrivateFile, writePrivateFile } from "./private-files.ts";
import { ensurePrivateFolder } from "./private-folders.ts";

/** A session that nobody has gone on with for so long has nothing left to pass on, in milliseconds. */
const keptMs = 60 * 24 * 60 * 60 * 1000;

/**
 * Notes that a Claude Code goes on with another session in the place of this one, as after `/clear` and `/resume` (2.1.197, 2.1.329):
 * whatever was begun in the one is the other's matter from now on. Throws `state_unwritable` or `disk_full`.
 */
export async function passSessionOn(stateRoot: string, from: string, to: string): Promise<void> {
  if (!isSessionId(from) || !isSessionId(to) || from === to) return;
  const folder = heirsFolder(stateRoot);
  ensurePrivateFolder(folder);
  removeOld(folder);
  // First: what goes on has no heir, so that no chain ever ends where it began.
  keepSession(stateRoot, to);
  await writePrivateFile(join(folder, from), to, { durable: false });
}

/** A session is gone on with under its own id, whatever came after it elsewhere. Never fails. */
export function keepSession(stateRoot: string, session: string): void {
  if (isSessionId(session)) removeQuietly(join(heirsFolder(stateRoot), session));
}

/** The session that goes on in the place of this one; this one where there is none. */
export function currentSession(stateRoot: string, session: string): string {
  const passed = new Set<string>();
  for (let current = session; ; ) {
    passed.add(current);
    const heir = heirOf(stateRoot, current);
    if (heir === undefined || passed.has(heir)) return current;
    current = heir;
  }
}

function heirOf(stateRoot: string, session: string): string | undefined {
  if (!isSessionId(session)) return undefined;
  const read = readPrivateFile(join(heirsFolder(stateRoot), session), 100);
  const heir = read.found === "file" ? read.bytes.toString("utf8") : "";
  return isSessionId(heir) ? heir : undefined;
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > keptMs) removeQuietly(path);
  }
}

function heirsFolder(stateRoot: string): string {
  return join(stateRoot, "heirs");
}
