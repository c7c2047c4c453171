import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { lookAt } from "../apply/file-state.ts";
import { isBelowLink } from "../apply/work-tree-files.ts";
import { readGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathText, splitRecords } from "../paths.ts";
import { mapLimited, worktreePath } from "../read-files.ts";
import type { Repository } from "../repository.ts";
import { type SortedFiles, sortFiles } from "../snapshot-files.ts";
import { readStatus, type StatusEntry } from "../status.ts";
import { noLimits } from "./stage-files.ts";

/** What the user has that HEAD does not, as files for an index. */
export interface Seed {
  readonly files: SortedFiles;
  /** Files outside of the sparse checkout; they stay out of the new work tree too. */
  readonly skipped: readonly Buffer[];
  /** How many files the work tree gets, about. */
  readonly count: number;
  /** For the result, in sentences. */
  readonly warnings: readonly string[];
}

/** The commit of HEAD. Throws `bad_revision` where there is none yet, with what to do. */
export function requireCommit({ head }: Repository): string {
  if (head.kind !== "unborn") return head.commit;
  throw new TandemError(
    "bad_revision",
    {
      revision: "HEAD",
      cause: `The branch ${head.branch} has no commit yet, so there is nothing to start from.`,
    },
    {
      repair: {
        say: "Make a first commit; an empty one is enough.",
        command: "git commit --allow-empty -m Start",
      },
    },
  );
}

/** What differs from HEAD, in two lists: what git knows of, and what it does not. */
export async function readUncommitted(
  repository: Repository,
): Promise<{ readonly tracked: readonly StatusEntry[]; readonly untracked: readonly StatusEntry[] }> {
  const { entries } = await readStatus(repository, "all");
  return {
    tracked: entries.filter(({ record }) => record[0] !== question),
    untracked: entries.filter(({ record }) => record[0] === question),
  };
}

/**
 * Looks at what the user has not committed. Throws
 * `input_unreadable` when a file that git knows of cannot be kept: a run on other files than the user's would be a waste.
 */
export async function readSeed(repository: Repository, includeUntracked: boolean): Promise<Seed> {
  const { tracked, untracked } = await readUncommitted(repository);
  const known = new Set(tracked.map(({ name }) => pathText(name)));
  const indexed = await readIndexed(repository);
  const hidden = indexed.hidden.filter((name) => !known.has(pathText(name)));
  const wanted = [...hidden.map(asUntracked), ...tracked, ...(includeUntracked ? untracked : [])];
  const files = await sortFiles(repository, wanted, noLimits);
  const warnings: string[] = [];
  const asCommitted = new Set(hidden.map(pathText));
  for (const [path, { reason }] of Object.entries(files.unkept)) {
    if (asCommitted.has(path)) continue;
    if (known.has(path) && reason !== "a submodule") throw unseeded(repository.root, path, reason);
    warnings.push(`${path} is not in Codex's work tree: ${reason}.`);
  }
  if (!includeUntracked && untracked.length > 0) {
    const left = untracked.length === 1 ? "1 untracked file is" : `${untracked.length} untracked files are`;
    warnings.push(`${left} not in Codex's work tree; --include-untracked puts them there.`);
  }
  return { files, skipped: indexed.skipped, count: indexed.count, warnings };
}

/** Files and bytes as they lie in the work tree. */
export async function countFiles(
  root: string,
  names: readonly Buffer[],
): Promise<{ readonly files: number; readonly bytes: number }> {
  const sizes = await mapLimited(names, async (name) => {
    const facts = await lstat(worktreePath(root, name), { bigint: true }).catch(() => undefined);
    return facts === undefined || facts.isDirectory() ? 0 : bytesOf(facts);
  });
  return { files: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Names that git has in its index, each once. */
export async function listTracked({ git }: Repository): Promise<readonly Buffer[]> {
  const names = splitRecords(await readGit(git, ["ls-files", "-z", "--cached", "--full-name"]));
  return [...new Map(names.map((name) => [name.toString("latin1"), name])).values()];
}

/** Names in git's index that it does not look for in the work tree. */
export async function listSkipped(git: Git): Promise<readonly Buffer[]> {
  const records = splitRecords(await readGit(git, ["ls-files", "-z", "-t", "--cached", "--full-name"]));
  return records.filter((record) => record[0] === skipMark).map((record) => record.subarray(2));
}

interface Indexed extends Pick<Seed, "skipped" | "count"> {
  /** Files that are there and that git was told to take for unchanged (`skip-worktree`, `assume-unchanged`), so that `status` is silent. */
  readonly hidden: readonly Buffer[];
}

async function readIndexed({ git, root }: Repository): Promise<Indexed> {
  const records = splitRecords(await readGit(git, ["ls-files", "-z", "-v", "--cached", "--full-name"]));
  const skipped: Buffer[] = [];
  const hidden: Buffer[] = [];
  for (const record of records) {
    const mark = String.fromCharCode(record[0] ?? 0);
    const name = record.subarray(2);
    const isSkipped = mark.toUpperCase() === "S";
    if (!isSkipped && mark === mark.toUpperCase()) continue;
    const isElsewhere = isBelowLink(root, name);
    const facts = isElsewhere ? undefined : lookAt(worktreePath(root, name));
    if (isSkipped && facts === undefined) skipped.push(name);
    else if (isElsewhere) continue;
    // The folder of a submodule is none of these files.
    else if (facts?.isDirectory() !== true) hidden.push(name);
  }
  return { skipped, hidden, count: records.length - skipped.length };
}

/** As `status` tells of a file of which git knows nothing: what lies there counts. */
function asUntracked(name: Buffer): StatusEntry {
  const record = Buffer.concat([Buffer.from("? "), name]);
  return { record, name, isContentOnly: false, isWorktreeChange: true };
}

function unseeded(root: string, path: string, reason: string): TandemError<"input_unreadable"> {
  const hint = reason.includes("filter")
    ? "`git add` it, so that git holds its stored form; where it was not changed at all, `git status` lets git see that."
    : "Commit or restore it, then delegate again.";
  return new TandemError(
    "input_unreadable",
    {
      path,
      cause: `its uncommitted state cannot be given to Codex (${reason}); nothing was started in ${root}`,
    },
    { repair: { say: hint } },
  );
}

function bytesOf(facts: BigIntStats): number {
  return Number(facts.size);
}

const question = "?".charCodeAt(0);
const skipMark = "S".charCodeAt(0);
