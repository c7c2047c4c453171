import { realpathSync } from "node:fs";
import { isInside, type Machine, pathsOf } from "../settings/paths.ts";
import { pathFolders } from "./search-places.ts";

/**
 * PATH for Codex itself, under the name that the variable has: Codex starts git and others by name, outside its sandbox and in the
 * repository's folder (0.169). Only absolute folders outside of the workspace are left, so that no program of the repository is
 * taken for one of them. Empty where there is no PATH.
 */
export function trustedPath(machine: Machine, workspace: string): Record<string, string> {
  const isInWorkspace = insideOf(workspace, machine);
  return withPath(
    machine,
    pathFolders(machine).filter((folder) => !isInWorkspace(folder)),
  );
}

/**
 * PATH for Codex's sandboxed commands where it must differ from Codex's own: with the folders inside the workspace, such as those
 * of a virtual environment.
 */
export function commandPath(machine: Machine, workspace: string): Record<string, string> {
  const folders = pathFolders(machine);
  return folders.some(insideOf(workspace, machine)) ? withPath(machine, folders) : {};
}

/**
 * Tells of a folder whether it lies in a workspace. A workspace that holds the user's home folder is no repository of somebody else;
 * most programs of the user lie in it.
 */
function insideOf(workspace: string, { home, platform }: Machine): (folder: string) => boolean {
  const realWorkspace = realPathOf(workspace);
  if (isInside(realPathOf(home), realWorkspace, platform)) return () => false;
  return (folder) =>
    isInside(folder, workspace, platform) || isInside(realPathOf(folder), realWorkspace, platform);
}

function withPath({ environment, platform }: Machine, folders: readonly string[]): Record<string, string> {
  const name = Object.keys(environment).find((candidate) => candidate.toUpperCase() === "PATH");
  return name === undefined ? {} : { [name]: folders.join(pathsOf(platform).delimiter) };
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // A folder that does not exist holds no program.
    return path;
  }
}
