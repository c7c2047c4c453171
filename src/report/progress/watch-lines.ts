import type { RunEvent } from "../../domain/events.ts";
import { hardWrap } from "../text/hard-wrap.ts";
import { paint, type TextStyle } from "../text/style.ts";
import { describeCommand } from "./watch-command.ts";
import { describeRequest } from "./watch-request.ts";
import { firstLine, type WatchLine, words, wrapped } from "./watch-words.ts";

export interface WatchStyle extends TextStyle {
  /** The job's letters, for the command that answers its requests. */
  readonly job?: string;
}

/**
 * One event of a run as lines for `tandem watch`: the time of the machine's own zone, then what happened. `at` is ISO 8601. Nothing
 * that comes from Codex is left as it is: none of it is obeyed by a terminal, and no line is wider than `style.columns`. An event
 * without news for people gives no line; one that this version does not know gives one.
 */
export function watchLines(event: RunEvent, at: string, style: WatchStyle): readonly string[] {
  const columns = Math.max(narrowest, style.columns - indent.length);
  const lines = describe(event, { ...style, columns }).flatMap((line) => broken(line, columns));
  return lines.map(({ text, tone }, index) => {
    const start = index === 0 ? paint(clockOf(at), "quiet", style) + gap : indent;
    return (start + (tone === undefined ? text : paint(text, tone, style))).trimEnd();
  });
}

const gap = "  ";
const indent = " ".repeat("00:00:00".length + gap.length);
const narrowest = 30;

function describe(event: RunEvent, style: WatchStyle): readonly WatchLine[] {
  switch (event.type) {
    case "thread_started":
      return describeThread(event, style);
    case "turn_started":
      return [{ text: "turn started", tone: "quiet" }];
    case "command_started":
    case "command_completed":
    case "tool_started":
    case "tool_completed":
    case "files_changed":
      return describeCommand(event, style);
    case "reasoning":
      return headingsOf(event.text).map((text) => firstLine(text, style, "quiet"));
    case "message":
      return wrapped(event.phase === "final_answer" ? "answer:" : "codex:", event.text, style, "title");
    case "image_generated":
      return [
        firstLine(`image ${event.failure ?? "made"}`, style, event.failure === undefined ? "accent" : "bad"),
      ];
    case "usage":
      return [{ text: words.usage(event.usage), tone: "quiet" }];
    case "retrying":
      return wrapped("retrying:", event.message, style, "caution");
    case "warning":
      return wrapped("warning:", event.message, style, "caution");
    case "request_opened":
    case "request_answered":
      return describeRequest(event, style, style.job);
    case "step":
      return [firstLine(event.text, style, "quiet")];
    case "steered":
      return wrapped("told in the turn:", event.text, style, "accent");
    case "turn_completed":
      return describeEnd(event, style);
    case "stray_output":
      return event.text.trim() === "" ? [] : [firstLine(`${event.source}: ${event.text}`, style, "quiet")];
    case "unknown":
      // Codex's own review has an inner turn, whose every step would be told twice.
      if (event.name.endsWith(" of another turn")) return [];
      return [firstLine(`other event: ${event.name}`, style, "quiet")];
    default:
      return [firstLine(`other event: ${nameOf(event)}`, style, "quiet")];
  }
}

function describeThread(
  { thread, model, effort, sandbox }: Extract<RunEvent, { type: "thread_started" }>,
  style: TextStyle,
): readonly WatchLine[] {
  const isFull = sandbox.tier === "danger-full-access";
  const facts = [
    ...(model === undefined ? [] : [effort === undefined ? model : `${model} (${effort})`]),
    ...(isFull ? ["FULL ACCESS (no sandbox)"] : [sandbox.tier]),
    ...(sandbox.network ? ["network on"] : []),
    ...(sandbox.approvals === "never" ? [] : [`approvals ${sandbox.approvals}`]),
  ];
  return [
    firstLine(`thread ${thread === "" ? "without a name yet" : thread}`, style),
    firstLine(facts.join(" · "), style, isFull ? "bad" : "quiet"),
  ];
}

function describeEnd(
  { status, message = "" }: Extract<RunEvent, { type: "turn_completed" }>,
  style: TextStyle,
): readonly WatchLine[] {
  const tone = status === "completed" ? "good" : status === "failed" ? "bad" : "caution";
  const text = `turn ${status}`;
  return message.trim() === "" ? [{ text, tone }] : wrapped(`${text}:`, message, style, tone);
}

/** The headings of Codex's summary of its thoughts; where it has none, its first line. */
function headingsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^\s*\*\*(.+?)\*\*\s*$/gm)].flatMap(([, heading]) => heading ?? []);
  const first = text.split("\n").find((line) => line.trim() !== "");
  return headings.length > 0 || first === undefined ? headings : [first];
}

/** An event of a later version, read from a journal. */
function nameOf(event: { readonly type: string }): string {
  return event.type;
}

function broken({ text, tone }: WatchLine, columns: number): readonly WatchLine[] {
  return hardWrap(text, columns, { line: "", continued: "" }).map((piece) => ({
    text: piece,
    ...(tone === undefined ? {} : { tone }),
  }));
}

function clockOf(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "--:--:--";
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
