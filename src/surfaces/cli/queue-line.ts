import type { JobRecord } from "../../domain/job.ts";
import { queuePlaces } from "../../jobs/queue-places.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { ProgressLine } from "../../report/progress/progress-line.ts";

/** All waiting jobs are read for the place of one: not at every look. */
const shortestPauseMs = 2_000;

/** Shows on the live line that a job waits for its turn, and its place, as long as the record says so. */
export function showQueuePlace(
  store: Pick<JobStore, "listActive">,
  line: Pick<ProgressLine, "leaveQueue" | "setQueuePlace">,
): (record: JobRecord) => void {
  let isQueued = false;
  let place: number | undefined;
  let nextMs = 0;
  const look = async (id: string) => {
    place = queuePlaces(await store.listActive()).get(id);
    if (isQueued) line.setQueuePlace(place);
  };
  return ({ id, status, host }) => {
    const wasQueued = isQueued;
    isQueued = status === "queued" && host === "broker";
    // The first event of the run may be long in coming, and the place may have been looked up meanwhile.
    if (wasQueued && !isQueued) line.leaveQueue();
    if (!isQueued) return;
    // At once: the first look at the queue takes a moment.
    if (!wasQueued) line.setQueuePlace(place);
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + shortestPauseMs;
    look(id).catch(() => {
      // Without a place the line says that it waits.
    });
  };
}
