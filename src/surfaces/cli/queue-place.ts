import { queuePlaces } from "../../jobs/queue-places.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { ProgressLine } from "../../report/progress/progress-line.ts";

/** Every job that waits is read for it, so not too often. */
const lookMs = 2_000;

/**
 * Shows the place of a job that waits for its turn, from a moment after the start until it has one: most jobs never wait. Ends with
 * the returned function; keeps no process running.
 */
export function showQueuePlace(
  id: string,
  store: Pick<JobStore, "peek" | "listActive">,
  line: Pick<ProgressLine, "setQueuePlace" | "leaveQueue">,
  everyMs: number = lookMs,
): () => void {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const isQueued = () => store.peek(id)?.status === "queued";
  const look = async () => {
    const places = isQueued() ? queuePlaces(await store.listActive()) : undefined;
    if (isStopped) return;
    // It may have got its turn while the others were read.
    if (!isQueued()) return line.leaveQueue();
    line.setQueuePlace(places?.get(id));
    lookSoon();
  };
  const lookSoon = () => {
    timer = setTimeout(() => {
      look().catch(() => {
        // The list could not be read; what the line showed last stays.
      });
    }, everyMs);
    timer.unref();
  };
  lookSoon();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
