import type { RunRequest } from "../domain/run.ts";
import { type Change, listChanges } from "../workspace/changes.ts";
import { type Diff, readDiff } from "../workspace/diff.ts";
import { fingerprintTree } from "../workspace/fingerprint.ts";
import { namesChange, requirePaths } from "../workspace/missing-paths.ts";
import { openRepository, type Repository } from "../workspace/repository.ts";
import { type ResolvedTarget, resolveTarget } from "../workspace/target.ts";

/** A review's target, looked at before anything is started. */
export interface PreparedReview {
  readonly repository: Repository;
  readonly resolved: ResolvedTarget;
  readonly changes: readonly Change[];
  readonly diff: Diff;
  /** Of the work tree, to notice changes during the review. */
  readonly fingerprint: string;
  /** The work tree has changes of its own, beside what is compared. */
  readonly isDirty: boolean;
}

export interface PreparationWorld {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly signal?: AbortSignal;
}

/** Finds out what a review would examine. Throws `not_a_git_repo`, `bad_revision`, `input_unreadable` or `usage`. */
export async function prepareReview(request: RunRequest, world: PreparationWorld): Promise<PreparedReview> {
  const repository = await openRepository(request.cwd, { ...world, timeoutMs: request.gitTimeoutMs });
  const wanted = request.review ?? { scope: "auto", paths: [] };
  const [resolved, fingerprint] = await Promise.all([
    resolveTarget(repository, wanted, request.cwd),
    fingerprintTree(repository),
  ]);
  const changes = await listChanges(repository, resolved);
  requirePaths(repository.root, resolved.target.paths, (name) => namesChange(name, changes));
  const diff = await readDiff(repository, resolved, changes, request.inputByteCap);
  const isDirty = resolved.isWorktree || (await hasOwnChanges(repository, request));
  return { repository, resolved, changes, diff, fingerprint, isDirty };
}

async function hasOwnChanges(repository: Repository, request: RunRequest): Promise<boolean> {
  const worktree = await resolveTarget(repository, { scope: "working-tree", paths: [] }, request.cwd);
  return (await listChanges(repository, worktree)).length > 0;
}
