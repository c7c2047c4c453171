import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunRequest } from "../../domain/run.ts";
import { fingerprintTree } from "../../workspace/fingerprint.ts";
import { openRepository } from "../../workspace/repository.ts";
import { controlRepository } from "../../workspace/worktree/control-git.ts";
import { hasTree, worktreePlace } from "../../workspace/worktree/place.ts";
import { readWorktreeRecord } from "../../workspace/worktree/record.ts";
import type { PreparationWorld } from "../prepare-review.ts";
import type { JobPlace, TaskResult } from "../task.ts";
import { type LeftTree, type MadePatch, makePatch } from "./make-patch.ts";

/** The part of a result that a work tree gives whose run has ended without one. */
export interface LeftWork {
  readonly parts: Pick<TaskResult["parts"], "patch" | "coverage" | "nextSteps" | "summary" | "evidence">;
  readonly warnings: readonly string[];
}

/** How often the patch is made anew because something was still writing. */
const attempts = 5;

/**
 * Makes the patch of a delegated job whose owner died, from the work tree that it left. Undefined where there is nothing to make one
 * of: the work tree was never finished, which is removed then, or it is gone. Throws what git and the disk throw.
 */
export async function captureLeftWork(
  request: RunRequest,
  job: Omit<JobPlace, "runShell">,
  world: PreparationWorld,
): Promise<LeftWork | undefined> {
  const { delegate: wishes, cwd, gitTimeoutMs: timeoutMs } = request;
  if (wishes === undefined) return undefined;
  const place = worktreePlace(job.worktrees, wishes.continues ?? job.id);
  const record = readWorktreeRecord(place);
  if (record === undefined) {
    // That of an earlier job is not this one's to remove.
    if (wishes.continues === undefined) await rm(place.folder, { recursive: true, force: true });
    return undefined;
  }
  if (!hasTree(place)) return undefined;
  await rm(join(place.folder, "clean"), { recursive: true, force: true });
  const user = await openRepository(cwd, { ...world, timeoutMs });
  const { previewBytes, checks } = wishes;
  const { parts, warnings } = await makeStillPatch({
    user,
    place,
    record,
    job: job.id,
    folder: job.folder,
    previewBytes,
  });
  const evidence = checks.map((check) => ({
    check: `after: ${check}`,
    status: "skipped" as const,
    detail: "the process that ran the job died before it",
  }));
  return { parts: { ...parts, ...(evidence.length === 0 ? {} : { evidence }) }, warnings };
}

/** What Codex had started is being ended by others; the patch is of files that stood still while it was made. */
async function makeStillPatch(left: LeftTree): Promise<MadePatch> {
  const control = controlRepository(left.user, left.place, left.record.baseline);
  for (let attempt = 1; ; attempt += 1) {
    const before = await fingerprintTree(control);
    const made = await makePatch(left);
    if (attempt === attempts || (await fingerprintTree(control)) === before) return made;
  }
}
