import { readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJobId, type JobRecord } from "../domain/job.ts";
import { isSessionId } from "../domain/session-id.ts";
import { removeQuietly } from "./lock-file.ts";
import { ensurePrivateFolder } from "./private-folders.ts";

type EndedJob = Pick<JobRecord, "id" | "kind" | "session">;

/**
 * Leaves a note that a job has ended, for the session of Claude Code that it was started in: its next prompt finds it without a list of
 * jobs. Never fails: a job has ended whether or not anybody is told.
 */
export function leaveNotice(stateRoot: string, job: EndedJob): void {
  const path = noticeOf(stateRoot, job);
  if (path === undefined) return;
  try {
    ensurePrivateFolder(dirname(path));
    writeFileSync(path, "", { mode: 0o600 });
  } catch {
    // A full disk: the result is found by `tandem status`.
  }
}

/** The result has been read, or is gone. Never fails. */
export function takeNoticeBack(stateRoot: string, job: EndedJob): void {
  const path = noticeOf(stateRoot, job);
  if (path === undefined) return;
  removeQuietly(path);
  removeEmpty(dirname(path));
}

/** The ids of jobs that have ended and of which this session has not been told. They are told once: the notes are taken away. */
export function takeNotices(stateRoot: string, session: string): readonly string[] {
  if (!isSessionId(session)) return [];
  const folder = join(noticesFolder(stateRoot), session);
  const names = namesIn(folder);
  for (const name of names) removeQuietly(join(folder, name));
  removeEmpty(folder);
  return names.filter(isJobId).sort();
}

/** The gate tells of its reviews itself. */
function noticeOf(stateRoot: string, { id, kind, session }: EndedJob): string | undefined {
  if (kind === "gate" || session === undefined || !isSessionId(session) || !isJobId(id)) return undefined;
  return join(noticesFolder(stateRoot), session, id);
}

function noticesFolder(stateRoot: string): string {
  return join(stateRoot, "notices");
}

/** The folder is what the hook of a prompt looks for, so an empty one must not stay. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone already.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // There is nothing to tell.
  }
}
