import { type Envelope, envelopeSchema, type RunFacts, type TandemIdentity } from "../domain/envelope.ts";
import { type ErrorReport, reportError } from "../domain/errors/tandem-error.ts";
import type { JobRecord, ProcessIdentity } from "../domain/job.ts";
import { isReviewKind, type RunRequest } from "../domain/run.ts";
import { summarizeJob, withoutActivity } from "./job-status.ts";
import type { RunTraces } from "./run-traces.ts";

/** A run whose owner died before its result. */
export interface LostRun {
  readonly record: JobRecord;
  /** Undefined when its file could not be used. */
  readonly request: RunRequest | undefined;
  readonly traces: RunTraces;
  readonly owner: ProcessIdentity | undefined;
  /** The owner's last sign of life. */
  readonly lastSeen: Date;
  readonly error: ErrorReport;
}

/** The error of a run whose owner died. */
export function describeLoss(owner: ProcessIdentity | undefined): ErrorReport {
  const name = owner === undefined ? "unknown" : `process ${owner.pid} on ${owner.host}`;
  return reportError("broker_lost", { owner: name });
}

/** The result of a lost run: the error with everything that had arrived. A review never has a verdict here. */
export function composeLostResult(lost: LostRun, endedAt: string, tandem: TandemIdentity): Envelope {
  const { record, traces, error } = lost;
  const run = composeRunFacts(lost, tandem);
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record.kind,
    job: summarizeJob({
      ...withoutActivity(record),
      status: "failed",
      endedAt,
      error: { kind: error.kind, message: error.message },
    }),
    ...(isReviewKind(record.kind) ? { verdict: "none" } : {}),
    ...(traces.partialAnswer === undefined ? {} : { raw: traces.partialAnswer }),
    ...(run === undefined ? {} : { run }),
    error,
  };
}

/** Facts of a run that had been routed to an engine; before that there are none. */
function composeRunFacts(
  { record, request, traces, lastSeen }: LostRun,
  tandem: TandemIdentity,
): RunFacts | undefined {
  if (record.engine === undefined || request === undefined) return undefined;
  const { thread: facts, usage } = traces;
  const thread = facts?.thread ?? record.thread;
  const turn = traces.turn ?? record.turn;
  const model = facts?.model ?? request.model;
  const effort = facts?.effort ?? request.effort;
  const startedMs = Date.parse(record.startedAt ?? record.createdAt);
  return {
    engine: record.engine,
    route: record.route ?? "",
    tandem,
    ...(model === undefined ? {} : { model }),
    ...(facts?.provider === undefined ? {} : { provider: facts.provider }),
    ...(facts?.instructionSources === undefined ? {} : { instructionSources: facts.instructionSources }),
    ...(effort === undefined ? {} : { effort }),
    tier: request.tier,
    sandbox: { requested: request.tier, effective: facts?.sandbox.tier ?? "unverified" },
    network: request.network,
    isolation: request.isolation,
    ...(thread === undefined ? {} : { thread }),
    ...(turn === undefined ? {} : { turn }),
    ...(usage === undefined ? {} : { usage }),
    durationMs: Math.max(0, lastSeen.getTime() - startedMs),
    rehearsal: record.rehearsal,
    warnings: traces.warnings,
  };
}
