import type { Envelope, JobSummary } from "../domain/envelope.ts";
import { isTerminal, type JobRecord, type JobStatus, mayBecome } from "../domain/job.ts";

/** How a job ended, by its stored result. */
export function statusOfResult(result: Envelope): JobStatus {
  const status = result.job?.status;
  if (status !== undefined && isTerminal(status)) return status;
  if (result.ok) return "succeeded";
  return result.error?.kind === "cancelled" ? "cancelled" : "failed";
}

/** True when a job in `from` may end as `to`, also by way of `running`: a result proves that it ran. */
export function mayEndAs(from: JobStatus, to: JobStatus): boolean {
  return mayBecome(from, to) || (mayBecome(from, "running") && mayBecome("running", to));
}

/** What lists and results show of a job. */
export function summarizeJob(record: JobRecord): JobSummary {
  const { id, title, kind, status, phase, workspace, createdAt, endedAt, lastEventAt } = record;
  const { startedAt, rehearsal, askedBy, host, thread, currentCommand, tokens, verdict, error } = record;
  return {
    id,
    title,
    kind,
    status,
    ...(phase === undefined ? {} : { phase }),
    workspace,
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(lastEventAt === undefined ? {} : { lastEventAt }),
    ...(rehearsal ? { rehearsal } : {}),
    ...(askedBy === undefined ? {} : { askedBy }),
    ...(host === undefined ? {} : { host }),
    ...(thread === undefined ? {} : { thread }),
    ...(currentCommand === undefined ? {} : { currentCommand }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(error === undefined ? {} : { error: error.message, errorKind: error.kind }),
  };
}

/** A record without what a running job shows and an ended one does not. */
export function withoutActivity<
  Record extends { phase?: unknown; currentCommand?: unknown; pending?: unknown },
>(record: Record): Omit<Record, "phase" | "currentCommand" | "pending"> {
  const { phase: _phase, currentCommand: _currentCommand, pending: _pending, ...rest } = record;
  return rest;
}
