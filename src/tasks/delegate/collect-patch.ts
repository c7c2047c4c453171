import type { Evidence } from "../../domain/envelope.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { Repository } from "../../workspace/repository.ts";
import { controlRepository } from "../../workspace/worktree/control-git.ts";
import type { WorktreePlace } from "../../workspace/worktree/place.ts";
import type { WorktreeRecord } from "../../workspace/worktree/record.ts";
import type { TaskContext, TaskResult } from "../task.ts";
import { type MadePatch, makePatch } from "./make-patch.ts";
import type { PreparedDelegate } from "./prepare-delegate.ts";
import { runChecks } from "./run-checks.ts";

interface PatchSource {
  readonly request: RunRequest;
  readonly prepared: PreparedDelegate;
  readonly context: TaskContext;
  readonly place: WorktreePlace;
  readonly record: WorktreeRecord;
  /** What the checks said of the files before the turn. */
  readonly before: readonly Evidence[];
}

/** Makes the patch of a finished turn and runs the checks on it: the parts of the result that are not Codex's words. */
export async function collectPatch({
  request,
  prepared,
  context,
  place,
  record,
  before,
}: PatchSource): Promise<
  MadePatch["parts"] & Pick<TaskResult["parts"], "evidence"> & Pick<TaskResult, "warnings">
> {
  context.emit({ type: "step", text: "making the patch" });
  const user = patient(prepared.repository);
  const { previewBytes } = prepared.wishes;
  const { id: job, folder } = context.job;
  const { captured, parts, warnings } = await makePatch({ user, place, record, job, folder, previewBytes });
  const control = controlRepository(user, place, record.baseline);
  const checked = { request, context, control, place, record };
  const after = captured.files.length === 0 ? [] : await runChecks(checked, "after", captured.tree);
  const evidence = [...before, ...after];
  return { ...parts, ...(evidence.length === 0 ? {} : { evidence }), warnings };
}

/** Without the run's signal: what was done is kept when it is cancelled too. */
export function patient(repository: Repository): Repository {
  const { signal: _signal, ...git } = repository.git;
  return { ...repository, git };
}
