import type { RunEvent } from "../../domain/events.ts";
import { knownWord } from "../../domain/known-words.ts";
import type { AnswerOrigin, PendingKind } from "../../domain/pending.ts";
import { quote } from "../text/question.ts";
import { oneLine } from "../text/sanitise.ts";
import type { TextStyle } from "../text/style.ts";
import { firstLine, type WatchLine } from "./watch-words.ts";

type RequestEvent = Extract<RunEvent, { type: "request_opened" | "request_answered" }>;

/** A request of Codex: all of its text when it is opened, as somebody has to decide on it, and what became of it. */
export function describeRequest(event: RequestEvent, style: TextStyle, job = "JOB"): readonly WatchLine[] {
  if (event.type === "request_opened") {
    return [
      { text: `WAITS FOR AN ANSWER: ${knownWord(demands, event.kind) ?? demands.command}`, tone: "caution" },
      ...quote(event.text, style.columns).map((text) => ({ text })),
      { text: `how to answer it: tandem status ${oneLine(job)}`, tone: "quiet" },
    ];
  }
  const { decision, origin, text, reason = "", isFullAccess } = event;
  const by = origin === undefined ? "" : ` ${knownWord(origins, origin) ?? oneLine(origin)}`;
  return [
    firstLine(`${decision}${by}: ${text}`, style, isFullAccess === true ? "bad" : "accent"),
    ...(isFullAccess === true
      ? [{ text: "FULL ACCESS: it runs outside the sandbox", tone: "bad" as const }]
      : []),
    ...(reason.trim() === "" ? [] : [firstLine(reason, style, "quiet")]),
  ];
}

const demands: Readonly<Record<PendingKind, string>> = {
  command: "a command OUTSIDE the sandbox",
  patch: "a change of files OUTSIDE the sandbox",
  question: "a question",
  elicitation: "a request of an MCP server",
};

const origins: Readonly<Record<AnswerOrigin, string>> = {
  terminal: "on a terminal",
  form: "in a form",
  pipe: "by a program",
  tool: "by a tool",
  expiry: "since nobody answered in time",
};
