import { isAbsolute, normalize, relative, sep } from "node:path";
import type { Anchor } from "../domain/finding.ts";
import { pathBytes, pathText } from "../workspace/paths.ts";

/** What a reviewed file offers to point at. */
export interface AnchorGround {
  /** Relative to the work tree's root, with `/`. */
  readonly path: string;
  /** Hunks in the new version, as first and last line. */
  readonly changedLines: readonly { readonly start: number; readonly end: number }[];
}

export interface Place {
  readonly file: string;
  readonly lineStart?: number;
  readonly lineEnd?: number;
}

/**
 * Whether a finding points at something that was reviewed: `exact` inside a changed hunk, `moved` elsewhere in a changed file,
 * `missing` when the file is not among the changed ones.
 */
export function anchorOf({ file, lineStart, lineEnd }: Place, grounds: readonly AnchorGround[]): Anchor {
  const ground = grounds.find(({ path }) => path === file);
  if (ground === undefined) return "missing";
  if (lineStart === undefined) return "moved";
  const last = lineEnd ?? lineStart;
  const inHunk = ground.changedLines.some(({ start, end }) => lineStart <= end && last >= start);
  return inHunk ? "exact" : "moved";
}

/**
 * A path as the model, Codex or git gave it, relative to the root where it lies inside it, with `/` and written as the names of
 * changes are: the same file gives the same text.
 */
export function relativeToRoot(path: string, root: string): string {
  const inside = isAbsolute(path) ? relative(root, path) : normalize(path);
  const left = ["", ".", ".."].includes(inside) || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return left ? path : pathText(pathBytes(inside.split(sep).join("/")));
}
