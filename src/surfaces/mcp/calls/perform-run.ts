import type { CallToolResult } from "@modelcontextprotocol/server";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { shortJobId } from "../../../domain/job.ts";
import { isReviewKind, type RunRequest } from "../../../domain/run.ts";
import type { FlagValues } from "../../../settings/load.ts";
import { type KindPart, makeRunRequest, type RunWishes } from "../../client/make-run-request.ts";
import { type StartedRun, startRun } from "../../client/start-run.ts";
import type { runFields } from "../arguments/common-fields.ts";
import type { Arguments } from "../arguments/read-arguments.ts";
import { offerForms } from "../forms/offer-forms.ts";
import type { CallContext } from "../host.ts";
import { openPlace, type Place } from "../place/open-place.ts";
import { confine } from "../place/workspace.ts";
import { answerText } from "../results/answer.ts";
import { stillRunning } from "../results/still-running.ts";
import { awaitRun, cancelTakenBack } from "./await-run.ts";
import { callKey } from "./call-key.ts";
import { type CallProgress, startCallProgress } from "./call-progress.ts";
import { waitBudget } from "./wait-budget.ts";

/** What one kind of run is made with. */
export interface PartTools extends Pick<Place, "session"> {
  /** The folder of the run; absolute and without links. */
  readonly folder: string;
  /** The real path that an argument names. Throws `usage` when it leads out of the client's folders. */
  readonly confine: (path: string, argument: string) => string;
}

/** A run as a tool asks for it. */
export interface RunCall {
  readonly values: Arguments<typeof runFields>;
  readonly makePart: (tools: PartTools) => Promise<KindPart>;
  /** Settings that the tool has arguments for, beside model and effort. */
  readonly flags?: FlagValues;
  readonly wishes?: Pick<RunWishes, "approvals" | "ifBusy">;
  /** The job whose thread is continued. */
  readonly continues?: string;
  /** What the reader should know, beside the result. */
  readonly notes?: readonly string[];
}

/**
 * The way of every call that may start a run: where it works, what is asked, then the answer of a dry run, the job of a run that is
 * not waited for, or its result within the budget of the call.
 */
export async function performRun(call: RunCall, context: CallContext): Promise<CallToolResult> {
  const progress = startCallProgress(context);
  try {
    const { values, continues, flags, notes = [] } = call;
    const place = await openPlace(
      {
        folder: values.workspace,
        ...(continues === undefined ? {} : { continues }),
        flags: { model: values.model, effort: values.effort, ...flags },
      },
      context.host,
    );
    const started = await start(call, place, progress, context);
    return await answer(started, [...place.notes, ...notes], { call, place, progress }, context);
  } finally {
    progress.stop();
  }
}

async function start(
  call: RunCall,
  place: Place,
  progress: CallProgress,
  context: CallContext,
): Promise<StartedRun> {
  const { session } = place;
  const request = await requestOf(call, place, context);
  progress.say(isReviewKind(request.kind) ? "reading the change" : "reading the input");
  // Taken back before anything was started: nobody waits for an answer.
  context.signal.throwIfAborted();
  return startRun(
    {
      request,
      isTitled: false,
      isDryRun: call.values.dryRun === true,
      warnings: session.warnings(),
    },
    session,
  );
}

async function requestOf(
  { values, wishes, makePart }: RunCall,
  { workspace, session }: Place,
  context: CallContext,
): Promise<RunRequest> {
  const {
    world: machine,
    session: { id: claudeSession },
  } = context.host;
  const part = await makePart({
    session,
    folder: workspace.folder,
    confine: (path, argument) => confine(path, argument, workspace, machine.platform),
  });
  const idempotencyKey = callKey(values.idempotencyKey, context);
  const request = makeRunRequest(
    part,
    { ...wishes, config: [], ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
    session.settings,
    {
      cwd: workspace.folder,
      machine,
      askedBy: session.askedBy ?? "mcp",
      ...(claudeSession === undefined ? {} : { session: claudeSession }),
    },
  );
  // No argument leads there; this holds whatever an argument of tomorrow does.
  if (request.tier === "danger-full-access") {
    throw new TandemError("usage", { problem: "Full access cannot be had over MCP." });
  }
  return request;
}

async function answer(
  started: StartedRun,
  notes: readonly string[],
  { call, place, progress }: { call: RunCall; place: Place; progress: CallProgress },
  context: CallContext,
): Promise<CallToolResult> {
  if (started.type === "answered") return answerText(started.envelope, { notes });
  const { session } = place;
  const { job, isNew } = started;
  if (call.values.wait === false) {
    if (context.signal.aborted && isNew) await cancelTakenBack(job, context, session);
    offerForms(job, session.store, context.host);
    return answerText(stillRunning(job, "The run has started in the background."), { notes });
  }
  const budgetMs = waitBudget(context.host.client(), session.settings.values.mcp_wait_budget);
  const envelope = await awaitRun(job, { budgetMs, isStarter: isNew, progress }, context, session);
  return answerText(envelope, { notes, more: { job: shortJobId(job.id) } });
}
