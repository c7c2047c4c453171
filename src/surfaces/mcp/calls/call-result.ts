import type { CallToolResult } from "@modelcontextprotocol/server";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import { waitForJobs } from "../../../jobs/follow-job.ts";
import { resultOf } from "../../client/result-of.ts";
import { settle } from "../../client/settle.ts";
import { waitedEnvelope } from "../../client/waited-jobs.ts";
import { offerForms } from "../forms/offer-forms.ts";
import type { CallContext } from "../host.ts";
import { openPlace } from "../place/open-place.ts";
import type { McpSession } from "../place/open-session.ts";
import { type AnswerOptions, answerJson, answerText, answerWith } from "../results/answer.ts";
import { stepsMeanwhile, stillRunning } from "../results/still-running.ts";
import { stepsAfter } from "../results/tool-words.ts";
import type { ResultArguments } from "../tools/result.ts";
import { awaitRun } from "./await-run.ts";
import { startCallProgress } from "./call-progress.ts";
import { waitBudget } from "./wait-budget.ts";

/** The tool `result`: one or several jobs, waited for as long as is asked and the client allows. */
export async function callResult(values: ResultArguments, context: CallContext): Promise<CallToolResult> {
  const { job, jobs, format = "text", page = 1, waitSeconds = 0, workspace } = values;
  if (job !== undefined && jobs !== undefined) {
    throw new TandemError("usage", {
      problem: "`job` and `jobs` exclude each other.",
      hint: "Give one of them.",
    });
  }
  const { session, notes } = await openPlace({ folder: workspace, needsNoFolder: true }, context.host);
  const records = await namedJobs(jobs ?? (job === undefined ? [] : [job]), session);
  const names = records.map(({ id }) => shortJobId(id));
  const [first] = records;
  const only = records.length === 1 ? first : undefined;
  const more = {
    ...(only === undefined ? { jobs: names } : { job: names[0] }),
    ...(format === "text" ? {} : { format }),
  };
  const options: AnswerOptions = { notes, page, more };
  if (format === "journal") {
    if (only !== undefined) return journalOf(only, options, session);
    throw new TandemError("usage", { problem: "A journal is of one job.", hint: "Name it as `job`." });
  }
  const budget = waitBudget(context.host.client(), session.settings.values.mcp_wait_budget);
  const budgetMs = Math.min(waitSeconds * 1_000, budget ?? Number.POSITIVE_INFINITY);
  const envelope =
    only === undefined
      ? await several(records, budgetMs, context, session)
      : await single(only, budgetMs, context, session);
  return format === "json" ? answerJson(envelope, options) : answerText(envelope, options);
}

/** The named jobs, else the one of this folder that was started last. */
async function namedJobs(
  names: readonly string[],
  { store, workspace }: McpSession,
): Promise<readonly JobRecord[]> {
  if (names.length > 0) {
    const found: JobRecord[] = [];
    for (const name of names) found.push(await store.find(name));
    return found;
  }
  const { records } = await store.list({ workspace, limit: 1 });
  if (records.length > 0) return records;
  throw new TandemError("job_not_found", { id: "the newest", searched: workspace });
}

async function single(
  job: JobRecord,
  budgetMs: number,
  context: CallContext,
  session: McpSession,
): Promise<Envelope> {
  if (!isTerminal(job.status) && budgetMs === 0) return stillRunning(job);
  const progress = startCallProgress(context);
  try {
    return await awaitRun(job, { budgetMs, isStarter: false, progress }, context, session);
  } finally {
    progress.stop();
  }
}

async function several(
  jobs: readonly JobRecord[],
  budgetMs: number,
  context: CallContext,
  session: McpSession,
): Promise<Envelope> {
  const { store } = session;
  for (const job of jobs) offerForms(job, store, context.host);
  const records = await waitForAll(jobs, budgetMs, context, session);
  const ended = records.filter(({ status }) => isTerminal(status));
  const results = await Promise.all(ended.map(async (record) => resultOf(record, store)));
  for (const result of results) if (!context.signal.aborted) await settle(result, session);
  const running = records.find(({ status }) => !isTerminal(status));
  const nextSteps = running === undefined ? results.flatMap(stepsAfter) : stepsMeanwhile(running);
  return { ...waitedEnvelope(records, results), nextSteps };
}

async function waitForAll(
  jobs: readonly JobRecord[],
  budgetMs: number,
  context: CallContext,
  { store }: McpSession,
): Promise<readonly JobRecord[]> {
  const ids = jobs.map(({ id }) => id);
  const progress = startCallProgress(context);
  progress.say(`waiting for ${ids.length} jobs`);
  try {
    const { signal } = context;
    return (await waitForJobs(store, ids, { signal, budgetMs })).map(({ record }) => record);
  } finally {
    progress.stop();
  }
}

async function journalOf(
  job: JobRecord,
  options: AnswerOptions,
  { store }: McpSession,
): Promise<CallToolResult> {
  const [{ watchLines }, { summarizeJob }] = await Promise.all([
    import("../../../report/progress/watch-lines.ts"),
    import("../../../jobs/job-status.ts"),
  ]);
  const { entries } = store.readJournal(job.id);
  const style = { columns: 200, colour: false, job: shortJobId(job.id) };
  const lines = entries.flatMap(({ event, at }) => watchLines(event, at, style));
  const text = lines.length === 0 ? "Nothing has happened yet.\n" : `${lines.join("\n")}\n`;
  const envelope: Envelope = { schema: envelopeSchema, ok: true, kind: "result", job: summarizeJob(job) };
  return answerWith(text, envelope, options);
}
