import type { RunEvent } from "../../domain/events.ts";
import { formatDuration } from "../text/format.ts";
import { oneLine, sanitise } from "../text/sanitise.ts";
import type { TextStyle } from "../text/style.ts";
import { unwrapCommand } from "../text/unwrap-command.ts";
import { wrapText } from "../text/wrap.ts";
import { firstLine, type WatchLine } from "./watch-words.ts";

type Action = Extract<
  RunEvent,
  { type: "command_started" | "command_completed" | "tool_started" | "tool_completed" | "files_changed" }
>;

/** What Codex does on the machine: commands, tools and changes of files, each when it begins and with its outcome. */
export function describeCommand(event: Action, style: TextStyle): readonly WatchLine[] {
  switch (event.type) {
    case "command_started":
      return commandLines(event.command, style);
    case "command_completed":
      return describeOutcome(event, style);
    case "tool_started":
      return [firstLine(`tool ${event.server}.${event.tool}`, style, "accent")];
    case "tool_completed": {
      const name = `${event.server}.${event.tool}`;
      return event.status === "completed"
        ? [firstLine(`done: tool ${name}`, style, "quiet")]
        : [firstLine(`${event.status}: tool ${name}${reasonOf(event.error)}`, style, "bad")];
    }
    case "files_changed":
      return [describeFiles(event, style)];
  }
}

const linesOfCommand = 4;
const linesOfOutput = 3;
const pathsShown = 6;

/** A script keeps its lines; of a long one the beginning. */
function commandLines(command: string, style: TextStyle): readonly WatchLine[] {
  const text = sanitise(unwrapCommand(command)).trim();
  const lines = wrapText(text, { columns: style.columns, indent: "  " });
  const shown = lines.slice(0, linesOfCommand).map((line, index) => ({
    text: index === 0 ? `$ ${line.trimStart()}` : line,
    tone: "accent" as const,
  }));
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, { text: `  … and ${rest} more lines`, tone: "quiet" }] : shown;
}

function describeOutcome(
  event: Extract<RunEvent, { type: "command_completed" }>,
  style: TextStyle,
): readonly WatchLine[] {
  const { command, exitCode, durationMs, status, output = "" } = event;
  const isGood = status === "completed" && (exitCode ?? 0) === 0;
  const facts = [
    exitCode === undefined || (status === "declined" && exitCode !== 0) ? status : `exit ${exitCode}`,
    // Codex measures some commands as 0 ms (0.169).
    ...(durationMs === undefined || durationMs === 0 ? [] : [formatDuration(durationMs)]),
    oneLine(unwrapCommand(command)),
  ];
  const line = firstLine(facts.join(" · "), style, isGood ? "quiet" : "bad");
  return isGood ? [line] : [line, ...lastLines(output, style)];
}

/** Why it failed is mostly at the end. */
function lastLines(output: string, style: TextStyle): readonly WatchLine[] {
  return output
    .slice(-4_000)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-linesOfOutput)
    .map((line) => firstLine(`| ${line}`, style, "quiet"));
}

function describeFiles(
  { paths, status }: Extract<RunEvent, { type: "files_changed" }>,
  style: TextStyle,
): WatchLine {
  const rest = paths.length > pathsShown ? ` and ${paths.length - pathsShown} more` : "";
  const names = paths.slice(0, pathsShown).map(oneLine).join(", ") + rest;
  return status === "completed"
    ? firstLine(`changed ${names}`, style, "accent")
    : firstLine(`change ${status}: ${names}`, style, "bad");
}

function reasonOf(error: string | undefined): string {
  return error === undefined || error.trim() === "" ? "" : `: ${error}`;
}
