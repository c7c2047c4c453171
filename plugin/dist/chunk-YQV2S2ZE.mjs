import {
  isTerminal,
  mayBecome
} from "./chunk-XT4QHU2W.mjs";

// src/jobs/job-status.ts
function statusOfResult(result) {
  const status = result.job?.status;
  if (status !== void 0 && isTerminal(status)) return status;
  if (result.ok) return "succeeded";
  return result.error?.kind === "cancelled" ? "cancelled" : "failed";
}
function mayEndAs(from, to) {
  return mayBecome(from, to) || mayBecome(from, "running") && mayBecome("running", to);
}
function summarizeJob(record) {
  const { id, title, kind, status, phase, workspace, createdAt, endedAt, lastEventAt } = record;
  const { rehearsal, currentCommand, tokens, verdict, error } = record;
  return {
    id,
    title,
    kind,
    status,
    ...phase === void 0 ? {} : { phase },
    workspace,
    createdAt,
    ...endedAt === void 0 ? {} : { endedAt },
    ...lastEventAt === void 0 ? {} : { lastEventAt },
    ...rehearsal ? { rehearsal } : {},
    ...currentCommand === void 0 ? {} : { currentCommand },
    ...tokens === void 0 ? {} : { tokens },
    ...verdict === void 0 ? {} : { verdict },
    ...error === void 0 ? {} : { error: error.message }
  };
}
function withoutActivity(record) {
  const { phase: _phase, currentCommand: _currentCommand, ...rest } = record;
  return rest;
}

export {
  statusOfResult,
  mayEndAs,
  summarizeJob,
  withoutActivity
};
