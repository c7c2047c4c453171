import { oneLine } from "./sanitise.ts";
import { paint, paintStart, proseColumns, type TextStyle, type Tone } from "./style.ts";
import { wrapText } from "./wrap.ts";

/** Lines of one part of an answer, without the blank line that parts it from the next. Empty: nothing to say. */
export type Block = readonly string[];

/** Sets the words of a model apart from ours in a review. */
export const modelIndent = "   ";

export interface ListHeading {
  readonly one: string;
  readonly many: string;
}

export interface LabelOptions {
  readonly indent?: string;
  readonly tone?: Tone;
}

/**
 * `label` and then `text` in the same paragraph: `Risk: money is lost`. Further lines are set in by two, so that no line of a
 * quoted text looks like one of ours.
 */
export function labelled(label: string, text: string, style: TextStyle, options: LabelOptions = {}): Block {
  const indent = options.indent ?? "";
  const [first = "", ...rest] = hang(`${label} ${text.trim()}`, { columns: proseColumns(style), indent });
  const painted = paintStart(first.slice(indent.length), label.length, options.tone ?? "quiet", style);
  return [indent + painted, ...rest];
}

/**
 * A heading and one wrapped entry a line; a single entry follows its heading on the same line. Commands of ours are never
 * broken, so that they can be copied.
 */
export function list(heading: ListHeading, entries: readonly string[], style: TextStyle): Block {
  const [only] = entries;
  if (only === undefined) return [];
  if (entries.length === 1) {
    if (isCommand(only)) return [paint(`${heading.one}:`, "quiet", style) + ` ${oneLine(only)}`];
    return labelled(`${heading.one}:`, only, style);
  }
  return [
    paint(heading.many, "quiet", style),
    ...entries.flatMap((entry) => (isCommand(entry) ? [`  ${oneLine(entry)}`] : hanging(entry, style))),
  ];
}

/** Text under two spaces, its further lines under four. */
export function hanging(text: string, style: TextStyle): Block {
  return hang(text.trim(), { columns: proseColumns(style), indent: "  " });
}

/** The text of a model as given, each line behind `indent`. */
export function verbatim(text: string, indent = ""): Block {
  return trimBlankEnds(text)
    .split("\n")
    .map((line) => (line === "" ? "" : indent + line));
}

/** Parts that say something, with one blank line between them. */
export function joinBlocks(blocks: readonly Block[]): Block {
  const filled = blocks.filter((block) => block.length > 0);
  return filled.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

function isCommand(entry: string): boolean {
  return entry.startsWith("tandem ");
}

/** Wraps `text` so that every line but the first is set in by two more. */
function hang(text: string, { columns, indent }: { columns: number; indent: string }): Block {
  const lines = wrapText(text, { columns: columns - 2, indent });
  return lines.map((line, index) => (index === 0 || line === "" ? line : `  ${line}`));
}

/** `text` without empty lines at its beginning and end. */
function trimBlankEnds(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
}
