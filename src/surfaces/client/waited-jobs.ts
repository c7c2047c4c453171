import { type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import type { JobRecord } from "../../domain/job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";

/** What came of waiting for several jobs; `results` are those of the ones that have ended. */
export function waitedEnvelope(records: readonly JobRecord[], results: readonly Envelope[]): Envelope {
  const running = records.length - results.length;
  const words = `${results.length} of ${records.length} jobs have ended.`;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "wait",
    jobs: records.map(summarizeJob),
    results,
    summary: running === 0 ? words : `${words} The others go on.`,
  };
}
