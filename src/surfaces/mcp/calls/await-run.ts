import type { Envelope } from "../../../domain/envelope.ts";
import type { JobRecord } from "../../../domain/job.ts";
import { followJob } from "../../../jobs/follow-job.ts";
import { describeAsker } from "../../client/asker.ts";
import { resultOf } from "../../client/result-of.ts";
import { settle } from "../../client/settle.ts";
import { offerForms } from "../forms/offer-forms.ts";
import type { CallContext } from "../host.ts";
import type { McpSession } from "../place/open-session.ts";
import { stillRunning } from "../results/still-running.ts";
import { withSteps } from "../results/tool-words.ts";
import type { CallProgress } from "./call-progress.ts";

export interface AwaitOptions {
  /** In milliseconds; undefined for as long as it takes. */
  readonly budgetMs: number | undefined;
  /** This call has started the run: when it is taken back, so is the run. */
  readonly isStarter: boolean;
  readonly progress: CallProgress;
}

/** Waits for a job and gives its result, which counts as read then, or how to go on when the budget is over. */
export async function awaitRun(
  job: JobRecord,
  { budgetMs, isStarter, progress }: AwaitOptions,
  context: CallContext,
  session: McpSession,
): Promise<Envelope> {
  const { store } = session;
  offerForms(job, store, context.host);
  const { record, ended } = await followJob(store, job.id, {
    signal: context.signal,
    ...(budgetMs === undefined ? {} : { budgetMs }),
    onEvents: progress.report,
  });
  if (!ended) {
    if (context.signal.aborted && isStarter) await cancelTakenBack(job, context, session);
    return stillRunning(record);
  }
  const envelope = await resultOf(record, store);
  // Nobody gets the answer of a call that was taken back, or whose client is gone: the result is unread.
  if (!context.signal.aborted) await settle(envelope, session);
  return withSteps(envelope);
}

/** Cancels the run of a call that the client has taken back, unless the connection has ended or somebody else waits for it. */
export async function cancelTakenBack(
  { id }: JobRecord,
  { host }: CallContext,
  { store, world, askedBy }: McpSession,
): Promise<void> {
  if (host.closing.aborted || store.isFollowed(id)) return;
  host.log("info", "a call was taken back; its run is cancelled", { job: id });
  await store.requestCancel(id, describeAsker(world, askedBy));
}
