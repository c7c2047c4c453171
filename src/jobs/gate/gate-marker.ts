import { existsSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { putIntoFleeting } from "../fleeting-folder.ts";
import { removeFile } from "../lock-file.ts";
import { ensurePrivateFolder } from "../private-folders.ts";
import { errorCodeOf, toStateError } from "../state-errors.ts";
import { gateFolder } from "./gate-places.ts";

/**
 * The marker of a workspace whose gate is on: a file below `gate/on` at the workspace's own path. The hook of a stop is a shell that
 * can look for a path and cannot hash one, and as long as it finds none nothing else is started. Where paths are no such names
 * (Windows), or too long, one file stands for all workspaces: then each stop starts a program, which knows better.
 */
const markerName = ".gate-is-on";
const everywhereName = ".everywhere";

export function switchMarkerOn(stateRoot: string, workspace: string, platform: NodeJS.Platform): void {
  const root = onFolder(stateRoot);
  ensurePrivateFolder(root);
  try {
    if (platform !== "win32" && tryMark(join(root, workspace, markerName))) return;
    writeFileSync(join(root, everywhereName), "", { mode: 0o600 });
  } catch (thrown) {
    throw toStateError(thrown, root);
  }
}

/** The file that stands for all stays: another workspace may need it, and it costs no more than a start. */
export function switchMarkerOff(stateRoot: string, workspace: string): void {
  const root = onFolder(stateRoot);
  const folder = join(root, workspace);
  try {
    removeFile(join(folder, markerName));
  } catch (thrown) {
    throw toStateError(thrown, root);
  }
  removeEmpty(folder, root);
}

/** True when the hook of a stop in this workspace finds that it has to start something. */
export function isMarked(stateRoot: string, workspace: string): boolean {
  const root = onFolder(stateRoot);
  return existsSync(join(root, everywhereName)) || existsSync(join(root, workspace, markerName));
}

function onFolder(stateRoot: string): string {
  return join(gateFolder(stateRoot), "on");
}

/** False for a path that is too long for the file system. */
function tryMark(path: string): boolean {
  try {
    // Switching off the gate of a workspace inside of this one removes the folders that nothing is in.
    putIntoFleeting(dirname(path), () => writeFileSync(path, "", { mode: 0o600 }));
    return true;
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
    if (errorCodeOf(cause) === "ENAMETOOLONG") return false;
    throw thrown;
  }
}

/** Up to the first folder that another marker needs. */
function removeEmpty(folder: string, root: string): void {
  for (let path = folder; path.startsWith(root) && path !== root; path = dirname(path)) {
    try {
      rmdirSync(path);
    } catch {
      return; // Not empty, or never made.
    }
  }
}
