import { TandemError } from "../domain/errors/tandem-error.ts";
import { isGitOutOfSpace } from "./disk-space.ts";
import { type Git, type GitEnd, streamGit } from "./git-process.ts";

export interface GitOutput extends GitEnd {
  readonly output: Buffer;
}

interface RunOptions {
  readonly input?: Buffer;
  /** Output beyond it is not read: git is stopped, and `isStopped` says so. */
  readonly maxBytes?: number;
}

/** Lists of 100,000 files with long names fit; beyond it something else than a source tree is looked at. */
const defaultMaxBytes = 128 * 1024 * 1024;

/**
 * Runs git and gives its output, cut at `maxBytes`. Throws `timeout` and `cancelled`; a failure of git itself is left to the
 * caller, who knows what the exit code means.
 */
export async function runGit(
  git: Git,
  argumentsList: readonly string[],
  options: RunOptions = {},
): Promise<GitOutput> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): boolean => {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    return size <= maxBytes;
  };
  const end = await streamGit(git, argumentsList, take, options.input);
  return { ...end, output: Buffer.concat(chunks) };
}

/** Runs a git command that must succeed as a whole and gives its output. Throws `input_unreadable` with git's own words. */
export async function readGit(git: Git, argumentsList: readonly string[], input?: Buffer): Promise<Buffer> {
  const result = await runGit(git, argumentsList, input === undefined ? {} : { input });
  failUnlessDone(git, result);
  if (result.isStopped) {
    const what = `The answer of git ${argumentsList[0]}`;
    throw new TandemError("input_too_large", {
      what,
      size: defaultMaxBytes,
      limit: defaultMaxBytes,
      unit: "bytes",
    });
  }
  return result.output;
}

/** Throws `input_unreadable` when git failed: a damaged repository, or one whose objects are elsewhere. `disk_full` where it could not write. */
export function failUnlessDone(git: Git, end: GitEnd): void {
  if (end.exitCode === 0) return;
  const cause = end.message || `git ended with exit code ${end.exitCode}`;
  if (isGitOutOfSpace(cause)) throw new TandemError("disk_full", { folder: git.folder, cause });
  throw new TandemError("input_unreadable", { path: git.folder, cause });
}
