import { readFileSync } from "node:fs";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { JobRecord } from "../../domain/job.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import { findReceiptLines } from "../../domain/receipt-line.ts";
import { findReportProblem, noAnswerWords, type ReportedJob } from "../../evidence/agent-report.ts";
import type { JobStore } from "../../jobs/store.ts";
import { resultOf } from "../client/result-of.ts";
import { textForModel } from "../mcp/results/answer.ts";
import { withSteps } from "../mcp/results/tool-words.ts";

/** What Claude Code tells when a subagent wants to stop (2.1.197, 2.1.329). */
interface AgentStop {
  readonly report: string;
  /** This agent was sent back before. */
  readonly isSecond: boolean;
  readonly transcript?: string;
}

/** What the hook answers: the agent goes on, or the person is told. */
export interface AgentStopAnswer {
  readonly decision?: "block";
  readonly reason?: string;
  readonly systemMessage?: string;
}

/** More names than this are no report of ours. */
const mostJobs = 20;

/**
 * Checks the report of the agent codex-rescue against the stored jobs. What Codex did not say sends it back once; then the person is
 * told that nothing backs it. Throws `usage` for what is no input of this hook.
 */
export async function checkAgentStop(
  input: string,
  store: Pick<JobStore, "find" | "readResult" | "receiptOf">,
): Promise<AgentStopAnswer> {
  const { report, isSecond, transcript } = readInput(input);
  const names = [...new Set(findReceiptLines(report).map(({ job }) => job))].slice(0, mostJobs);
  const jobs: ReportedJob[] = [];
  for (const name of names) {
    const job = await readJob(name, store);
    if (job !== undefined) jobs.push(job);
  }
  const problem = findReportProblem(report, jobs, transcript === undefined ? undefined : startOf(transcript));
  if (problem === undefined) return {};
  if (isSecond) {
    return {
      systemMessage: `UNVERIFIED: the report of codex-rescue ${problem}. Do not take it for an answer of Codex. What Codex really did: /codex:status`,
    };
  }
  return {
    decision: "block",
    reason: `Codex did not answer; say so. The report ${problem}. Either give the text that a tool of Codex gave you just now, whole and unchanged, with its Receipt line at the end and nothing of your own, or begin with "${noAnswerWords[0]}" and then give the error of the tool as it is.`,
  };
}

function readInput(input: string): AgentStop {
  const value = parseJson(input);
  if (!isRecord(value)) throw new TandemError("usage", { problem: "The input is not that of a hook." });
  const { last_assistant_message: report, stop_hook_active: isSecond, agent_transcript_path: path } = value;
  return {
    report: typeof report === "string" ? report : "",
    isSecond: isSecond === true,
    ...(typeof path === "string" ? { transcript: path } : {}),
  };
}

async function readJob(
  name: string,
  store: Pick<JobStore, "find" | "readResult" | "receiptOf">,
): Promise<ReportedJob | undefined> {
  let record: JobRecord;
  try {
    record = await store.find(name);
  } catch {
    return undefined; // There is none, as the report's reader will be told.
  }
  const { id, createdAt, receipt } = record;
  const text = await textForModel(withSteps(await resultOf(record, store)));
  return { id, createdAt, ...(receipt === undefined ? {} : { receipt }), text };
}

/** When an agent began: the time of the first line of its transcript. Undefined where that cannot be read. */
function startOf(transcript: string): string | undefined {
  try {
    for (const line of readFileSync(transcript, "utf8").split("\n", 20)) {
      const entry = parseJson(line);
      if (isRecord(entry) && typeof entry["timestamp"] === "string") return entry["timestamp"];
    }
  } catch {
    // Without it the age of a job is not judged.
  }
  return undefined;
}
