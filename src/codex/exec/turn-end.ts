import { type ErrorReport, reportError } from "../../domain/errors/tandem-error.ts";
import type { Usage } from "../../domain/events.ts";
import type { TurnOutcome } from "../engine.ts";
import { reportCancelled, reportLimit, reportNoAnswer } from "../turn-reports.ts";
import type { WatchdogEnd } from "../watchdog.ts";
import type { EventReader } from "./event-reader.ts";
import { type FailedStart, startFailure } from "./start-failure.ts";
import { reportTurnFailure } from "./turn-failure.ts";
import { type TurnRecord, usageOf } from "./turn-record.ts";

/** What ended a turn first. */
export type TurnEnd =
  /** Codex told its end. */
  | { readonly why: "closed" }
  /** The process ended without a word about the turn. */
  | { readonly why: "exited"; readonly how: string }
  | { readonly why: "limit"; readonly limit: WatchdogEnd }
  | { readonly why: "cancelled" }
  | { readonly why: "refused"; readonly report: ErrorReport };

/** A turn as its end finds it. */
export interface EndedTurn {
  readonly events: EventReader;
  readonly record: TurnRecord;
  /** The thread had earlier turns. */
  readonly isResumed: boolean;
  /** Codex named a thread: it got as far as its start. */
  readonly hasStarted: boolean;
  /** Nothing of Codex is left. */
  readonly isGone: boolean;
  readonly process: Omit<FailedStart, "exit">;
}

/** The outcome of a turn from what ended it and what had arrived. */
export function turnOutcome(end: TurnEnd, turn: EndedTurn): TurnOutcome {
  const { events, record, isGone } = turn;
  const completed = end.why === "closed" && events.terminal?.status === "completed";
  const error = completed ? missingAnswer(turn) : reportEnd(end, turn);
  const usage = ownUsage(turn);
  return {
    status: error === undefined ? "completed" : end.why === "cancelled" ? "interrupted" : "failed",
    commands: events.commands,
    blockedWrites: record.calls.blockedWrites,
    ...(isGone ? {} : { unconfirmed: true }),
    ...(record.turn === undefined ? {} : { turn: record.turn }),
    ...(events.answer === undefined ? {} : { answer: events.answer }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * The turn's own tokens. `turn.completed` has the thread's total (Codex 0.169), which is the turn's own on a new thread only; the
 * session file has both. Undefined rather than a wrong number.
 */
export function ownUsage({ events, record, isResumed }: EndedTurn): Usage | undefined {
  const { terminal } = events;
  if (record.usage !== undefined || isResumed || terminal?.status !== "completed") return record.usage;
  return usageOf(terminal.usage);
}

function missingAnswer(turn: EndedTurn): ErrorReport | undefined {
  const { events } = turn;
  if (events.answer !== undefined && events.answer !== "") return undefined;
  return reportNoAnswer({ commands: events.commands.length, hasDroppedOutput: droppedOutput(turn) });
}

/** Without a session file only a turn of one response can be judged: its tokens are those of the whole turn. */
function droppedOutput(turn: EndedTurn): boolean {
  if (turn.record.turn !== undefined) return turn.record.droppedOutput;
  const usage = turn.events.hasItems ? undefined : ownUsage(turn);
  return usage !== undefined && usage.outputTokens > usage.reasoningTokens;
}

function reportEnd(end: TurnEnd, turn: EndedTurn): ErrorReport {
  switch (end.why) {
    case "refused":
      return end.report;
    case "cancelled":
      return reportCancelled();
    case "limit":
      return reportLimit(end.limit);
    case "exited":
      return reportExit(end.how, turn);
    case "closed": {
      const { terminal } = turn.events;
      return reportTurnFailure(terminal?.status === "failed" ? terminal.message : "", turn.record.errorInfo);
    }
  }
}

function reportExit(how: string, { process, hasStarted }: EndedTurn): ErrorReport {
  const { report } = startFailure({ ...process, exit: how });
  if (report.kind !== "spawn_failed" || !hasStarted) return report;
  const said = process.stderr.trim();
  const problem = `codex exec ended in the middle of the turn (${how})${said === "" ? "" : `: ${said}`}`;
  return reportError("protocol", { problem });
}
