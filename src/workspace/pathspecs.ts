import { realpathSync } from "node:fs";
import path from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { quote } from "../settings/quote.ts";

/**
 * Paths as the person typed them, relative to `cwd`, as paths relative to the work tree's root with `/`. An empty list means the
 * whole work tree. They reach git as literal names, never as patterns. Throws `usage` for a path outside of the work tree.
 */
export function resolvePathspecs(root: string, cwd: string, paths: readonly string[]): readonly string[] {
  const relative = paths.map((typed) => relativeToRoot(root, cwd, typed));
  return relative.includes("") ? [] : [...new Set(relative)];
}

function relativeToRoot(root: string, cwd: string, typed: string): string {
  if (typed === "" || typed.includes("\0"))
    throw new TandemError("usage", { problem: "A path is empty or holds NUL." });
  const absolute = path.resolve(realPathOr(cwd), typed);
  // The folder may have been named through a link (such as /tmp on macOS); the last part is kept, because it may be a link under review.
  const candidates = [absolute, path.join(realPathOr(path.dirname(absolute)), path.basename(absolute))];
  for (const candidate of candidates) {
    const relative = path.relative(root, candidate);
    const isInside = relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
    if (isInside) return relative.split(path.sep).join("/");
  }
  throw new TandemError("usage", {
    problem: `The path ${quote(typed)} lies outside of the work tree ${root}.`,
    hint: "Only files of the repository can be examined; name another one with --cwd.",
  });
}

function realPathOr(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // A deleted folder can still have changes in it.
    return folder;
  }
}
