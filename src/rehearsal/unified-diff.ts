/** A line of the new side of a diff. */
export interface DiffLine {
  /** As git writes it: relative to the repository's root. */
  readonly path: string;
  /** In the new file, from 1. */
  readonly number: number;
  readonly text: string;
  /** False for a line of context. */
  readonly isAdded: boolean;
}

export interface UnifiedDiff {
  /** Files that exist after the change, in their order. */
  readonly paths: readonly string[];
  /** The lines of their new side, as far as the diff shows them. */
  readonly lines: readonly DiffLine[];
}

/**
 * Reads all unified diffs in a text, whatever stands around them. Hunks are counted, so that content which looks like a
 * header is not taken for one.
 */
export function readDiff(text: string): UnifiedDiff {
  const paths: string[] = [];
  const lines: DiffLine[] = [];
  let path: string | undefined;
  let number = 0;
  let oldLeft = 0;
  let newLeft = 0;
  for (const line of text.split("\n")) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (oldLeft > 0 || newLeft > 0) {
      const isNew = line.startsWith("+") || line.startsWith(" ");
      if (isNew && path !== undefined) {
        lines.push({ path, number, text: line.slice(1), isAdded: line.startsWith("+") });
      }
      if (isNew) number += 1;
      if (isNew) newLeft -= 1;
      if (line.startsWith("-") || line.startsWith(" ")) oldLeft -= 1;
    } else if (hunk !== null) {
      oldLeft = Number(hunk[1] ?? 1);
      number = Number(hunk[2]);
      newLeft = Number(hunk[3] ?? 1);
    } else if (line.startsWith("+++ ")) {
      path = pathOf(line);
      if (path !== undefined) paths.push(path);
    }
  }
  return { paths, lines };
}

/** Undefined for a deleted file and for names that git quotes, which the scripted model leaves alone. */
function pathOf(line: string): string | undefined {
  return /^\+\+\+ b\/([^\t"]+)\t?$/.exec(line)?.[1];
}
