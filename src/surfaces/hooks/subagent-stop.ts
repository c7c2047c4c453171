import type { JobRecord } from "../../domain/job.ts";
import { findReceiptLines } from "../../domain/receipt-line.ts";
import {
  type AgentRecord,
  findReportProblem,
  noAnswerWords,
  type ReportedJob,
} from "../../evidence/agent-report.ts";
import { currentSession } from "../../jobs/session-heirs.ts";
import type { JobStore } from "../../jobs/store.ts";
import { leaveWarning } from "../../jobs/unverified-reports.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { resultOf } from "../client/result-of.ts";
import { textForModel } from "../mcp/results/answer.ts";
import { withSteps } from "../mcp/results/tool-words.ts";
import { readAgentRecord } from "./agent-transcript.ts";
import type { HookInput } from "./hook-input.ts";
import { type HookAnswer, type HookWorld, openStoredJobs } from "./hook-world.ts";

/** More names than this are no report of ours. */
const mostJobs = 20;

/**
 * The end of the agent codex-rescue: its report is held against the stored jobs. What Codex did not say sends it back once; then a
 * warning waits for the person, since Claude Code shows nobody what this hook says.
 */
export async function agentStopHook(
  { agent, session, isStopHookActive }: HookInput,
  world: HookWorld,
): Promise<HookAnswer | undefined> {
  if (agent === undefined) return undefined;
  const stateRoot = resolveStateRoot(world);
  const store = openStoredJobs(stateRoot);
  const { id, report, transcript } = agent;
  const isOfSession = (job: JobRecord) =>
    job.session !== undefined &&
    currentSession(stateRoot, job.session) === currentSession(stateRoot, session);
  const problem = await problemOf(report, await readJobs(report, store, isOfSession), transcript);
  if (problem === undefined) return undefined;
  if (isStopHookActive) {
    const warning = `UNVERIFIED: the report of codex-rescue ${problem}. Do not take it for an answer of Codex. What Codex really did: /codex:status`;
    leaveWarning(stateRoot, session, id, warning);
    return undefined;
  }
  return {
    decision: "block",
    reason: `Codex did not answer; say so. The report ${problem}. Either give the text that a tool of Codex gave you just now, whole and unchanged, with its Receipt line and nothing of your own, or begin with "${noAnswerWords[0]}" and then give the error of the tool as it is.`,
  };
}

/** Where the report is in order but for the agent's own past, its transcript is asked. */
async function problemOf(
  report: string,
  jobs: readonly ReportedJob[],
  transcript: string | undefined,
): Promise<string | undefined> {
  const problemBy = (record: AgentRecord) => findReportProblem(report, jobs, record);
  const problem = problemBy({ receipts: [] });
  if (problem !== undefined || jobs.length === 0 || transcript === undefined) return problem;
  return problemBy(
    await readAgentRecord(
      transcript,
      (record) => record.startedAt !== undefined && problemBy(record) === undefined,
    ),
  );
}

async function readJobs(
  report: string,
  store: JobStore,
  isOfSession: (job: JobRecord) => boolean,
): Promise<readonly ReportedJob[]> {
  const names = [...new Set(findReceiptLines(report).map(({ job }) => job))].slice(0, mostJobs);
  const jobs = await Promise.all(names.map(async (name) => readJob(name, store, isOfSession)));
  return jobs.filter((job) => job !== undefined);
}

async function readJob(
  name: string,
  store: JobStore,
  isOfSession: (job: JobRecord) => boolean,
): Promise<ReportedJob | undefined> {
  let record: JobRecord;
  try {
    record = await store.find(name);
  } catch {
    return undefined; // There is none, as the report's problem will say.
  }
  const { id, createdAt, receipt } = record;
  const text = await textForModel(withSteps(await resultOf(record, store)));
  return {
    id,
    createdAt,
    isOfSession: isOfSession(record),
    ...(receipt === undefined ? {} : { receipt }),
    text,
  };
}
