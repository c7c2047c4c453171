import type { JournalEntry } from "../../../jobs/journal-entry.ts";
import {
  advanceProgress,
  type ProgressState,
  startProgress,
} from "../../../report/progress/progress-state.ts";
import { renderProgress } from "../../../report/progress/render-progress.ts";
import type { CallContext } from "../host.ts";

/** Tells the client how far a call is. */
export interface CallProgress {
  /** What is done before the run has begun. */
  readonly say: (words: string) => void;
  readonly report: (entries: readonly Pick<JournalEntry, "event">[]) => void;
  readonly stop: () => void;
}

/** At most one notification in this time. */
const leastMs = 1_000;
/** At least one in this time: Claude Code 2.1.329 gives a call up that is silent for half an hour, others sooner. */
const mostMs = 20_000;
/** Longest message, in characters. */
const columns = 120;

/** Nothing is told to a client that has not asked for it. */
export function startCallProgress(
  { progress }: Pick<CallContext, "progress">,
  now: () => number = () => performance.now(),
): CallProgress {
  if (progress === undefined) return { say: ignore, report: ignore, stop: ignore };
  const startedAt = now();
  let words = "starting";
  let state: ProgressState | undefined;
  let told = { at: Number.NEGATIVE_INFINITY, news: "", value: 0 };
  const tell = () => {
    const at = now();
    const news = state === undefined ? words : newsOf(state);
    const since = at - told.at;
    if (since < leastMs || (news === told.news && since < mostMs)) return;
    // The protocol wants a value that grows.
    const value = Math.max(told.value + 1, Math.round((at - startedAt) / 1_000));
    told = { at, news, value };
    progress(value, state === undefined ? words : renderProgress(state, at, columns));
  };
  const timer = setInterval(tell, leastMs);
  return {
    say: (said) => {
      words = said;
      tell();
    },
    report: (entries) => {
      for (const { event } of entries) state = advanceProgress(state ?? startProgress(startedAt), event);
      tell();
    },
    stop: () => clearInterval(timer),
  };
}

/** What is worth a notification; the time alone is not. */
function newsOf({ phase, open, tokens, retrying }: ProgressState): string {
  return JSON.stringify([phase, open, tokens, retrying]);
}

function ignore(): void {
  // The client does not want to know.
}
