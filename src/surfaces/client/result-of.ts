import { type Artifact, type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import { reportError } from "../../domain/errors/tandem-error.ts";
import type { JobRecord } from "../../domain/job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import type { JobStore } from "../../jobs/store.ts";

/** The stored result of a job that has ended, with its receipt. When it was lost, what the record says is all there is. */
export async function resultOf(record: JobRecord, store: JobStore): Promise<Envelope> {
  const stored = await store.readResult(record.id);
  // What ended before it began was stored without a word of its job.
  if (stored !== undefined) {
    const whole = stored.job === undefined ? { ...stored, job: summarizeJob(record) } : stored;
    return withReceipt(whole, store.receiptOf(record));
  }
  const { error } = record;
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record.kind,
    job: summarizeJob(record),
    error:
      error === undefined
        ? reportError("internal", { cause: "the stored result is missing or could not be read" })
        : { ...reportError("internal", { cause: error.message }), ...error },
  };
}

function withReceipt(result: Envelope, receipt: Artifact | undefined): Envelope {
  return receipt === undefined ? result : { ...result, artifacts: [...(result.artifacts ?? []), receipt] };
}
