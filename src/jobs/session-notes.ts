import { randomBytes } from "node:crypto";
import { readdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSessionId } from "../domain/session-id.ts";
import { putIntoFleeting } from "./fleeting-folder.ts";
import { removeQuietly } from "./lock-file.ts";
import { readPrivateFile } from "./private-files.ts";
import { ensurePrivateFolder } from "./private-folders.ts";
import { currentSession } from "./session-heirs.ts";
import { isMissing } from "./state-errors.ts";

/** In characters. */
const longestNote = 2_000;

/** Something that waits for the next prompt of a session. */
export interface SessionNote {
  readonly name: string;
  readonly text: string;
}

/** Leaves a note for whatever goes on in the place of a session of Claude Code. Never fails: whoever leaves one has done its work. */
export function leaveNote(stateRoot: string, session: string, { name, text }: SessionNote): void {
  if (!isSessionId(session)) return;
  // Under its name it is whole: whoever takes it takes all of it.
  const draft = join(notesFolder(stateRoot), `.${randomBytes(6).toString("hex")}`);
  try {
    const current = currentSession(stateRoot, session);
    ensurePrivateFolder(notesFolder(stateRoot));
    writeFileSync(draft, text.slice(0, longestNote), { mode: 0o600, flag: "wx" });
    putInto(folderOf(stateRoot, current), draft, name);
    // The session may have been passed on in between, with the notes that were there then.
    const heir = currentSession(stateRoot, session);
    if (heir !== current) moveNotes(stateRoot, current, heir);
  } catch {
    // A full disk: nobody is told, and everything is found by `tandem status`.
    removeQuietly(draft);
  }
}

/** Takes a note back. Never fails. */
export function takeNoteBack(stateRoot: string, session: string, name: string): void {
  if (!isSessionId(session)) return;
  const folder = folderOf(stateRoot, currentSession(stateRoot, session));
  removeQuietly(join(folder, name));
  removeEmpty(folder);
}

/** The notes for a session with names that fit. They are given once: they are taken away. */
export function takeNotes(
  stateRoot: string,
  session: string,
  fits: (name: string) => boolean,
): readonly SessionNote[] {
  if (!isSessionId(session)) return [];
  const folder = folderOf(stateRoot, session);
  const notes = namesIn(folder)
    .filter(fits)
    .flatMap((name) => {
      const path = join(folder, name);
      const read = readPrivateFile(path, longestNote * 4);
      removeQuietly(path);
      return read.found === "file" ? [{ name, text: read.bytes.toString("utf8") }] : [];
    });
  removeEmpty(folder);
  return notes;
}

/** Another session goes on in the place of the one that the notes wait for. Throws what the file system throws. */
export function moveNotes(stateRoot: string, from: string, to: string): void {
  const names = namesIn(folderOf(stateRoot, from));
  if (names.length === 0 || !isSessionId(to)) return;
  for (const name of names) {
    try {
      putInto(folderOf(stateRoot, to), join(folderOf(stateRoot, from), name), name);
    } catch (thrown) {
      // Somebody has taken this one meanwhile; the others wait on.
      if (!isMissing(thrown)) throw thrown;
    }
  }
  for (const session of [from, to]) removeEmpty(folderOf(stateRoot, session));
}

/** Gives a note its place, under the name by which it is taken. */
function putInto(folder: string, path: string, name: string): void {
  putIntoFleeting(folder, () => renameSync(path, join(folder, name)));
}

/** What the hook of a prompt looks for (`plugin/hooks/when.sh`). */
function folderOf(stateRoot: string, session: string): string {
  return join(notesFolder(stateRoot), session);
}

function notesFolder(stateRoot: string): string {
  return join(stateRoot, "notices");
}

/** An empty folder would start the hook for nothing. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or not there.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // There is nothing to tell.
  }
}
