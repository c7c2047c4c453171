import { isAbsolute, join } from "node:path";
import { findRollout } from "../codex/exec/find-rollout.ts";
import type { Envelope } from "../domain/envelope.ts";
import type { JobRecord, JobStatus } from "../domain/job.ts";
import { digestOf } from "../evidence/digest.ts";
import {
  type CoveredFile,
  coveredNames,
  factsOfRecord,
  factsOfResult,
  type Receipt,
  type RolloutDigest,
  receiptSchema,
  type SentTurn,
} from "../evidence/receipt.ts";
import { digestFile } from "./file-digest.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { readPlan, readRequest } from "./stored-files.ts";

/** The end of a job as its receipt tells it. */
export interface ReceiptSource {
  readonly record: JobRecord;
  readonly status: JobStatus;
  readonly envelope: Envelope;
  /** The text of `result.json` as it is about to be written. */
  readonly resultText: string;
  readonly turns?: readonly SentTurn[];
  /** Set when the process that ran the job is not the one that ends it. */
  readonly recovered?: string;
}

/** The receipt of a job whose journal is closed and whose result is about to be written. */
export async function composeReceipt(context: StoreContext, source: ReceiptSource): Promise<Receipt> {
  const { record, status, envelope, resultText, turns = [], recovered } = source;
  const folder = jobFolder(context.paths, record.id);
  const { prompt } = (await readRequest(context, record.id)) ?? {};
  const [rollout, files] = await Promise.all([digestRollout(context, source), digestFiles(folder)]);
  return {
    schema: receiptSchema,
    ...factsOfRecord(record),
    status,
    ...factsOfResult(envelope),
    ...(recovered === undefined ? {} : { recovered }),
    ...(prompt === undefined ? {} : { prompt: digestOf(prompt) }),
    turns,
    files: [...files, { name: jobFiles.result, ...digestOf(resultText) }],
    ...(rollout === undefined ? {} : { rollout }),
  };
}

async function digestFiles(folder: string): Promise<readonly CoveredFile[]> {
  const files: CoveredFile[] = [];
  for (const name of coveredNames) {
    if (name === jobFiles.result) continue;
    const file = await digestFile(join(folder, name));
    if (file.found === "file") files.push({ name, bytes: file.bytes, sha256: file.sha256 });
  }
  return files;
}

/** Codex's own record of a thread that it keeps. Codex may write on, in this run or a later one: only its beginning is covered. */
async function digestRollout(
  context: StoreContext,
  { record, envelope }: ReceiptSource,
): Promise<RolloutDigest | undefined> {
  const thread = envelope.run?.thread;
  if (thread === undefined || record.rehearsal || record.isThreadKept !== true) return undefined;
  const plan = await readPlan(context, record.id);
  if (plan === undefined || !isAbsolute(plan.codexHome)) return undefined;
  const path = await findRollout(plan.codexHome, thread);
  const file = path === undefined ? undefined : await digestFile(path);
  if (path === undefined || file?.found !== "file") return undefined;
  return { path, bytes: file.bytes, sha256: file.sha256 };
}
