import { join } from "node:path";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { undoChange } from "../../../workspace/apply/change-tree.ts";
import { readJournal } from "../../../workspace/apply/journal.ts";
import type { ClientSession } from "../client-session.ts";
import { settleApplies } from "./settle-applies.ts";

/** Takes an applied patch back. Throws `usage` when it is not applied, `patch_conflict` when its files were changed since. */
export async function undoPatch(name: string, session: ClientSession): Promise<Envelope> {
  const { store } = session;
  const job = await store.find(name);
  const short = shortJobId(job.id);
  const place = { folder: join(store.applies, job.id) };
  const { root } = readJournal(place) ?? {};
  if (root === undefined) {
    throw new TandemError("usage", {
      problem: `The patch of job ${short} is not applied.`,
      hint: `\`tandem apply ${short}\` applies it.`,
    });
  }
  const lock = store.lockWorkingTree(root, job.id);
  try {
    const told = await settleApplies(root, session);
    const journal = readJournal(place);
    // Else a call that was killed has been taken back just now, which is what was asked for.
    if (journal !== undefined) await undoChange(place, journal);
    return {
      schema: envelopeSchema,
      ok: true,
      kind: "undo",
      job: summarizeJob(job),
      summary: [`The patch of job ${short} was taken back.`, ...told].join(" "),
      nextSteps: [`tandem apply ${short}`, `tandem discard ${short}`],
    };
  } finally {
    lock.release();
  }
}
