import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { Pending } from "../../../domain/pending.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { callText } from "./tool-words.ts";

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
    `${callText("result", { job, waitSeconds: 50 })} waits for it. There is no answer before that one gives it; do not start the same run again.`,
    `${callText("cancel", { job })} stops it.`,
    ...(request === undefined ? [] : [answerStep(job, request)]),
  ];
}

function answerStep(job: string, { kind }: Pending): string {
  return kind === "question"
    ? `${callText("reply", { job, text: "…" })} answers its question.`
    : `${callText("reply", { job, decision: "decline" })} declines what Codex asks; only the person can accept.`;
}
