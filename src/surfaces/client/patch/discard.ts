import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { removeDelegated } from "../../../jobs/remove-delegated.ts";
import { removeTree } from "../../../workspace/remove-tree.ts";
import type { ClientSession } from "../client-session.ts";
import { jobsIn } from "./settle-applies.ts";

/**
 * Removes the work tree of a delegated job; its patch stays. Work trees whose job is gone are removed as well. Throws `job_running`,
 * or `usage` for a job that never had one.
 */
export async function discardWorktree(name: string, session: ClientSession): Promise<Envelope> {
  const { store } = session;
  const job = await store.find(name);
  if (!isTerminal(job.status)) throw new TandemError("job_running", { id: job.id });
  if (job.kind !== "delegate") {
    throw new TandemError("usage", {
      problem: `Job ${shortJobId(job.id)} is a ${job.kind} and has no work tree.`,
    });
  }
  const request = await store.readRequest(job.id);
  const owner = request?.delegate?.continues ?? job.id;
  const folder = join(store.worktrees, owner);
  const wasThere = existsSync(folder);
  if (wasThere) {
    // A reply may be working in it.
    const lock = existsSync(join(folder, "tree"))
      ? store.lockWorkingTree(join(folder, "tree"), job.id)
      : undefined;
    try {
      await removeTree(folder);
    } finally {
      lock?.release();
    }
  }
  const leftovers = await removeLeftovers(session);
  const others = leftovers === 0 ? "" : ` ${leftovers} left behind by jobs that are gone went with it.`;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "discard",
    job: summarizeJob(job),
    summary: `${wasThere ? "The work tree was removed" : "There was no work tree any more"}; the patch is kept with the job.${others}`,
  };
}

/** Only what has the id of a job as its name and no job: a job is stored before its work tree is made. */
async function removeLeftovers({ store }: ClientSession): Promise<number> {
  const ids = new Set([...jobsIn(store.worktrees), ...jobsIn(store.applies)]);
  let removed = 0;
  for (const id of ids) {
    if (existsSync(store.foldersOf(id).job)) continue;
    await removeDelegated(store, id);
    removed += 1;
  }
  return removed;
}
