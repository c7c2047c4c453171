import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { readFilterDrivers, switchOffFilters } from "./filters.ts";
import { findGit } from "./find-git.ts";
import { runGit } from "./git.ts";
import { gitEnvironment } from "./git-environment.ts";
import type { Git } from "./git-process.ts";

/** Where HEAD points: `unborn` is a branch without any commit. */
export type Head =
  | { readonly kind: "branch"; readonly branch: string; readonly commit: string }
  | { readonly kind: "detached"; readonly commit: string }
  | { readonly kind: "unborn"; readonly branch: string };

/** An open git work tree. Paths are absolute and real; HEAD is the one at the time of opening. */
export interface Repository {
  readonly root: string;
  readonly gitDirectory: string;
  /** Differs from `gitDirectory` in a linked worktree. */
  readonly commonDirectory: string;
  readonly isLinkedWorktree: boolean;
  /** True when older history was left out of the clone. */
  readonly isShallow: boolean;
  readonly head: Head;
  /** Id of the tree without files: what an unborn branch or a first commit is compared with. */
  readonly emptyTree: string;
  /** Filter drivers that are configured here; none of them is run. */
  readonly filterDrivers: readonly string[];
  readonly git: Git;
}

/** The world in which git runs. */
export interface GitWorld {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Limit of every single git call, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens the git work tree around `folder`, to be done anew for each run: HEAD and the filters to switch off are read here.
 * Throws `not_a_git_repo` with git's own words, also for bare repositories.
 */
export async function openRepository(folder: string, world: GitWorld): Promise<Repository> {
  const start = realFolder(folder);
  const program = findGit(start, world.environment, world.platform);
  const outside: Git = {
    binary: program.binary,
    folder: start,
    environment: gitEnvironment(world.environment, program.searchPath),
    configuration: [],
    timeoutMs: world.timeoutMs,
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  };
  const places = await readPlaces(outside, folder);
  requireOwnMarker(places, folder);
  const filterDrivers = await readFilterDrivers(outside);
  const git = { ...outside, folder: places.root, configuration: switchOffFilters(filterDrivers) };
  return {
    ...places,
    isLinkedWorktree: places.gitDirectory !== places.commonDirectory,
    head: await readHead(git),
    filterDrivers,
    git,
  };
}

type Places = Pick<Repository, "root" | "gitDirectory" | "commonDirectory" | "isShallow" | "emptyTree">;

/** The empty tree's id is a constant of the hash function; git knows the object without storing it. */
const emptyTrees = new Map([
  ["sha1", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"],
  ["sha256", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"],
]);

async function readPlaces(git: Git, folder: string): Promise<Places> {
  const [shallow, format, gitDirectory, commonDirectory, root] = await askForPlaces(git, folder, [
    "--is-shallow-repository",
    "--show-object-format",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-toplevel",
  ]);
  const emptyTree = emptyTrees.get(format ?? "");
  if (!gitDirectory || !commonDirectory || !root || emptyTree === undefined) {
    throw new TandemError("not_a_git_repo", {
      folder,
      cause: `git does not say what it is (${format ?? "nothing"})`,
    });
  }
  return {
    root: realpathSync(root),
    gitDirectory: realpathSync(gitDirectory),
    commonDirectory: realpathSync(path.resolve(git.folder, commonDirectory)),
    isShallow: shallow === "true",
    emptyTree,
  };
}

/** rev-parse has no -z: when a folder name holds line ends, each question is asked alone. */
async function askForPlaces(
  git: Git,
  folder: string,
  questions: readonly string[],
): Promise<readonly string[]> {
  const result = await runGit(git, ["rev-parse", ...questions]);
  if (result.exitCode !== 0) throw new TandemError("not_a_git_repo", { folder, cause: result.message });
  const text = result.output.toString("utf8").replace(/\n$/, "");
  const lines = text.split("\n");
  if (questions.length === 1) return [text];
  if (lines.length === questions.length) return lines;
  const answers = await Promise.all(questions.map((question) => askForPlaces(git, folder, [question])));
  return answers.flat();
}

/**
 * The work tree must hold the `.git` that names its repository. Else core.worktree points elsewhere, and the configuration of
 * a repository would decide which folder of this machine is read.
 */
function requireOwnMarker(places: Places, folder: string): void {
  const marker = path.join(places.root, ".git");
  try {
    const target = statSync(marker).isDirectory() ? marker : gitFileTarget(marker);
    if (realpathSync(target) === places.gitDirectory) return;
  } catch {
    // No readable marker there: the same refusal.
  }
  const cause = `the repository ${places.gitDirectory} names another work tree (core.worktree ${places.root})`;
  throw new TandemError("not_a_git_repo", { folder, cause });
}

function gitFileTarget(marker: string): string {
  const target = readFileSync(marker, "utf8")
    .replace(/^gitdir: /, "")
    .replace(/[\r\n]+$/, "");
  return path.resolve(path.dirname(marker), target);
}

async function readHead(git: Git): Promise<Head> {
  const [reference, commit] = await Promise.all([
    runGit(git, ["symbolic-ref", "--quiet", "HEAD"]),
    runGit(git, ["rev-parse", "--quiet", "--verify", "HEAD"]),
  ]);
  const id = commit.output.toString("latin1").trim();
  const branch = reference.output
    .toString("utf8")
    .trim()
    .replace(/^refs\/heads\//, "");
  if (commit.exitCode !== 0) return { kind: "unborn", branch };
  return reference.exitCode === 0 ? { kind: "branch", branch, commit: id } : { kind: "detached", commit: id };
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (thrown) {
    throw new TandemError("not_a_git_repo", { folder, cause: messageOf(thrown) }, { cause: thrown });
  }
}
