import { type Envelope, envelopeSchema, type RunFacts } from "../domain/envelope.ts";
import { toErrorReport } from "../domain/errors/tandem-error.ts";
import type { Usage } from "../domain/events.ts";
import type { JobRecord } from "../domain/job.ts";
import { isReviewKind, type RunRequest } from "../domain/run.ts";
import type { TaskResult } from "../tasks/task.ts";
import { summarizeJob } from "./job-status.ts";

/** Facts of a run that are known before it starts. */
export type KnownFacts = Pick<RunFacts, "engine" | "route" | "tandem" | "codex" | "warnings">;

export interface RunEnd {
  readonly request: RunRequest;
  /** The record as it will be once the job has ended. */
  readonly record: JobRecord;
  readonly result: TaskResult;
  readonly known: KnownFacts;
  readonly durationMs: number;
}

/** The envelope of a run that has ended. */
export function composeEnvelope({ request, record, result, known, durationMs }: RunEnd): Envelope {
  const { parts } = result;
  return {
    schema: envelopeSchema,
    ok: parts.error === undefined,
    kind: request.kind,
    job: summarizeJob(record),
    ...parts,
    ...(parts.error === undefined ? {} : { error: parts.error }),
    run: runFacts(request, result, known, durationMs),
  };
}

/** What is left of a task that threw: nothing but the reason. */
export function failedResult(request: RunRequest, thrown: unknown): TaskResult {
  const verdict = isReviewKind(request.kind) ? ({ verdict: "none" } as const) : {};
  return { parts: { ...verdict, error: toErrorReport(thrown) }, warnings: [], turns: [] };
}

function runFacts(request: RunRequest, result: TaskResult, known: KnownFacts, durationMs: number): RunFacts {
  const { session, turns } = result;
  const facts = session?.facts;
  const turn = turns.at(-1)?.turn;
  const usage = totalUsage(turns.flatMap((outcome) => outcome.usage ?? []));
  const effort = request.effort ?? facts?.effort;
  const model = facts === undefined ? undefined : (request.model ?? facts.model);
  return {
    ...known,
    ...(model === undefined ? {} : { model }),
    ...(facts?.provider === undefined ? {} : { provider: facts.provider }),
    ...(facts === undefined || facts.thread === "" ? {} : { thread: facts.thread }),
    ...(effort === undefined ? {} : { effort }),
    tier: request.tier,
    sandbox: { requested: request.tier, effective: facts?.sandbox.tier ?? "unverified" },
    network: request.network,
    isolation: request.isolation,
    ...(facts?.instructionSources === undefined ? {} : { instructionSources: facts.instructionSources }),
    ...(turn === undefined ? {} : { turn }),
    ...(usage === undefined ? {} : { usage }),
    durationMs,
    rehearsal: request.rehearsal,
    warnings: [...known.warnings, ...result.warnings],
  };
}

function totalUsage(usages: readonly Usage[]): Usage | undefined {
  if (usages.length === 0) return undefined;
  const sum = (pick: (usage: Usage) => number) => usages.reduce((total, usage) => total + pick(usage), 0);
  return {
    inputTokens: sum((usage) => usage.inputTokens),
    cachedInputTokens: sum((usage) => usage.cachedInputTokens),
    outputTokens: sum((usage) => usage.outputTokens),
    reasoningTokens: sum((usage) => usage.reasoningTokens),
  };
}
