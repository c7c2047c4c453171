import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { PatchFacts } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";
import { redactText } from "../../privacy/redact-text.ts";
import { patchApplies } from "../../workspace/apply/patch-applies.ts";
import type { Repository } from "../../workspace/repository.ts";
import { type CapturedPatch, capturePatch } from "../../workspace/worktree/capture.ts";
import { controlRepository } from "../../workspace/worktree/control-git.ts";
import type { WorktreePlace } from "../../workspace/worktree/place.ts";
import type { WorktreeRecord } from "../../workspace/worktree/record.ts";
import type { TaskResult } from "../task.ts";

/** A work tree in which nothing of Codex runs any more. */
export interface LeftTree {
  /** The person's. */
  readonly user: Repository;
  readonly place: WorktreePlace;
  readonly record: WorktreeRecord;
  /** The job that gets the patch, and its folder. */
  readonly job: string;
  readonly folder: string;
  readonly previewBytes: number;
}

/** A patch as the result tells of it. */
export interface MadePatch {
  readonly captured: CapturedPatch;
  readonly parts: Pick<TaskResult["parts"], "coverage" | "nextSteps" | "summary"> & {
    readonly patch: PatchFacts;
  };
  readonly warnings: readonly string[];
}

/** Makes the patch of a work tree, stores it with the job and describes it. Throws as `capturePatch`; then there is none. */
export async function makePatch({
  user,
  place,
  record,
  job,
  folder,
  previewBytes,
}: LeftTree): Promise<MadePatch> {
  const path = join(folder, "patch.diff");
  const captured = await capturePatch(controlRepository(user, place, record.baseline), place, record, path);
  const applies = await patchApplies(user, path, captured.bytes);
  const patch = await describePatch(captured, path, record.baseline, previewBytes, applies);
  const { omitted } = captured;
  return {
    captured,
    parts: {
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
      nextSteps: patch.files.length === 0 ? [] : nextSteps(job),
    },
    warnings: omittedWarnings(captured),
  };
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
  const lines = insertions === 1 ? "1 line" : `${insertions} lines`;
  return `A patch of ${names}, ${lines} added and ${deletions} removed. Your files are as they were.`;
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
