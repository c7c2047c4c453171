import { type BigIntStats, lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { readFilterDrivers } from "./filters.ts";
import { runGit } from "./git.ts";
import type { Git } from "./git-process.ts";

export interface KnownFiltersOptions {
  readonly ask?: typeof readFilterDrivers;
  /** In ms since 1970. */
  readonly now?: () => number;
}

interface Known {
  readonly drivers: readonly string[];
  /** Of all files that git read for it. */
  readonly state: string;
  readonly askedAt: number;
}

/** A change within this time of the last one may not show in a file's times, in ms. */
const unsettledMs = 2_000;
/** The system's own configuration may lie where only git knows it: so long a change of that may go unseen, in ms. */
const longestMs = 60_000;
const mostRepositories = 64;

/**
 * What git said of the filters of repositories, for as long as nothing has changed that it read. A broker asks for each of its runs,
 * and to start git takes longer than all else that it does before a turn. Only what is certain is remembered: an ordinary
 * repository without included or per-worktree configuration, whose files are older than the precision of their times.
 */
export class KnownFilters {
  readonly #known = new Map<string, Known>();
  readonly #ask: typeof readFilterDrivers;
  readonly #now: () => number;

  constructor({ ask = readFilterDrivers, now = Date.now }: KnownFiltersOptions = {}) {
    this.#ask = ask;
    this.#now = now;
  }

  /** The drivers of the repository around `git.folder`, whose root is `root`. Throws as `readFilterDrivers`. */
  async driversOf(root: string, git: Git): Promise<readonly string[]> {
    const key = JSON.stringify([root, git.binary, git.environment]);
    const before = tryStateOf(root, git.environment);
    const known = this.#known.get(key);
    const isFresh = known !== undefined && this.#now() - known.askedAt < longestMs;
    if (isFresh && known.state === before?.text) return known.drivers;
    this.#known.delete(key);
    const drivers = await this.#ask(git);
    if (before !== undefined && this.#now() - before.changedMs > unsettledMs && (await isPlain(root, git))) {
      if (this.#known.size >= mostRepositories) this.#known.clear();
      this.#known.set(key, { drivers, state: before.text, askedAt: this.#now() });
    }
    return drivers;
  }
}

function tryStateOf(...place: Parameters<typeof stateOf>): ReturnType<typeof stateOf> {
  try {
    return stateOf(...place);
  } catch {
    // Something may not be looked at: what git says of it is not ours to remember.
    return undefined;
  }
}

/** What git reads in an ordinary repository, and when the newest of it was changed; undefined for any other kind. */
function stateOf(
  root: string,
  environment: NodeJS.ProcessEnv,
): { readonly text: string; readonly changedMs: number } | undefined {
  // Windows tells no time of change that nobody can set.
  if (process.platform === "win32") return undefined;
  const folder = join(root, ".git");
  const isMissing = ["commondir", "config.worktree"].every((name) => look(join(folder, name)) === undefined);
  const areFolders = [folder, join(folder, "objects"), join(folder, "refs")].map(look);
  if (!isMissing || !areFolders.every((stats) => stats?.isDirectory() === true)) return undefined;
  const files = [join(folder, "HEAD"), join(folder, "config"), ...ownConfiguration(environment)].map(
    followed,
  );
  const folders = areFolders.map((stats) => `${stats?.dev}:${stats?.ino}:${stats?.uid}:${stats?.mode}`);
  const contents = files.map((stats) =>
    stats === undefined
      ? "missing"
      : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":"),
  );
  return {
    text: [...folders, ...contents].join(" "),
    changedMs: Math.max(...files.map((stats) => Number(stats?.ctimeMs ?? 0n))),
  };
}

/** The files of the user and of the machine, in the places that git's manual names (git-config, FILES). */
function ownConfiguration(environment: NodeJS.ProcessEnv): readonly string[] {
  const { HOME = "", XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM } = environment;
  const own =
    GIT_CONFIG_GLOBAL === undefined
      ? [join(XDG_CONFIG_HOME || join(HOME, ".config"), "git", "config"), join(HOME, ".gitconfig")]
      : [GIT_CONFIG_GLOBAL];
  return [...own, GIT_CONFIG_SYSTEM ?? "/etc/gitconfig"];
}

/** True when git itself takes this folder for the repository, and its configuration lies in these files alone. */
async function isPlain(root: string, git: Git): Promise<boolean> {
  const [place, elsewhere] = await Promise.all([
    runGit(git, ["rev-parse", "--absolute-git-dir"]),
    runGit(git, [
      "config",
      "-z",
      "--name-only",
      "--get-regexp",
      "^(include|includeif)\\.|^extensions\\.worktreeconfig$",
    ]),
  ]);
  // 1: there is none.
  return place.output.toString("utf8") === `${join(root, ".git")}\n` && elsewhere.exitCode === 1;
}

function look(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** The user's own files are often links. */
function followed(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
