import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ThreadOptions, ThreadSession, TurnOutcome } from "../../codex/engine.ts";
import { TandemError, toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../domain/run.ts";
import { orDiskFull } from "../../workspace/disk-space.ts";
import { controlRepository } from "../../workspace/worktree/control-git.ts";
import { createWorktree } from "../../workspace/worktree/create.ts";
import {
  hasTree,
  noteContinuation,
  type WorktreePlace,
  worktreePlace,
} from "../../workspace/worktree/place.ts";
import { readWorktreeRecord, type WorktreeRecord } from "../../workspace/worktree/record.ts";
import { answerParts } from "../author-text.ts";
import type { TaskContext, TaskResult } from "../task.ts";
import { threadOptions } from "../thread-options.ts";
import { collectPatch, patient } from "./collect-patch.ts";
import type { PreparedDelegate } from "./prepare-delegate.ts";
import { runChecks } from "./run-checks.ts";
import { watchTree } from "./watch-tree.ts";

/** A work tree that Codex can be let into. */
interface OpenTree {
  readonly place: WorktreePlace;
  readonly record: WorktreeRecord;
  readonly warnings: readonly string[];
}

/**
 * Lets Codex work in a work tree of its own and makes a patch of what it left there, however the turn ended. The user's files, index
 * and refs are only read.
 */
export async function runDelegate(
  request: RunRequest,
  prepared: PreparedDelegate,
  context: TaskContext,
): Promise<TaskResult> {
  const { open, before } = await context.watchdog.during("the work tree and its checks", async () => {
    const made = await openTree(request, prepared, context);
    const { baseline } = made.record;
    const control = controlRepository(patient(prepared.repository), made.place, baseline);
    return {
      open: made,
      before: await runChecks({ request, context, control, ...made }, "before", baseline),
    };
  });
  let session: ThreadSession;
  try {
    session = await context.openThread(delegateThread(request, open));
  } catch (error) {
    // Nothing was done in it.
    if (prepared.wishes.continues === undefined)
      await rm(open.place.folder, { recursive: true, force: true });
    throw error;
  }
  const watched = watchTree(open.place, context.signal);
  let outcome: TurnOutcome;
  try {
    outcome = await session.run(
      { type: "prompt", text: prepared.prompt, images: prepared.images.map(({ path }) => path) },
      context.watchdog,
      watched.signal,
    );
  } finally {
    watched.stop();
  }
  const parts = answerParts(outcome);
  const result = { session, turns: [outcome] };
  if (!hasTree(open.place)) {
    const { report } = new TandemError("workspace_gone", { folder: open.place.tree });
    return { ...result, parts: { ...parts, error: report }, warnings: open.warnings };
  }
  // What Codex left running could go on writing.
  await session.close();
  try {
    const { warnings, ...patch } = await collectPatch({ request, prepared, context, before, ...open });
    return { ...result, parts: { ...parts, ...patch }, warnings: [...open.warnings, ...warnings] };
  } catch (thrown) {
    const error = toErrorReport(orDiskFull(thrown, open.place.folder));
    const kept = `The work is still in ${open.place.tree}.`;
    return {
      ...result,
      parts: { ...parts, error: parts.error ?? error },
      warnings: [...open.warnings, kept],
    };
  }
}

async function openTree(
  request: RunRequest,
  { repository, wishes }: PreparedDelegate,
  { job, signal, emit }: TaskContext,
): Promise<OpenTree> {
  const place = worktreePlace(job.worktrees, wishes.continues ?? job.id);
  if (wishes.continues !== undefined) {
    const record = readWorktreeRecord(place);
    if (record === undefined || !hasTree(place))
      throw new TandemError("workspace_gone", { folder: place.tree });
    noteContinuation(place, job.id);
    return { place, record, warnings: [] };
  }
  const user = { ...repository, git: { ...repository.git, signal } };
  try {
    const { record, warnings } = await createWorktree(user, place, {
      job: job.id,
      cwd: request.cwd,
      includeUntracked: wishes.includeUntracked,
      links: wishes.links,
      onStep: (text) => emit({ type: "step", text }),
    });
    return { place, record, warnings };
  } catch (error) {
    await rm(place.folder, { recursive: true, force: true });
    throw orDiskFull(error, place.folder);
  }
}

/** Codex works in the same folder as the person, may write the whole of its tree, and has a temp folder of its own. */
function delegateThread(request: RunRequest, { place, record }: OpenTree): ThreadOptions {
  return {
    ...threadOptions(request, { workTreeRoot: place.tree, untrusted: false }),
    cwd: join(place.tree, record.folder),
    addDirectories: [place.tree, place.temporary],
    environment: {
      ...request.environment,
      TMPDIR: place.temporary,
      TMP: place.temporary,
      TEMP: place.temporary,
    },
    excludesTemporary: true,
  };
}
