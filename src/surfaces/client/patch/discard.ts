import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import type { ClientSession } from "../client-session.ts";

/**
 * Removes the work tree of a delegated job; its patch stays. Work trees whose job is gone are removed as well. Throws `job_running`,
 * `workspace_busy` while a reply works in it, or `usage` for a job that never had one.
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
  const wasThere = await store.removeWorkTree(request?.delegate?.continues ?? job.id);
  const leftovers = await store.removeUnowned();
  const others = leftovers === 0 ? "" : ` ${leftovers} left behind by jobs that are gone went with it.`;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "discard",
    job: summarizeJob(job),
    summary: `${wasThere ? "The work tree was removed" : "There was no work tree any more"}; the patch is kept with the job.${others}`,
  };
}
