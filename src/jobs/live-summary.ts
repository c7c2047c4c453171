import type { JobSummary } from "../domain/envelope.ts";
import { isTerminal, type JobRecord } from "../domain/job.ts";
import { summarizeJob } from "./job-status.ts";
import { queuePlaces } from "./queue-places.ts";

/**
 * What lists show of jobs, with what can be said only now: their place in the queue, that Codex has been silent for long, and what
 * waits for an answer.
 */
export function summarizeLive(
  shown: readonly JobRecord[],
  active: readonly JobRecord[],
  now: Date = new Date(),
): readonly JobSummary[] {
  const places = queuePlaces(active);
  return shown.map((record) => {
    const queuePlace = places.get(record.id);
    return {
      ...summarizeJob(record),
      ...(queuePlace === undefined ? {} : { queuePlace }),
      ...(isQuiet(record, now) ? { isQuiet: true } : {}),
      ...(isTerminal(record.status) || record.pending === undefined ? {} : { pending: record.pending }),
    };
  });
}

/** Half of the time after which the run is stopped has passed without a word; while a command runs or a person is asked, silence is normal. */
function isQuiet({ status, phase, lastEventAt, stallMs }: JobRecord, now: Date): boolean {
  if (isTerminal(status) || lastEventAt === undefined || stallMs === undefined) return false;
  if (phase !== "thinking" && phase !== "starting") return false;
  return now.getTime() - Date.parse(lastEventAt) > stallMs / 2;
}
