import type { RunPhase } from "../../domain/events.ts";
import { formatElapsed, formatPlace, formatTokens } from "../text/format.ts";
import { oneLine } from "../text/sanitise.ts";
import { unwrapCommand } from "../text/unwrap-command.ts";
import { cutToWidth } from "../text/width.ts";
import type { ProgressState } from "./progress-state.ts";

/**
 * The live line, plain and at most `columns - 1` wide: a character in the last column would make some terminals go to the
 * next line. `now` is on the clock of `state.startedAt`.
 */
export function renderProgress(state: ProgressState, now: number, columns: number): string {
  const parts = [
    formatElapsed(now - state.startedAt),
    ...(state.tokens > 0 ? [`${formatTokens(state.tokens)} tokens`] : []),
    activityOf(state),
  ];
  return cutToWidth(parts.join(" · "), columns - 1);
}

const phases: Readonly<Record<RunPhase, string>> = {
  queued: "queued",
  starting: "starting",
  thinking: "thinking",
  running_command: "running a command",
  waiting_approval: "waiting for your answer",
  verifying: "verifying",
  cancelling: "cancelling",
};

function activityOf({ open, phase, retrying, queuePlace, followed, step }: ProgressState): string {
  const asked = followed.waiting.length;
  if (phase === "waiting_approval" && asked > 1) return `${phases[phase]} (${asked} requests)`;
  if (retrying !== undefined) return `retrying: ${oneLine(retrying)}`;
  if (phase === "queued" && queuePlace !== undefined) return `${formatPlace(queuePlace)} in the queue`;
  if (step !== undefined && (phase === "starting" || phase === "verifying")) return oneLine(step);
  const latest = open.at(-1);
  if (latest === undefined || phase !== "running_command") return phases[phase];
  const others = open.length > 1 ? ` (+${open.length - 1})` : "";
  return `running${others} ${oneLine(unwrapCommand(latest.text))}`;
}
