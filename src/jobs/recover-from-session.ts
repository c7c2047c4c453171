import { isAbsolute } from "node:path";
import { type FinishedTurn, readFinishedTurn } from "../codex/exec/finished-turn.ts";
import { ranOnTerms } from "../codex/exec/read-back.ts";
import type { Envelope, TandemIdentity } from "../domain/envelope.ts";
import { isReviewKind, type RunRequest } from "../domain/run.ts";
import { redactEnvelopeText } from "../privacy/redact-envelope.ts";
import { readConsultAnswer } from "../tasks/consult.ts";
import type { TaskResult } from "../tasks/task.ts";
import { threadOptions } from "../tasks/thread-options.ts";
import { composeEndedResult, type LostRun } from "./lost-run.ts";
import { heartbeatMs } from "./state-world.ts";

/**
 * The result of a run whose owner died after Codex had finished the turn, from Codex's own session file; undefined when it is not
 * there: the thread was ephemeral, the turn did not complete with an answer, or Codex ran it on other terms than asked for.
 * Nothing but the answer is taken from there, so a review has no verdict. Reads only below the plan's `codexHome`.
 */
export async function recoverFromSession(
  lost: LostRun,
  tandem: TandemIdentity,
  now: () => Date,
): Promise<Envelope | undefined> {
  const { record, request, plan, traces } = lost;
  const thread = traces.thread?.thread ?? record.thread;
  // Of an operator nothing counts that was not checked.
  if (request?.kind === "operator") return undefined;
  if (request === undefined || request.ephemeral || request.rehearsal || thread === undefined)
    return undefined;
  if (plan === undefined || !isAbsolute(plan.codexHome) || !isUuid(thread)) return undefined;
  const finished = await readFinishedTurn(plan.codexHome, thread, turnOf(lost));
  if (finished === undefined || hasOtherTerms(finished, request)) return undefined;
  const parts = await partsOf(finished, request);
  if (parts === undefined) return undefined;
  const { turn, usage } = finished;
  const found = { ...lost, traces: { ...traces, turn, ...(usage === undefined ? {} : { usage }) } };
  const envelope = composeEndedResult(found, parts, now().toISOString(), tandem);
  return redactEnvelopeText(withFacts(envelope, finished));
}

/** Tells the run's own turn: by its id, or when its owner died before it knew that, by the time in which it was started. */
function turnOf({ record, traces, lastSeen }: LostRun): (turn: string) => boolean {
  const known = traces.turn ?? record.turn;
  // What stands in for an id that Codex has not told is no id.
  if (known !== undefined && isUuid(known)) return (turn) => turn === known;
  const from = Date.parse(record.startedAt ?? record.createdAt);
  // Later turns of the thread are somebody else's: the owner was dead.
  const until = lastSeen.getTime() + heartbeatMs;
  return (turn) => isUuid(turn) && timeOf(turn) >= from && timeOf(turn) <= until;
}

/** The owner stops a run on other terms; here it may have died before. */
function hasOtherTerms({ terms }: FinishedTurn, request: RunRequest): boolean {
  return !ranOnTerms(terms, threadOptions(request, { untrusted: isReviewKind(request.kind) }));
}

async function partsOf(
  { answer }: FinishedTurn,
  request: RunRequest,
): Promise<TaskResult["parts"] | undefined> {
  if (isReviewKind(request.kind)) return { verdict: "none", raw: answer };
  if (request.wantsFindings !== true) return { answer, raw: answer };
  const parts = await readConsultAnswer(answer, request);
  return parts === undefined ? undefined : { ...parts, raw: answer };
}

function withFacts(envelope: Envelope, { model, effort, terms }: FinishedTurn): Envelope {
  const { run } = envelope;
  if (run === undefined) return envelope;
  const effective = run.sandbox.effective === "unverified" ? terms?.sandbox.tier : run.sandbox.effective;
  return {
    ...envelope,
    run: {
      ...run,
      ...(model === undefined ? {} : { model }),
      ...(effort === undefined ? {} : { effort }),
      sandbox: { ...run.sandbox, effective: effective ?? "unverified" },
      warnings: [...run.warnings, recovered],
    },
  };
}

const recovered =
  "The process that ran this job ended before it could store the result; the answer is from Codex's own record, and nothing else of the run was checked.";

/** Ids of threads and turns are UUIDs of version 7 (Codex 0.169), which begin with the milliseconds since 1970. */
function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
}
