import { type ErrorReport, reportError, toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { TurnInput, TurnOutcome } from "../engine.ts";
import { reportCancelled, reportLimit } from "../turn-reports.ts";
import type { WatchdogEnd } from "../watchdog.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { lostOnTheWay, unreachable } from "./remote-errors.ts";
import type { TransportEnd } from "./transport.ts";
import { reportMissingAnswer, type TurnRecorder } from "./turn-recorder.ts";

/** Longest prompt that Codex 0.169 accepts, in characters; more is answered with -32602. */
export const promptLimit = 1_048_576;

/** A turn as its end finds it. */
export interface TurnState {
  readonly recorder: TurnRecorder;
  /** Codex has closed the turn or is gone. */
  readonly isSettled: boolean;
}

/** What ended a turn first. */
export type TurnEnd =
  | { readonly why: "closed" }
  | { readonly why: "failed" }
  | { readonly why: "connection lost"; readonly lost: TransportEnd; readonly thread: string }
  | { readonly why: "limit"; readonly limit: WatchdogEnd }
  | { readonly why: "cancelled" }
  | { readonly why: "refused"; readonly report: ErrorReport };

/** The outcome of a turn from what ended it and what had arrived. */
export function turnOutcome(end: TurnEnd, { recorder, isSettled }: TurnState): TurnOutcome {
  const { closed, answer, reviewerMessage, commands, blockedWrites, usage, turns, terminalError } =
    recorder.record;
  const completed = end.why === "closed" && closed?.status === "completed";
  const missing = completed && answer === undefined ? reportMissingAnswer(recorder) : undefined;
  const error = completed ? missing : reportEnd(end, terminalError);
  const turn = closed?.id ?? [...turns][0];
  return {
    status: error === undefined ? "completed" : end.why === "cancelled" ? "interrupted" : "failed",
    commands,
    blockedWrites,
    ...(isSettled ? {} : { unconfirmed: true }),
    ...(turn === undefined ? {} : { turn }),
    ...(answer === undefined ? {} : { answer }),
    ...(reviewerMessage === undefined ? {} : { reviewerMessage }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The report of a turn that could not be started. */
export function reportStartFailure(error: unknown, input: TurnInput): ErrorReport {
  if (error instanceof ConnectionError) return reportConnection(error);
  if (!(error instanceof RemoteError)) return toErrorReport(error);
  const size = input.type === "prompt" ? input.text.length : 0;
  if (error.code === -32602 && size > promptLimit) {
    return reportError("input_too_large", {
      what: "The prompt",
      size,
      limit: promptLimit,
      unit: "characters",
    });
  }
  if (error.code === -32001) return reportError("overloaded", { cause: error.message });
  return reportError("protocol", { problem: error.message });
}

/** The report of a request whose answer did not come. */
function reportConnection({ message, end }: ConnectionError): ErrorReport {
  if (end?.endpoint === undefined) return reportError("protocol", { problem: message });
  return unreachable(end.endpoint, message).report;
}

function reportLoss({ reason, endpoint }: TransportEnd, thread: string): ErrorReport {
  if (endpoint === undefined) {
    const problem = `the app-server ended in the middle of the turn (${reason})`;
    return reportError("protocol", { problem });
  }
  return lostOnTheWay(endpoint, reason, thread).report;
}

function reportEnd(end: TurnEnd, terminalError: ErrorReport | undefined): ErrorReport {
  switch (end.why) {
    case "refused":
      return end.report;
    case "cancelled":
      return reportCancelled();
    case "limit":
      return reportLimit(end.limit);
    case "connection lost":
      return reportLoss(end.lost, end.thread);
    case "closed":
    case "failed":
      return terminalError ?? reportError("protocol", { problem: "the turn was closed without a reason" });
  }
}
