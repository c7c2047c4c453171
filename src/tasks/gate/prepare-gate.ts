import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../domain/run.ts";
import { listChanges } from "../../workspace/changes.ts";
import { type FileDiff, readDiff } from "../../workspace/diff.ts";
import { pathBytes } from "../../workspace/paths.ts";
import { openRepository } from "../../workspace/repository.ts";
import { withObjects } from "../../workspace/snapshot.ts";
import type { ResolvedTarget } from "../../workspace/target.ts";
import type { PreparationWorld, PreparedReview } from "../prepare-review.ts";

/** Reads the change between the two trees of a gate's request. Throws `not_a_git_repo` or `input_unreadable`. */
export async function prepareGate(request: RunRequest, world: PreparationWorld): Promise<PreparedReview> {
  const { gate, gitTimeoutMs: timeoutMs } = request;
  if (gate === undefined) throw new TandemError("internal", { cause: "the gate's request names no change" });
  const repository = await openRepository(request.cwd, { ...world, timeoutMs });
  const { baseTree: base, headTree: head, objectFolders, omitted, fingerprint } = gate;
  const withTrees = withObjects(repository, objectFolders);
  const resolved: ResolvedTarget = {
    target: {
      scope: "working-tree",
      base,
      head,
      paths: [],
      label: "what changed since the gate last let a stop pass",
    },
    comparison: [base, head],
    isWorktree: false,
  };
  const changes = await listChanges(withTrees, resolved);
  const diff = await readDiff(withTrees, resolved, changes, request.inputByteCap);
  const left = omitted.map(({ path, reason }) => unshown(path, reason));
  return {
    repository,
    resolved,
    changes: [...changes, ...left.map(({ change }) => change)],
    diff: { ...diff, files: [...diff.files, ...left] },
    fingerprint,
    isDirty: true,
  };
}

/** A changed file of which nothing but the name is known. */
function unshown(path: string, omitted: string): FileDiff {
  return {
    change: { path, name: pathBytes(path), status: "modified", kind: "file" },
    bytes: 0,
    omitted,
    isBinary: false,
    insertions: 0,
    deletions: 0,
    changedLines: [],
  };
}
