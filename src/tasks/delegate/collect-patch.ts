import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Evidence, PatchFacts } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";
import type { RunRequest } from "../../domain/run.ts";
import { redactText } from "../../privacy/redact-text.ts";
import { patchApplies } from "../../workspace/apply/patch-applies.ts";
import type { Repository } from "../../workspace/repository.ts";
import { type CapturedPatch, capturePatch } from "../../workspace/worktree/capture.ts";
import { controlRepository } from "../../workspace/worktree/control-git.ts";
import type { WorktreePlace } from "../../workspace/worktree/place.ts";
import type { WorktreeRecord } from "../../workspace/worktree/record.ts";
import type { TaskContext, TaskResult } from "../task.ts";
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

/** Makes the patch of a finished turn and describes it: the parts of the result that are not Codex's words. */
export async function collectPatch({
  request,
  prepared,
  context,
  place,
  record,
  before,
}: PatchSource): Promise<
  Pick<TaskResult["parts"], "patch" | "coverage" | "nextSteps" | "summary" | "evidence"> &
    Pick<TaskResult, "warnings">
> {
  const user = patient(prepared.repository);
  const control = controlRepository(user, place, record.baseline);
  const path = join(context.job.folder, "patch.diff");
  const captured = await capturePatch(control, place, record, path);
  const applies = await patchApplies(user, path, captured.bytes);
  const patch = await describePatch(captured, path, record.baseline, prepared.wishes.previewBytes, applies);
  const { omitted } = captured;
  const checked = { request, context, control, place, record };
  const after = captured.files.length === 0 ? [] : await runChecks(checked, "after", captured.tree);
  const evidence = [...before, ...after];
  return {
    summary: summarize(patch),
    patch,
    ...(omitted.length === 0
      ? {}
      : {
          coverage: {
            status: "partial",
            basis: "gathered",
            examined: patch.files.map((file) => file.path),
            omitted,
          } as const,
        }),
    ...(evidence.length === 0 ? {} : { evidence }),
    nextSteps: patch.files.length === 0 ? [] : nextSteps(context.job.id),
    warnings: omittedWarnings(captured),
  };
}

/** Without the run's signal: what was done is kept when it is cancelled too. */
export function patient(repository: Repository): Repository {
  const { signal: _signal, ...git } = repository.git;
  return { ...repository, git };
}

async function describePatch(
  { files, bytes, sha256 }: CapturedPatch,
  path: string,
  baseline: string,
  previewBytes: number,
  applies: boolean,
): Promise<PatchFacts> {
  const count = (pick: "insertions" | "deletions") => files.reduce((sum, file) => sum + (file[pick] ?? 0), 0);
  const preview = await redactText(readBeginning(path, previewBytes));
  return {
    path,
    sha256,
    bytes,
    baseline,
    files,
    insertions: count("insertions"),
    deletions: count("deletions"),
    preview: preview.text,
    isPreviewCut: bytes > previewBytes,
    applies,
  };
}

/** At most so many bytes, cut at the end of a line. */
function readBeginning(path: string, most: number): string {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(most + 1);
    const length = readSync(descriptor, buffer, 0, most + 1, 0);
    if (length <= most) return buffer.toString("utf8", 0, length);
    const end = buffer.lastIndexOf(0x0a, most - 1);
    return buffer.toString("utf8", 0, end + 1);
  } finally {
    closeSync(descriptor);
  }
}

function summarize({ files, insertions, deletions }: PatchFacts): string {
  if (files.length === 0) return "Codex changed no file.";
  const names = files.length === 1 ? "1 file" : `${files.length} files`;
  return `A patch of ${names}, ${insertions} lines added and ${deletions} removed. Your files are as they were.`;
}

function nextSteps(id: string): readonly string[] {
  const name = shortJobId(id);
  return [`tandem apply ${name}`, `tandem discard ${name}`];
}

function omittedWarnings({ omitted }: CapturedPatch): readonly string[] {
  return omitted
    .filter(({ reason }) => reason !== "ignored by git")
    .map(({ path, reason }) => `${path} is not in the patch: ${reason}.`);
}
