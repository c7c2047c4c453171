import { phaseAfter, type RunEvent, type RunPhase } from "../../domain/events.ts";

/** What the live line tells of a run. */
export interface ProgressState {
  readonly phase: RunPhase;
  /** Milliseconds on the clock that the line is drawn by. */
  readonly startedAt: number;
  /** Commands and tools that have begun and not ended, the oldest first. */
  readonly open: readonly { readonly item: string; readonly text: string }[];
  readonly tokens: number;
  /** Why Codex tries again; gone with the next sign of progress. */
  readonly retrying?: string;
}

/** The state of a run before its first event. */
export function startProgress(startedAt: number): ProgressState {
  return { phase: "starting", startedAt, open: [], tokens: 0 };
}

/** The state after one more event. */
export function advanceProgress(state: ProgressState, event: RunEvent): ProgressState {
  if (event.type === "retrying") return { ...state, retrying: event.message };
  if (event.type === "usage") {
    return { ...state, tokens: event.usage.inputTokens + event.usage.outputTokens };
  }
  const phase = phaseAfter(event);
  if (phase === undefined) return state;
  const open = openAfter(state.open, event);
  // Codex runs several commands at once; while one is open the run is not thinking.
  const isBusy = open.length > 0 && phase === "thinking";
  const { retrying: _, ...rest } = state;
  return { ...rest, open, phase: isBusy ? "running_command" : phase };
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
