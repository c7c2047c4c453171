import type { Target } from "../domain/envelope.ts";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { ReviewRequest } from "../domain/run.ts";
import { escapeInvisible } from "../settings/quote.ts";
import { type BaseBranch, findDefaultBase } from "./default-base.ts";
import { requirePaths } from "./missing-paths.ts";
import { resolvePathspecs } from "./pathspecs.ts";
import type { Repository } from "./repository.ts";
import { findMergeBase, readParents, resolveCommit, shortId } from "./revisions.ts";
import { chooseScope, requireSense } from "./scope.ts";

/** A target whose revisions are pinned, and how git is asked for its change. */
export interface ResolvedTarget {
  readonly target: Target;
  /** The sides for `git diff`: object ids, and `--cached` for the index. With one id the other side is the work tree. */
  readonly comparison: readonly string[];
  /** True when one side is the work tree, where files may be untracked or pass through filters. */
  readonly isWorktree: boolean;
}

/**
 * Decides what a request means in this repository. `auto` takes uncommitted changes when there are any (untracked files count),
 * else the branch against its merge base; a base or commit in the request decides as well. Paths are relative to `cwd`.
 * Throws `usage` for combinations that mean nothing, `bad_revision`, and `input_unreadable` for a path of scope `paths` that is not there.
 */
export async function resolveTarget(
  repository: Repository,
  request: ReviewRequest,
  cwd: string,
): Promise<ResolvedTarget> {
  requireSense(request);
  const paths = resolvePathspecs(repository.root, cwd, request.paths);
  switch (await chooseScope(repository, request, paths)) {
    case "working-tree":
      return worktreeTarget(repository, paths);
    case "staged":
      return stagedTarget(repository, paths);
    case "branch":
      return branchTarget(repository, request.base, paths);
    case "commit":
      return commitTarget(repository, request.commit ?? "HEAD", paths);
    case "paths":
      return pathsTarget(repository, paths);
  }
}

function worktreeTarget({ head, emptyTree }: Repository, paths: readonly string[]): ResolvedTarget {
  const base = head.kind === "unborn" ? undefined : head.commit;
  const target = makeTarget("working-tree", "uncommitted changes", paths, base);
  return { target, comparison: [base ?? emptyTree], isWorktree: true };
}

function stagedTarget({ head, emptyTree }: Repository, paths: readonly string[]): ResolvedTarget {
  const base = head.kind === "unborn" ? undefined : head.commit;
  const target = makeTarget("staged", "staged changes", paths, base);
  return { target, comparison: ["--cached", base ?? emptyTree], isWorktree: false };
}

async function branchTarget(
  repository: Repository,
  named: string | undefined,
  paths: readonly string[],
): Promise<ResolvedTarget> {
  const { head } = repository;
  if (head.kind === "unborn") {
    const cause = `The branch ${escapeInvisible(head.branch)} has no commit yet.`;
    throw new TandemError("bad_revision", { revision: "HEAD", cause });
  }
  const name = head.kind === "branch" ? `branch ${head.branch}` : `detached HEAD at ${shortId(head.commit)}`;
  const base = await chooseBase(repository, named);
  if (base === undefined) {
    const label = `${name}, which has no base branch to compare with`;
    return {
      target: makeTarget("branch", label, paths, head.commit, head.commit),
      ...between(head.commit, head.commit),
    };
  }
  const mergeBase = await findMergeBase(repository, base.commit, head.commit, base.name);
  const label = `${name} against ${base.name} (merge base ${shortId(mergeBase)})`;
  return {
    target: makeTarget("branch", label, paths, mergeBase, head.commit),
    ...between(mergeBase, head.commit),
  };
}

async function chooseBase(
  repository: Repository,
  named: string | undefined,
): Promise<BaseBranch | undefined> {
  if (named === undefined) return findDefaultBase(repository);
  return { name: named, commit: await resolveCommit(repository, named) };
}

async function commitTarget(
  repository: Repository,
  revision: string,
  paths: readonly string[],
): Promise<ResolvedTarget> {
  const commit = await resolveCommit(repository, revision);
  const parents = await readParents(repository, commit, revision);
  const remark =
    parents.length > 1
      ? " (a merge, against its first parent)"
      : parents.length === 0
        ? " (the first one)"
        : "";
  const target = makeTarget("commit", `commit ${shortId(commit)}${remark}`, paths, parents[0], commit);
  return { target, ...between(parents[0] ?? repository.emptyTree, commit) };
}

/** The files themselves, whether changed or not: every line counts as new. A misspelt path must not look like an empty one. */
function pathsTarget({ root, emptyTree }: Repository, paths: readonly string[]): ResolvedTarget {
  requirePaths(root, paths);
  const target = makeTarget("paths", "files as they are in the work tree", paths);
  return { target, comparison: [emptyTree], isWorktree: true };
}

function between(base: string, head: string): Pick<ResolvedTarget, "comparison" | "isWorktree"> {
  return { comparison: [base, head], isWorktree: false };
}

function makeTarget(
  scope: Target["scope"],
  label: string,
  paths: readonly string[],
  base?: string,
  head?: string,
): Target {
  return {
    scope,
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
    paths,
    label: escapeInvisible(paths.length === 0 ? label : `${label} in ${listShortly(paths)}`),
  };
}

function listShortly(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
