import { type Artifact, type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import {
  type ErrorReport,
  errorCatalogue,
  reportError,
  TandemError,
} from "../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../domain/job.ts";
import { knownWord } from "../../domain/known-words.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { ClientSession } from "./client-session.ts";

/** The stored result of a job that has ended, with its receipt. When it was lost, what the record says is all there is. */
export async function resultOf(
  record: JobRecord,
  store: Pick<JobStore, "readResult" | "receiptOf" | "readRequest" | "foldersOf">,
): Promise<Envelope> {
  const stored = await store.readResult(record.id);
  // What ended before it began was stored without a word of its job.
  if (stored !== undefined) {
    const whole = stored.job === undefined ? { ...stored, job: summarizeJob(record) } : stored;
    const present = whole.patch === undefined ? whole : await presentPatch(whole, record, store);
    return withReceipt(present, store.receiptOf(record));
  }
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record.kind,
    job: summarizeJob(record),
    error: lossOf(record),
  };
}

/** Of a failure the record says why; that nothing is left of a success is a check of what is stored that failed. */
function lossOf({ id, error }: JobRecord): ErrorReport {
  const say = "The stored result is missing or damaged: run it again.";
  const repair = { say, command: `tandem retry ${shortJobId(id)}` };
  if (error === undefined) {
    return reportError("verification_failed", { checks: ["the stored result can be read"] }, { repair });
  }
  return { ...error, retryable: knownWord(errorCatalogue, error.kind)?.retryable ?? false, repair };
}

async function presentPatch(
  result: Envelope,
  { id }: JobRecord,
  store: Pick<JobStore, "readRequest" | "foldersOf">,
): Promise<Envelope> {
  return (await import("./patch/present-patch.ts")).withPresentPatch(result, id, store);
}

function withReceipt(result: Envelope, receipt: Artifact | undefined): Envelope {
  return receipt === undefined ? result : { ...result, artifacts: [...(result.artifacts ?? []), receipt] };
}

/** The job of this folder that was started last among those that have ended. Throws `job_not_found`. */
export async function newestEnded({
  store,
  workspace,
}: Pick<ClientSession, "store" | "workspace">): Promise<JobRecord> {
  const { records } = await store.list({ workspace, limit: 50 });
  const ended = records.find(({ status }) => isTerminal(status));
  if (ended !== undefined) return ended;
  throw new TandemError("job_not_found", {
    searched: workspace,
    problem: `No job of ${workspace} has ended.`,
  });
}
