import { lstatSync } from "node:fs";
import path from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { Change } from "./changes.ts";

/** Throws `input_unreadable` for a path without a file or folder: a misspelt one must not look like one without changes. */
export function requirePaths(
  root: string,
  paths: readonly string[],
  isExcused: (name: string) => boolean = () => false,
): void {
  const missing = paths.find((name) => !isThere(path.join(root, name)) && !isExcused(name));
  if (missing === undefined) return;
  throw new TandemError("input_unreadable", { path: missing, cause: "there is no such file or folder" });
}

/** True when a path names one of the changes, a deleted or renamed file for one, or a folder around it. */
export function namesChange(name: string, changes: readonly Change[]): boolean {
  return changes.some((change) =>
    [change.path, change.name.toString("utf8"), change.oldPath ?? ""].some((changed) =>
      `${changed}/`.startsWith(`${name}/`),
    ),
  );
}

/** A link counts, whether or not its target exists. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
