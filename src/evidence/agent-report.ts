import {
  findReceiptLines,
  type ReceiptLine,
  receiptLinePattern,
  shortDigest,
} from "../domain/receipt-line.ts";

/** What is known of a job that a report names. */
export interface ReportedJob {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** SHA-256 of its receipt; absent while it runs. */
  readonly receipt?: string;
  /** It was started in the session that the agent works in. */
  readonly isOfSession: boolean;
  /** All that a tool gave of it. */
  readonly text: string;
}

/** What is known of an agent by the record of its conversation; without one its age is not judged. */
export interface AgentRecord {
  /** ISO 8601 in UTC. */
  readonly startedAt?: string;
  /** Receipts in what its tools gave it, as `findReceiptLines` gives them. */
  readonly receipts: readonly ReceiptLine[];
}

/** What an agent says when Codex said nothing; a report that begins so passes nothing off as Codex's. */
export const noAnswerWords = ["Codex did not answer", "Codex has not answered yet"] as const;

/**
 * Holds the report of an agent that claims to bring Codex's answer against the jobs that it names. Gives what is wrong, as the end of a
 * sentence that begins with "the report"; undefined when nothing is. A run that is older than the agent counts when it is of the same
 * session and a tool gave it to this very agent.
 */
export function findReportProblem(
  report: string,
  jobs: readonly ReportedJob[],
  { startedAt, receipts }: AgentRecord,
): string | undefined {
  const lines = findReceiptLines(report);
  if (lines.length === 0) {
    const saysSo = noAnswerWords.some((words) => report.trimStart().startsWith(words));
    return saysSo ? undefined : "has no receipt of a run of Codex";
  }
  const named: ReportedJob[] = [];
  for (const line of lines) {
    const job = jobs.find(({ id }) => id === line.job);
    if (job?.receipt === undefined) return `names a job that does not exist or has not ended (${line.job})`;
    if (shortDigest(job.receipt) !== line.digest) return `has a receipt that is not the one of job ${job.id}`;
    if (!job.isOfSession)
      return `brings the run of another session: job ${job.id} was not started in this one`;
    const isOlder = startedAt !== undefined && Date.parse(job.createdAt) < Date.parse(startedAt);
    if (isOlder && !receipts.some((given) => given.job === line.job && given.digest === line.digest)) {
      return `repeats an older run: job ${job.id} was started before this agent, which has not asked for it`;
    }
    if (!named.includes(job)) named.push(job);
  }
  const given = named.map(({ text }) => essence(text)).join(" ");
  return given.includes(essence(report)) ? undefined : "says what Codex did not say, or says it otherwise";
}

/** A text without what copying changes: white space, quotation marks of Markdown at the start of lines, fences, receipt lines. */
function essence(text: string): string {
  return text
    .replaceAll(receiptLinePattern, "")
    .replaceAll(/^[ \t]*(?:>[ \t]?)+/gm, "")
    .replaceAll(/^[ \t]*(?:```|~~~)\S*[ \t]*$/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
