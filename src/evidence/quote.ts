import type { Anchor } from "../domain/finding.ts";

/** Lines of one version of a file that a patch shows, by their number. */
export type ShownLines = ReadonlyMap<number, string>;

/** Reads the lines of one version out of a file's part of a unified patch: its context, and its additions or removals. */
export function shownLines(patch: string, version: "new" | "old" = "new"): ShownLines {
  const lines = new Map<number, string>();
  const changed = version === "new" ? "+" : "-";
  let next: number | undefined;
  for (const line of patch.split("\n")) {
    const range = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (range !== null) next = Number(version === "new" ? range[2] : range[1]);
    // A file that became a link has two parts; the second one's header is no text of the file.
    else if (line.startsWith("diff --git ")) next = undefined;
    else if (next !== undefined && (line.startsWith(changed) || line.startsWith(" ")))
      lines.set(next++, line.slice(1));
  }
  return lines;
}

export interface QuotedPlace {
  readonly quote: string;
  readonly lineStart?: number;
}

/**
 * Where a quote stands in the reviewed text: `exact` at the lines that it names, `moved` elsewhere, `missing` when it is nowhere.
 * White space at both ends of lines does not count, since models do not copy it faithfully.
 */
export function anchorOfQuote({ quote, lineStart }: QuotedPlace, lines: ShownLines): Anchor {
  const wanted = quote.split(/\r?\n/).map((line) => line.trim());
  while (wanted.at(0) === "") wanted.shift();
  while (wanted.at(-1) === "") wanted.pop();
  if (wanted.length === 0) return "missing";
  const starts = [...lines.keys()].filter((start) =>
    wanted.every((line, offset) => lines.get(start + offset)?.trim() === line),
  );
  if (starts.length === 0) return "missing";
  return lineStart !== undefined && starts.includes(lineStart) ? "exact" : "moved";
}
