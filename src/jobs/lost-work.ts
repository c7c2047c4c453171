import type { Envelope } from "../domain/envelope.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import type { LeftWork } from "../tasks/delegate/capture-left-work.ts";
import { hasTree, worktreePlace } from "../workspace/worktree/place.ts";
import type { LostRun } from "./lost-run.ts";
import { jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { continuingJobs } from "./work-trees.ts";
import { lockWorkingTree } from "./writer-lock.ts";

/** Finds what a lost run left beside its words; undefined when there is nothing. */
export type KeepWork = (lost: LostRun) => Promise<LeftWork | undefined>;

/** The record's lock is held meanwhile, and others wait for it only so long; in ms. */
const captureMs = 25_000;

/**
 * The patch of a lost delegated job. Few are ever lost, and git takes a file of the bundle of its own: nothing of it is loaded for any
 * other job. Throws `workspace_busy` when another job works in its work tree by now: what is there is that one's too.
 */
export async function keepLostWork(
  context: StoreContext,
  { record, request }: LostRun,
): Promise<LeftWork | undefined> {
  if (request?.delegate === undefined) return undefined;
  const { paths } = context;
  const { id } = record;
  const { continues } = request.delegate;
  // It has not come as far as the work tree, where another one may be at work.
  if (continues !== undefined && !continuingJobs(paths, continues).includes(id)) return undefined;
  const place = worktreePlace(paths.worktrees, continues ?? id);
  const lock = hasTree(place) ? lockWorkingTree(context, place.tree, id) : undefined;
  try {
    const { captureLeftWork } = await import("../tasks/delegate/delegate-work.ts");
    const { env: environment, platform } = process;
    return await captureLeftWork(
      request,
      { id, folder: jobFolder(paths, id), worktrees: paths.worktrees },
      { environment, platform, signal: AbortSignal.timeout(captureMs) },
    );
  } finally {
    lock?.release();
  }
}

/** The result of a lost run with the work that it left, or with where that is when no patch could be made of it. */
export async function withLostWork(result: Envelope, lost: LostRun, keep: KeepWork): Promise<Envelope> {
  try {
    const work = await keep(lost);
    return work === undefined ? result : withWarnings({ ...result, ...work.parts }, work.warnings);
  } catch (thrown) {
    const id = lost.request?.delegate?.continues ?? lost.record.id;
    const said = `No patch could be made of what Codex did (${messageOf(thrown)}); the work is still in the work tree of ${id}, and a reply goes on in it.`;
    return withWarnings(result, [said]);
  }
}

function withWarnings(result: Envelope, warnings: readonly string[]): Envelope {
  const { run } = result;
  if (run === undefined || warnings.length === 0) return result;
  return { ...result, run: { ...run, warnings: [...run.warnings, ...warnings] } };
}
