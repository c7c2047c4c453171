import { isJobId, type JobRecord } from "../domain/job.ts";
import { leaveNote, takeNoteBack, takeNotes } from "./session-notes.ts";
import { isWarning } from "./unverified-reports.ts";

type EndedJob = Pick<JobRecord, "id" | "kind" | "session">;

/**
 * Leaves a note that a job has ended, for the session of Claude Code that it was started in: its next prompt finds it without a list of
 * jobs. Never fails: a job has ended whether or not anybody is told.
 */
export function leaveNotice(stateRoot: string, job: EndedJob): void {
  if (isTold(job)) leaveNote(stateRoot, job.session, { name: job.id, text: "" });
}

/** The result has been read, or is gone. Never fails. */
export function takeNoticeBack(stateRoot: string, job: EndedJob): void {
  if (isTold(job)) takeNoteBack(stateRoot, job.session, job.id);
}

/**
 * The ids of jobs that have ended and of which this session has not been told. They are told once; what else lies there is taken away as
 * well, or it would start the hook again and again.
 */
export function takeNotices(stateRoot: string, session: string): readonly string[] {
  // But for warnings: one may have come since they were taken.
  const notes = takeNotes(stateRoot, session, (name) => !isWarning(name));
  return notes.map(({ name }) => name).filter(isJobId);
}

/** The gate tells of its reviews itself. */
function isTold(job: EndedJob): job is EndedJob & { readonly session: string } {
  return job.kind !== "gate" && job.session !== undefined && isJobId(job.id);
}
