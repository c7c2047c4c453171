import { readFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { isRecord, parseJson } from "../../domain/json.ts";
import { type FileState, writeDurably } from "./file-state.ts";

/** One file of a change to the work tree. */
export interface JournalFile {
  /** The name in bytes, relative to the root, as base64. */
  readonly name: string;
  readonly before: FileState;
  readonly after: FileState;
}

/** Where a change to a work tree stands. `applying`, `checking` and `undoing` are to be ended by the next call. */
export type JournalState = "applying" | "checking" | "applied" | "undoing";

/** `journal.json`: what a change does to the work tree, written before its first step. Contents lie beside it, by their place in the list. */
export interface Journal {
  readonly schema: "codex-tandem/apply/1";
  readonly job: string;
  readonly root: string;
  readonly state: JournalState;
  /** Files that go, then files that come. */
  readonly files: readonly JournalFile[];
  /** Folders (base64, relative to the root) with their permissions, that have to be there before; and those that were made for it. */
  readonly folders: readonly { readonly name: string; readonly mode: number }[];
  readonly madeFolders: readonly string[];
  readonly at: string;
}

/** The folder of one change, with its journal and contents. */
export interface JournalPlace {
  readonly folder: string;
}

export function contentPath({ folder }: JournalPlace, side: "before" | "after", index: number): string {
  return join(folder, side, String(index));
}

/** Replaces the journal as a whole and waits until that is on the disk. */
export async function writeJournal({ folder }: JournalPlace, journal: Journal): Promise<void> {
  const path = join(folder, "journal.json");
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  await writeDurably(temporary, `${JSON.stringify(journal)}\n`, 0o600);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Undefined where there is none. One that is not whole was never begun: it is written before the first step. */
export function readJournal({ folder }: JournalPlace): Journal | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, "journal.json"), "utf8");
  } catch {
    // No change was begun.
    return undefined;
  }
  const value = parseJson(text);
  return isJournal(value) ? value : undefined;
}

/** A rename counts after a power cut only once its folder is written. */
export async function syncFolder(folder: string | Buffer): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function isJournal(value: unknown): value is Journal {
  if (!isRecord(value) || value["schema"] !== "codex-tandem/apply/1") return false;
  const { root, state, files, folders, madeFolders } = value;
  return (
    typeof root === "string" &&
    isAbsolute(root) &&
    ["applying", "checking", "applied", "undoing"].includes(String(state)) &&
    Array.isArray(files) &&
    files.every((file) => isRecord(file) && typeof file["name"] === "string") &&
    Array.isArray(folders) &&
    Array.isArray(madeFolders)
  );
}
