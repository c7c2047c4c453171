import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { JobRecord } from "../../domain/job.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import { findReceiptLines } from "../../domain/receipt-line.ts";
import { findReportProblem, noAnswerWords, type ReportedJob } from "../../evidence/agent-report.ts";
import { type JobStore, openJobStore } from "../../jobs/store.ts";
import { leaveWarning } from "../../jobs/unverified-reports.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { resultOf } from "../client/result-of.ts";
import { textForModel } from "../mcp/results/answer.ts";
import { withSteps } from "../mcp/results/tool-words.ts";
import type { HookInput } from "./hook-input.ts";
import type { HookAnswer, HookWorld } from "./hook-world.ts";

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
  const store = openJobStore(stateRoot, { reportProblem: () => undefined, tandem: tandemIdentity() });
  const { id, report, transcript } = agent;
  const jobs = await readJobs(report, store);
  const startedAt = transcript === undefined || jobs.length === 0 ? undefined : await startOf(transcript);
  const problem = findReportProblem(report, jobs, startedAt);
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

async function readJobs(report: string, store: JobStore): Promise<readonly ReportedJob[]> {
  const names = [...new Set(findReceiptLines(report).map(({ job }) => job))].slice(0, mostJobs);
  const jobs = await Promise.all(names.map(async (name) => readJob(name, store)));
  return jobs.filter((job) => job !== undefined);
}

async function readJob(name: string, store: JobStore): Promise<ReportedJob | undefined> {
  let record: JobRecord;
  try {
    record = await store.find(name);
  } catch {
    return undefined; // There is none, as the report's problem will say.
  }
  const { id, createdAt, receipt } = record;
  const text = await textForModel(withSteps(await resultOf(record, store)));
  return { id, createdAt, ...(receipt === undefined ? {} : { receipt }), text };
}

/** Claude Code 2.1.329 may write the transcript of a short agent a moment after it has called the hook. */
const transcriptMs = 3_000;
const lookMs = 50;

/** When an agent began. Undefined where its transcript does not tell: the age is not judged then. */
async function startOf(transcript: string): Promise<string | undefined> {
  const deadline = performance.now() + transcriptMs;
  for (;;) {
    const time = firstTimeIn(transcript);
    if (time !== undefined || performance.now() >= deadline) return time;
    await delay(lookMs);
  }
}

/** The time of the first line that has one. */
function firstTimeIn(transcript: string): string | undefined {
  try {
    for (const line of readFileSync(transcript, "utf8").split("\n", 20)) {
      const entry = parseJson(line);
      if (isRecord(entry) && typeof entry["timestamp"] === "string") return entry["timestamp"];
    }
  } catch {
    // It is not there yet, was moved, or is no file.
  }
  return undefined;
}
