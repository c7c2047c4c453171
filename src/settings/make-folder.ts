import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder with its parents, for this user alone (0700); one that exists is fine. Throws the system's error. Not
 * `recursive`: Node 20 then tries for ever where the system answers ENOENT under an existing folder, as /proc does.
 */
export function makeFolder(path: string): void {
  if (makeOne(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  if (!makeOne(path)) throw Object.assign(new Error(`no folder can be made at ${path}`), { code: "ENOENT" });
}

/** False when its parent is missing; one that exists counts as made. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ENOENT") return false;
    if (code !== "EEXIST") throw thrown;
  }
  return true;
}
