import { readFileSync, writeFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isRecord, parseJson } from "../../domain/json.ts";
import type { WorktreePlace } from "./place.ts";

/** `worktree.json`: what a delegated work tree was made from. */
export interface WorktreeRecord {
  readonly schema: "codex-tandem/worktree/1";
  readonly job: string;
  /** The user's work tree, and git's own folder of it; absolute. */
  readonly root: string;
  readonly gitDirectory: string;
  /** Object ids: HEAD of that moment, and the commit that also holds what was not committed. */
  readonly head: string;
  readonly baseline: string;
  /** Where the person worked, relative to the root. */
  readonly folder: string;
  /** Links to folders of the user, relative to the root; no part of any patch. */
  readonly links: readonly string[];
  /** Paths of submodules, as text; what lies there is no part of any patch either. */
  readonly submodules: readonly string[];
}

export function writeWorktreeRecord({ record: path }: WorktreePlace, record: WorktreeRecord): void {
  writeFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}

/** Undefined where there is no work tree, or none that was finished. */
export function readWorktreeRecord({ record: path }: WorktreePlace): WorktreeRecord | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // Never finished, or removed.
    return undefined;
  }
  const value = parseJson(text);
  return isWorktreeRecord(value) ? value : undefined;
}

function isWorktreeRecord(value: unknown): value is WorktreeRecord {
  if (!isRecord(value) || value["schema"] !== "codex-tandem/worktree/1") return false;
  const { root, gitDirectory, head, baseline, folder, links, submodules, job } = value;
  return (
    [root, gitDirectory].every((path) => typeof path === "string" && isAbsolute(path)) &&
    [head, baseline].every((id) => typeof id === "string" && /^[0-9a-f]{40,64}$/.test(id)) &&
    typeof folder === "string" &&
    typeof job === "string" &&
    [links, submodules].every(isTexts)
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
