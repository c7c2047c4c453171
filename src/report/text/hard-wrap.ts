import { displayWidth, graphemes, graphemeWidth } from "./width.ts";

/**
 * Text of somebody else, every character of it and in its own lines, none of them wider than `columns`: a terminal that breaks a
 * line by itself begins the rest at its left margin, where it could be taken for a line of ours. `text` is sanitised.
 */
export function hardWrap(text: string, columns: number, prefixes: LinePrefixes): readonly string[] {
  const room = Math.max(10, columns - displayWidth(prefixes.line));
  return text
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) =>
      pieces(line, room).map((piece, index) =>
        `${index === 0 ? prefixes.line : prefixes.continued}${piece}`.trimEnd(),
      ),
    );
}

/** Both of the same width. */
export interface LinePrefixes {
  readonly line: string;
  /** Before the rest of a line that is too long. */
  readonly continued: string;
}

function pieces(line: string, room: number): readonly string[] {
  if (displayWidth(line) <= room) return [line];
  const found: string[] = [];
  let current = "";
  let width = 0;
  for (const grapheme of graphemes(line)) {
    const next = graphemeWidth(grapheme);
    if (width + next > room && current !== "") {
      found.push(current);
      current = "";
      width = 0;
    }
    current += grapheme;
    width += next;
  }
  return [...found, current];
}
