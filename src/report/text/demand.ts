import { knownWord } from "../../domain/known-words.ts";
import type { Pending, PendingKind } from "../../domain/pending.ts";
import { oneLine } from "./sanitise.ts";
import { unwrapCommand } from "./unwrap-command.ts";

/** A request of Codex in one line of a list. */
export interface Demand {
  readonly words: string;
  /** True when `words` say all that somebody has to know for an answer. */
  readonly isWhole: boolean;
}

/** What Codex wants. That it is outside of the sandbox stands first, where no length can hide it. */
export function demandOf({ kind, text, questions = [] }: Pending): Demand {
  // What is not known may be as much as the most that is known.
  const lead = knownWord(leads, kind) ?? leads.command;
  const lines = text.trim().split("\n");
  const [only = ""] = lines;
  if (lines.length === 1) {
    const words = oneLine(only);
    return { words: `${lead} ${words}`, isWhole: isPlain(only) && questions.length === 0 };
  }
  const command = kind === "command" ? commandIn(lines) : undefined;
  return command === undefined
    ? { words: `${lead} ${oneLine(text)}`, isWhole: false }
    : { words: `${lead} ${command.words}`, isWhole: command.isWhole };
}

const leads: Readonly<Record<PendingKind, string>> = {
  command: "asks to run OUTSIDE the sandbox:",
  patch: "asks to write OUTSIDE the sandbox:",
  question: "asks:",
  elicitation: "asks, for an MCP server:",
};

/**
 * The command in a text made of a title, the indented command, its folder and Codex's reason, which nobody needs in a list. A text
 * with anything else in it has to be read in full.
 */
function commandIn([title = "", ...rest]: readonly string[]): Demand | undefined {
  if (!title.startsWith("Codex wants to run a command") || !title.endsWith(":")) return undefined;
  const length = rest.findIndex((line) => !line.startsWith(indent));
  const script = (length < 0 ? rest : rest.slice(0, length)).map((line) => line.slice(indent.length));
  const [command = ""] = script;
  const after = length < 0 ? [] : rest.slice(length);
  const place = after.find((line) => line.startsWith("in "));
  const others = after.filter((line) => line !== place && line !== reason && !line.startsWith(indent));
  const shown = unwrapCommand(script.join("\n"));
  return {
    words: oneLine(place === undefined ? shown : `${shown} (${place})`),
    isWhole: script.length === 1 && command !== "" && isPlain(shown) && others.length === 0,
  };
}

/** True for text that a line shows as it is: no run of spaces, no character that had to be spelled out. */
function isPlain(text: string): boolean {
  return oneLine(text) === text && !text.includes("\\u{");
}

const indent = "  ";
const reason = "Codex's reason:";
