import { displayWidth, graphemes, isWide } from "./width.ts";

export interface WrapOptions {
  readonly columns: number;
  /** Put before every line. */
  readonly indent?: string;
}

/**
 * Wraps each line of `text` at words, by display width. Line breaks of the author stay; a line that fits is kept as it is;
 * fenced and indented code and table rows are never broken. List items continue under their text. A single word that is
 * wider than the line stays whole, so that paths and addresses can be copied.
 */
export function wrapText(text: string, options: WrapOptions): readonly string[] {
  const indent = options.indent ?? "";
  const width = Math.max(10, options.columns - displayWidth(indent));
  let fence: string | undefined;
  return text.split("\n").flatMap((line) => {
    const wasFenced = fence !== undefined;
    fence = fenceAfter(line, fence);
    const lines = wasFenced || fence !== undefined || isPreformatted(line) ? [line] : wrapLine(line, width);
    return lines.map((piece) => (piece === "" ? "" : indent + piece));
  });
}

/** Lays out pieces in a row with `separator` between them; breaks only between pieces. */
export function flow(
  pieces: readonly string[],
  separator: string,
  options: WrapOptions,
): readonly (readonly string[])[] {
  const width = options.columns - displayWidth(options.indent ?? "");
  const rows: string[][] = [];
  let used = 0;
  for (const piece of pieces) {
    const pieceWidth = displayWidth(piece);
    const row = rows.at(-1);
    if (row !== undefined && used + displayWidth(separator) + pieceWidth <= width) {
      row.push(piece);
      used += displayWidth(separator) + pieceWidth;
    } else {
      rows.push([piece]);
      used = pieceWidth;
    }
  }
  return rows;
}

function fenceAfter(line: string, fence: string | undefined): string | undefined {
  const marker = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
  if (marker === undefined) return fence;
  if (fence === undefined) return marker;
  return marker.startsWith(fence) ? undefined : fence;
}

function isPreformatted(line: string): boolean {
  return /^( {4}|\t|\s*\|)/.test(line);
}

function wrapLine(line: string, width: number): readonly string[] {
  if (displayWidth(line) <= width) return [line.trimEnd()];
  const [lead = "", bullet = ""] = /^\s*([-*+>]\s+|\d{1,3}[.)]\s+)?/.exec(line) ?? [];
  const hang = " ".repeat(displayWidth(lead.slice(0, lead.length - bullet.length)) + displayWidth(bullet));
  const lines: string[] = [];
  let current = lead;
  let isEmpty = true;
  for (const unit of breakUnits(line.slice(lead.length))) {
    const space = unit.afterSpace && !isEmpty ? " " : "";
    if (!isEmpty && displayWidth(current + space + unit.text) > width) {
      lines.push(current);
      current = hang + unit.text;
    } else {
      current += space + unit.text;
    }
    isEmpty = false;
  }
  return [...lines, current];
}

interface BreakUnit {
  readonly text: string;
  readonly afterSpace: boolean;
}

/** Words, and single characters in scripts without spaces. */
function breakUnits(text: string): readonly BreakUnit[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .flatMap((word, wordIndex) =>
      splitWideCharacters(word).map((piece, pieceIndex) => ({
        text: piece,
        afterSpace: pieceIndex === 0 && wordIndex > 0,
      })),
    );
}

/** Closing punctuation never begins a line. */
const neverFirst = /^[、。，．：；？！）」』】〕》〉・ー]/u;

function splitWideCharacters(word: string): readonly string[] {
  if (!Array.from(word).some(isWide)) return [word];
  const pieces: string[] = [];
  let previousIsWide = false;
  for (const grapheme of graphemes(word)) {
    const wide = isWide(grapheme);
    const last = pieces.length - 1;
    const glued = last >= 0 && ((!wide && !previousIsWide) || neverFirst.test(grapheme));
    if (glued) pieces[last] += grapheme;
    else pieces.push(grapheme);
    previousIsWide = wide;
  }
  return pieces;
}
