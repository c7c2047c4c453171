import { TandemError } from "../../domain/errors/tandem-error.ts";
import { type JobRecord, shortJobId } from "../../domain/job.ts";
import type { DelegateRequest } from "../../domain/run.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { hasTree, worktreePlace } from "../../workspace/worktree/place.ts";
import { readWorktreeRecord } from "../../workspace/worktree/record.ts";
import type { ClientSession } from "./client-session.ts";

/** What a delegated run is made with, from what was asked and the settings. */
export function delegateWishes(
  settings: LoadedSettings,
  asked: { readonly includeUntracked?: boolean; readonly checks?: readonly string[] },
): DelegateRequest {
  const { values } = settings;
  const { includeUntracked = false, checks = [] } = asked;
  return {
    includeUntracked,
    checks: checks.length === 0 ? values.delegate_checks : checks,
    links: values.delegate_links,
    previewBytes: values.patch_preview,
  };
}

/**
 * What the next turn of a delegated job is made with: the same work tree and baseline. Throws `workspace_gone` when the work tree was
 * discarded, `usage` when the job never had one.
 */
export async function continuedWishes(job: JobRecord, { store }: ClientSession): Promise<DelegateRequest> {
  const request = await store.readRequest(job.id);
  const wishes = request?.delegate;
  if (wishes === undefined) {
    throw new TandemError("usage", {
      problem: `What job ${job.id} was asked for is not stored any more.`,
      hint: "Delegate the task again.",
    });
  }
  const continues = wishes.continues ?? job.id;
  const place = worktreePlace(store.worktrees, continues);
  if (readWorktreeRecord(place) !== undefined && hasTree(place)) return { ...wishes, continues };
  throw new TandemError(
    "workspace_gone",
    { folder: place.tree },
    {
      repair: {
        say: `The work tree of job ${shortJobId(continues)} was discarded. Apply its patch, or delegate again.`,
        command: `tandem apply ${shortJobId(job.id)}`,
      },
    },
  );
}
