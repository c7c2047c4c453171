import { readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSessionId } from "../domain/session-id.ts";
import { makeFolder } from "../settings/make-folder.ts";
import { removeQuietly } from "./lock-file.ts";
import { readPrivateFile } from "./private-files.ts";

const prefix = "unverified-";
const longestWarning = 2_000;

/**
 * Keeps a warning about the report of an agent for the session of Claude Code that the agent works in: Claude Code shows nobody what
 * the hook of an agent's end says, so another hook of the session has to. Never fails.
 */
export function leaveWarning(stateRoot: string, session: string, agent: string, warning: string): void {
  if (!isSessionId(session) || !isSessionId(agent)) return;
  try {
    const folder = folderOf(stateRoot, session);
    makeFolder(folder);
    writeFileSync(join(folder, `${prefix}${agent}`), warning.slice(0, longestWarning), { mode: 0o600 });
  } catch {
    // A full disk: the agent has been sent back all the same.
  }
}

/** The warnings that this session has not been given. They are given once. */
export function takeWarnings(stateRoot: string, session: string): readonly string[] {
  if (!isSessionId(session)) return [];
  const folder = folderOf(stateRoot, session);
  const paths = namesIn(folder).map((name) => join(folder, name));
  const warnings = paths.flatMap((path) => {
    const read = readPrivateFile(path, longestWarning * 4);
    removeQuietly(path);
    return read.found === "file" ? [read.bytes.toString("utf8")] : [];
  });
  removeEmpty(folder);
  return warnings;
}

/** With what else waits for the next prompt of a session. */
function folderOf(stateRoot: string, session: string): string {
  return join(stateRoot, "notices", session);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return []; // There is nothing to tell.
  }
}

/** The folder is what the hook of a prompt looks for, so an empty one must not stay. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or not there.
  }
}
