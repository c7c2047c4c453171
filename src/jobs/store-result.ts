import { join } from "node:path";
import type { Artifact } from "../domain/envelope.ts";
import { messageOf } from "../domain/errors/tandem-error.ts";
import type { JobRecord } from "../domain/job.ts";
import { receiptMediaType } from "../domain/receipt-line.ts";
import { digestOf } from "../evidence/digest.ts";
import { parseReceipt, printReceipt } from "../evidence/receipt.ts";
import type { ReceiptSource } from "./compose-receipt.ts";
import { draftPrivateFile } from "./private-drafts.ts";
import { readPrivateFile, writePrivateFile } from "./private-files.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";
import { printResult } from "./stored-files.ts";

/** What came of storing a result: the SHA-256 of its receipt, where there is one. */
export interface StoredResult {
  readonly receipt?: string;
}

/**
 * Stores the result of a job, and before it the receipt that covers it: a kill in between leaves a receipt without a result, which
 * the next reader replaces, and never a result without its receipt. The record lock is held. A receipt that cannot be made is
 * reported and keeps no result back.
 */
export async function storeResult(
  context: StoreContext,
  source: Omit<ReceiptSource, "resultText">,
  journalClosed: Promise<void> = Promise.resolve(),
): Promise<StoredResult> {
  const resultText = printResult(source.envelope);
  const path = join(jobFolder(context.paths, source.record.id), jobFiles.result);
  // On its way to the disk while the receipt is written; it gets its name after that, which survives with the record that follows.
  const drafted = draftPrivateFile({ path, content: resultText });
  drafted.catch(() => undefined);
  const receipt = await writeReceiptQuietly(context, { ...source, resultText });
  const [giveName] = await Promise.all([drafted, journalClosed]);
  giveName();
  return receipt;
}

/** The receipt of a result that had landed when its owner died. */
export async function receiptOfLanded(
  context: StoreContext,
  source: Omit<ReceiptSource, "resultText">,
): Promise<StoredResult> {
  const { id } = source.record;
  const folder = jobFolder(context.paths, id);
  const result = readPrivateFile(join(folder, jobFiles.result), largestFile);
  if (result.found !== "file") return {};
  const own = presentReceipt(context, id);
  const covered = own?.content?.files.find(({ name }) => name === jobFiles.result);
  if (own !== undefined && covered?.sha256 === digestOf(result.bytes).sha256) return { receipt: own.sha256 };
  return writeReceiptQuietly(context, { ...source, resultText: result.bytes.toString("utf8") });
}

/** The receipt as it lies there. */
export function presentReceipt(context: StoreContext, id: string) {
  const path = join(jobFolder(context.paths, id), jobFiles.receipt);
  const read = readPrivateFile(path, largestFile);
  if (read.found !== "file") return undefined;
  return { path, ...digestOf(read.bytes), content: parseReceipt(read.bytes.toString("utf8")) };
}

/** The receipt of an ended job as one of its files; undefined when there is none, or another one than its record names. */
export function receiptArtifact(context: StoreContext, { id, receipt }: JobRecord): Artifact | undefined {
  const own = presentReceipt(context, id);
  if (own === undefined || own.sha256 !== receipt) return undefined;
  return { path: own.path, bytes: own.bytes, sha256: own.sha256, mediaType: receiptMediaType };
}

async function writeReceiptQuietly(context: StoreContext, source: ReceiptSource): Promise<StoredResult> {
  const path = join(jobFolder(context.paths, source.record.id), jobFiles.receipt);
  try {
    const { composeReceipt } = await import("./compose-receipt.ts");
    const text = printReceipt(await composeReceipt(context, source));
    await writePrivateFile(path, text);
    return { receipt: digestOf(text).sha256 };
  } catch (thrown) {
    const problem = `the receipt could not be written: ${messageOf(thrown)}`;
    context.reportProblem({ job: source.record.id, path, problem });
    return {};
  }
}

/** Far above any answer; a larger file was not made by us. */
const largestFile = 256 * 1024 * 1024;
