import { type Envelope, envelopeSchema, type RunFacts, type TandemIdentity } from "../domain/envelope.ts";
import { type ErrorReport, reportError } from "../domain/errors/tandem-error.ts";
import type { JobRecord, ProcessIdentity } from "../domain/job.ts";
import { isReviewKind, type RunPlan, type RunRequest } from "../domain/run.ts";
import type { TaskResult } from "../tasks/task.ts";
import type { CancelRequest } from "./cancel-request.ts";
import { summarizeJob, withoutActivity } from "./job-status.ts";
import type { RunTraces } from "./run-traces.ts";

/** A run whose owner died before its result. */
export interface LostRun {
  readonly record: JobRecord;
  /** Undefined when its file could not be used. */
  readonly request: RunRequest | undefined;
  readonly plan: RunPlan | undefined;
  readonly traces: RunTraces;
  readonly owner: ProcessIdentity | undefined;
  /** The owner's last sign of life. */
  readonly lastSeen: Date;
  /** Why it has no result: the loss, or that it was to be stopped anyway. */
  readonly error: ErrorReport;
}

/** The error of a run whose owner died, with or without a request to stop it. */
export function describeLoss(owner: ProcessIdentity | undefined, cancel?: CancelRequest): ErrorReport {
  if (cancel !== undefined) return reportError("cancelled", { by: cancel.by });
  const name = owner === undefined ? "unknown" : `process ${owner.pid} on ${owner.host}`;
  return reportError("broker_lost", { owner: name });
}

/** The result of a lost run: the error with everything that had arrived. A review never has a verdict here. */
export function composeLostResult(lost: LostRun, endedAt: string, tandem: TandemIdentity): Envelope {
  const { record, traces, error } = lost;
  return composeEndedResult(
    lost,
    {
      ...(isReviewKind(record.kind) ? { verdict: "none" } : {}),
      ...(traces.partialAnswer === undefined ? {} : { raw: traces.partialAnswer }),
      error,
    },
    endedAt,
    tandem,
  );
}

/** The result of a run that ended without its owner, with the parts that are known. */
export function composeEndedResult(
  lost: LostRun,
  parts: TaskResult["parts"],
  endedAt: string,
  tandem: TandemIdentity,
): Envelope {
  const { record } = lost;
  const { error, verdict } = parts;
  const run = composeRunFacts(lost, tandem);
  const status = error === undefined ? "succeeded" : error.kind === "cancelled" ? "cancelled" : "failed";
  return {
    schema: envelopeSchema,
    ok: error === undefined,
    kind: record.kind,
    job: summarizeJob({
      ...withoutActivity(record),
      status,
      endedAt,
      ...(verdict === undefined ? {} : { verdict }),
      ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
    }),
    ...parts,
    ...(run === undefined ? {} : { run }),
  };
}

/** Facts of a run that had been routed to an engine; before that there are none. */
function composeRunFacts(
  { record, request, plan, traces, lastSeen }: LostRun,
  tandem: TandemIdentity,
): RunFacts | undefined {
  const engine = record.engine ?? plan?.engine;
  if (engine === undefined || request === undefined) return undefined;
  const { thread: facts, usage } = traces;
  const thread = facts?.thread ?? record.thread;
  const turn = traces.turn ?? record.turn;
  const model = facts?.model ?? request.model;
  const effort = facts?.effort ?? request.effort;
  const startedMs = Date.parse(record.startedAt ?? record.createdAt);
  return {
    engine,
    route: record.route ?? plan?.route ?? "",
    tandem,
    ...(plan === undefined ? {} : { codex: { version: plan.codex.version, path: plan.codex.path } }),
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
    ...(record.idempotencyKey === undefined ? {} : { idempotencyKey: record.idempotencyKey }),
    warnings: [...(plan?.warnings ?? []), ...traces.warnings, ...mayGoOn(plan, thread)],
  };
}

/** A turn on an app-server elsewhere does not end with its owner. */
function mayGoOn(plan: RunPlan | undefined, thread: string | undefined): readonly string[] {
  if (plan?.endpoint === undefined || thread === undefined) return [];
  return [`Thread ${thread} may go on at ${plan.codex.path}.`];
}
