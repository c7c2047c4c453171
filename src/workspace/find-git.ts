import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isWorkTreeRoot } from "./work-tree-root.ts";

/** The git program and the only folders in which it may look for helpers of its own. */
export interface GitProgram {
  /** Absolute path of the program. */
  readonly binary: string;
  /** The PATH for git itself: absolute folders outside of the work tree. */
  readonly searchPath: string;
}

/**
 * Finds git on PATH. Relative entries and entries inside the work tree around `folder` are passed over, because what lies
 * there comes from the repository under examination and must not be run.
 * Throws `not_a_git_repo` when no git is left.
 */
export function findGit(
  folder: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): GitProgram {
  const workTree = outermostWorkTree(folder);
  const delimiter = platform === "win32" ? ";" : ":";
  const entries = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter);
  const trusted = [...new Set(entries)].filter(
    (entry) => path.isAbsolute(entry) && isOutside(entry, workTree),
  );
  const name = platform === "win32" ? "git.exe" : "git";
  const binary = trusted
    .map((entry) => path.join(entry, name))
    .find((file) => isProgramOutside(file, workTree));
  if (binary === undefined) {
    const cause = `no ${name} in an absolute PATH folder outside of ${workTree}`;
    throw new TandemError("not_a_git_repo", { folder, cause });
  }
  return { binary, searchPath: trusted.join(delimiter) };
}

/** The system's own way takes a fifth of the time, for each folder of PATH; on Windows it may give another name than the work tree has. */
const realPath = process.platform === "win32" ? realpathSync : realpathSync.native;

/** The first folder upwards that holds a `.git` folder: a `.git` file marks a submodule or linked worktree, which may lie inside another work tree. */
function outermostWorkTree(folder: string): string {
  let found = folder;
  for (let current = folder; ; current = path.dirname(current)) {
    const marker = path.join(current, ".git");
    if (isWorkTreeRoot(current)) {
      found = current;
      if (statSync(marker).isDirectory()) return found;
    }
    if (path.dirname(current) === current) return found;
  }
}

function isProgramOutside(file: string, workTree: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && isOutside(realPath(file), workTree);
  } catch {
    // Not there, or not for us: the next folder of PATH is tried.
    return false;
  }
}

function isOutside(entry: string, workTree: string): boolean {
  return [entry, realPathOr(entry)].every((candidate) => {
    const relative = path.relative(workTree, candidate);
    return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  });
}

function realPathOr(entry: string): string {
  try {
    return realPath(entry);
  } catch {
    // A PATH entry that does not exist holds no program.
    return entry;
  }
}
