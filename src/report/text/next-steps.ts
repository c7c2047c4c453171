import type { Envelope, JobSummary } from "../../domain/envelope.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { inOrderOfUrgency, waitsForAnswer } from "./active-jobs.ts";
import { oneLine } from "./sanitise.ts";

/**
 * What a reader can do next with the job that an answer is about; none where the answer is the result itself. A list may be longer
 * than the terminal: what waits for the reader is named again at its end.
 */
export function nextStepsFor({
  kind,
  job,
  jobs = [],
  pending = job?.pending ?? [],
}: Envelope): readonly string[] {
  if (job === undefined) {
    const waiting = kind === "status" ? inOrderOfUrgency(jobs).filter(waitsForAnswer) : [];
    return waiting.slice(0, mostNamed).map((each) => command("status", each));
  }
  if (kind === "cancel") return isTerminal(job.status) ? [command("result", job)] : [command("wait", job)];
  if (kind === "steer" || kind === "answer") return isTerminal(job.status) ? [] : [command("watch", job)];
  if (kind !== "status" && (kind !== "wait" || isTerminal(job.status))) return [];
  if (isTerminal(job.status)) return afterTheEnd(job);
  // A job that waits goes on by an answer, and each request says how it is answered.
  if (pending.length > 0) return [];
  return [command("watch", job), command("wait", job), command("cancel", job)];
}

const mostNamed = 3;

function afterTheEnd(job: JobSummary): readonly string[] {
  const goOn = `${command("reply", job)} "…"`;
  if (job.status === "succeeded") return [command("result", job), goOn];
  return [command("result", job), command("retry", job), ...(job.thread === undefined ? [] : [goOn])];
}

function command(name: string, { id }: JobSummary): string {
  return `tandem ${name} ${oneLine(shortJobId(id))}`;
}
