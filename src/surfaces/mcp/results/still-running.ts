import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { Pending } from "../../../domain/pending.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { callWords } from "../../../report/text/reader.ts";

/** When it makes sense to look after a job again. */
const laterMs = 10_000;

/** What is told of a job that goes on without this call: that there is no answer yet, and how to get it. */
export function stillRunning(record: JobRecord, summary = "The run goes on in the background."): Envelope {
  const { pending } = record;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "wait",
    job: { ...summarizeJob(record), pollAfterMs: laterMs },
    ...(pending === undefined ? {} : { pending }),
    summary,
    nextSteps: stepsMeanwhile(record),
  };
}

/** How to go on with a job that has not ended. */
export function stepsMeanwhile({ id, pending = [] }: JobRecord): readonly string[] {
  const job = shortJobId(id);
  const [request] = pending;
  return [
    `${callWords("result", { job, waitSeconds: 50 })} gives its answer. There is none before it has ended; do not start the same run again.`,
    `${callWords("cancel", { job })} stops it.`,
    ...(request === undefined ? [] : [answerStep(job, request)]),
  ];
}

function answerStep(job: string, { kind }: Pending): string {
  return kind === "question"
    ? `The tool \`reply\` answers its question; in a terminal, \`tandem answer ${job}\`.`
    : `Only the person can accept what Codex asks: in the form of this client, or by \`tandem answer ${job}\` in a terminal. The tool \`reply\` with \`decision: "decline"\` turns it down.`;
}
