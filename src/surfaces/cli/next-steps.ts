import type { Envelope } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";

/**
 * A result with what its reader can do next: the same again after a passing fault, a question about what was found. A rehearsal
 * leads nowhere, since its successor would be a real run.
 */
export function withNextSteps(envelope: Envelope): Envelope {
  const { job, run, error, findings = [], nextSteps } = envelope;
  if (job === undefined || nextSteps !== undefined || run?.rehearsal === true) return envelope;
  const name = shortJobId(job.id);
  if (error !== undefined) {
    return error.retryable ? { ...envelope, nextSteps: [`tandem retry ${name}`] } : envelope;
  }
  if (findings.length === 0) return envelope;
  return { ...envelope, nextSteps: [`tandem reply ${name} "How would you mend finding 1?"`] };
}
