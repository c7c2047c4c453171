import {
  type FollowedPhase,
  firstPhase,
  followPhase,
  type RunEvent,
  type RunPhase,
  shownPhase,
} from "../../domain/events.ts";

/** What the live line tells of a run. */
export interface ProgressState {
  readonly phase: RunPhase;
  readonly followed: FollowedPhase;
  /** Milliseconds on the clock that the line is drawn by. */
  readonly startedAt: number;
  /** Commands and tools that have begun and not ended, the oldest first. */
  readonly open: readonly { readonly item: string; readonly text: string }[];
  readonly tokens: number;
  /** Place among the jobs that wait for a turn, from 1; while it is queued. */
  readonly queuePlace?: number;
  /** What is done beside Codex's turn, while that lasts. */
  readonly step?: string;
  /** Why Codex tries again; gone with the next sign of progress. */
  readonly retrying?: string;
}

/** The state of a run before its first event. */
export function startProgress(startedAt: number): ProgressState {
  return { phase: "starting", followed: firstPhase, startedAt, open: [], tokens: 0 };
}

/** The state of a run that has no turn yet; `place` is undefined where the queue tells none. */
export function queueProgress(state: ProgressState, place: number | undefined): ProgressState {
  // What is being cancelled does not wait for a turn any more.
  if (state.phase === "cancelling") return state;
  const { queuePlace: _, ...rest } = state;
  return { ...rest, phase: "queued", ...(place === undefined ? {} : { queuePlace: place }) };
}

/** The state of a run that has its turn by now, of which no event has told yet. */
export function leaveQueue(state: ProgressState): ProgressState {
  if (state.phase !== "queued") return state;
  const { queuePlace: _, ...rest } = state;
  return { ...rest, phase: activePhase(state) };
}

/** The state after one more event, which may come from the journal of a run that began long ago. */
export function advanceProgress(state: ProgressState, event: RunEvent): ProgressState {
  if (event.type === "retrying") return { ...state, retrying: event.message };
  if (event.type === "step") return { ...state, step: event.text };
  if (event.type === "usage") {
    return { ...state, tokens: event.usage.inputTokens + event.usage.outputTokens };
  }
  const followed = followPhase(state.followed, event);
  if (followed === state.followed) return state;
  const open = openAfter(state.open, event);
  const { retrying: _retrying, queuePlace: _queuePlace, step: _step, ...rest } = state;
  // What still comes in while a run is cancelled does not take that back.
  const isCancelling = state.phase === "cancelling";
  return {
    ...rest,
    open,
    followed,
    phase: isCancelling ? "cancelling" : activePhase({ followed, open }),
  };
}

/** Codex runs several commands at once; while one is open the run is not thinking. */
function activePhase({ followed, open }: Pick<ProgressState, "followed" | "open">): RunPhase {
  const phase = shownPhase(followed);
  return phase === "thinking" && open.length > 0 ? "running_command" : phase;
}

function openAfter(open: ProgressState["open"], event: RunEvent): ProgressState["open"] {
  if (event.type === "command_started") return [...open, { item: event.item, text: event.command }];
  if (event.type === "tool_started") {
    return [...open, { item: event.item, text: `${event.server}.${event.tool}` }];
  }
  if (event.type === "command_completed" || event.type === "tool_completed") {
    return open.filter(({ item }) => item !== event.item);
  }
  // A turn that begins or ends leaves nothing open: a command that outlives it is killed without a word.
  return event.type === "turn_started" || event.type === "turn_completed" ? [] : open;
}
