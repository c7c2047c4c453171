import type { SlashLine } from "./read-slash.ts";
import { slashCommandOf } from "./slash-commands.ts";

export interface SlashOptions {
  /** The command leaves its run alone as soon as it has begun, whatever was typed. */
  readonly leaves?: boolean;
  readonly json?: boolean;
}

/** Flags that only Claude Code knows: they say how the result is shown. */
const shownFlags = ["raw", "show"];

/** The arguments of `tandem` that mean what was typed, one word of the program each; no shell ever reads them. */
export function slashArguments(line: SlashLine, { leaves, json }: SlashOptions = {}): readonly string[] {
  const { command, job } = line;
  if (command === "operator" && line.text === "") {
    return ["operator", "list", ...(json === true ? ["--json"] : [])];
  }
  const isRun = slashCommandOf(command).isRun;
  return [
    ...commandOf(line),
    ...[...line.flags].flatMap(([flag, values]) => flagArguments(flag, values, leaves === true)),
    ...(isRun && leaves === true ? ["--background"] : []),
    ...(json === true ? ["--json"] : []),
    ...restArguments(line),
    ...(job === undefined || command === "reply" ? [] : [job]),
  ];
}

function commandOf({ command }: SlashLine): readonly string[] {
  if (command === "operator") return ["operator", "run"];
  return [command === "rescue" ? "task" : command];
}

function flagArguments(flag: string, values: readonly string[], leaves: boolean): readonly string[] {
  if (shownFlags.includes(flag)) return [];
  if (leaves && (flag === "wait" || flag === "background")) return [];
  const name = flag === "resume" ? "--resume-last" : `--${flag}`;
  return values.length === 0 ? [name] : values.map((value) => `${name}=${value}`);
}

function restArguments({ command, text, job = "" }: SlashLine): readonly string[] {
  if (text === "") return [];
  switch (command) {
    case "review":
      return [`--focus=${text}`];
    case "gate":
      return [text];
    case "reply":
      return ["--", job, text];
    default:
      return ["--", text];
  }
}
