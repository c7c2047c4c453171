import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { trustedPath } from "../codex/trusted-path.ts";
import { type Machine, pathsOf } from "../settings/paths.ts";

/** How long a program may take to name its version, in milliseconds. */
const answerMs = 10_000;

/** The version that `git --version` names; undefined where there is no git that could be started. Nothing of the workspace is started. */
export async function gitVersion(machine: Machine, workspace: string): Promise<string | undefined> {
  const path = findProgram("git", machine, workspace);
  if (path === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], {
      timeout: answerMs,
      cwd: machine.home,
    });
    return /\d[\w.]*/.exec(stdout)?.[0] ?? "unknown version";
  } catch {
    return undefined; // It is there and cannot be started.
  }
}

/** The path of a program on PATH, outside of the workspace; undefined where there is none. */
export function findProgram(name: string, machine: Machine, workspace: string): string | undefined {
  const { delimiter } = pathsOf(machine.platform);
  const names = machine.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  const [folders = ""] = Object.values(trustedPath(machine, workspace));
  const paths = folders.split(delimiter).flatMap((folder) => names.map((file) => join(folder, file)));
  return paths.find((path) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not in this folder.
  }
}
