import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Envelope, type Evidence, envelopeSchema } from "../../domain/envelope.ts";
import { messageOf, reportError, TandemError } from "../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../domain/job.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import { digestOf } from "../../evidence/digest.ts";
import { parseReceipt } from "../../evidence/receipt.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import { jobFiles } from "../../jobs/state-paths.ts";
import type { JobStore } from "../../jobs/store.ts";
import { isEnvelope } from "../../jobs/stored-shapes.ts";
import { type VerifiedJob, verifyJobFolder } from "../../jobs/verify-job.ts";
import { resultOf } from "./result-of.ts";

/** What is to be verified: the folder of a job, and what else was given that has to agree with it. */
interface Target {
  readonly folder: string;
  readonly given: readonly Evidence[];
}

/**
 * Verifies the job that `name` names; or where `name` is a path, what lies there: a receipt, the folder of a job, or a result that
 * was saved as JSON. Reads files alone. Throws `job_not_found`, `job_ambiguous`, `job_running` or `input_unreadable`.
 */
export async function verifyNamed(name: string, cwd: string, store: JobStore): Promise<Envelope> {
  const { folder, given } = isPath(name)
    ? await targetAt(resolve(cwd, name), store)
    : { folder: folderOf(await endedJob(name, store), store), given: [] };
  return compose(await verifyJobFolder(folder), given);
}

/** No name of a job has any of these characters. */
function isPath(name: string): boolean {
  return /[./\\]/.test(name);
}

async function targetAt(path: string, store: JobStore): Promise<Target> {
  const text = await readGiven(path);
  if (text === undefined) return { folder: path, given: [] };
  const receipt = parseReceipt(text);
  if (receipt !== undefined) {
    const folder = dirname(path);
    const isInPlace = basename(path) === jobFiles.receipt && (await exists(join(folder, jobFiles.result)));
    if (isInPlace) return { folder, given: [] };
    const record = await endedJob(receipt.job, store);
    const isSame = store.receiptOf(record)?.sha256 === digestOf(text).sha256;
    return { folder: folderOf(record, store), given: [givenRow("given receipt", isSame)] };
  }
  const saved = parseJson(text);
  if (!isEnvelope(saved) || !isRecord(saved.job) || typeof saved.job.id !== "string") {
    const cause = "it is neither a receipt nor a job's result as JSON";
    throw new TandemError("input_unreadable", { path, cause });
  }
  const record = await endedJob(saved.job.id, store);
  const isSame = isDeepStrictEqual(timeless(saved), timeless(await resultOf(record, store)));
  return { folder: folderOf(record, store), given: [givenRow("given result", isSame)] };
}

/** A result without what is found out anew each time that it is read. What was saved may hold anything in place of its parts. */
function timeless(result: Envelope): unknown {
  if (!isRecord(result.patch)) return result;
  const { applies: _now, ...patch } = result.patch;
  return { ...result, patch };
}

/** The text of a file, undefined for a folder. */
async function readGiven(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return undefined;
    if (!stats.isFile()) throw new Error("it is not a file");
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(thrown) }, { cause: thrown });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function endedJob(name: string, store: JobStore): Promise<JobRecord> {
  const record = await store.find(name);
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  return record;
}

function folderOf({ id }: JobRecord, store: JobStore): string {
  return store.foldersOf(id).job;
}

function givenRow(check: string, isSame: boolean): Evidence {
  return isSame
    ? { check, status: "passed", detail: "the same as the stored one" }
    : { check, status: "failed", detail: "it is not the stored one" };
}

function compose(
  { artifact, evidence: stored, receipt, record }: VerifiedJob,
  given: readonly Evidence[],
): Envelope {
  const evidence = [...given, ...stored];
  const checks = evidence.filter(({ status }) => status === "failed").map(({ check }) => check);
  const job = record === undefined ? {} : { job: summarizeJob(record) };
  const head = { schema: envelopeSchema, kind: "verify", ...job } as const;
  if (checks.length > 0) return { ...head, ok: false, evidence, error: failure(checks, record) };
  return {
    ...head,
    ok: true,
    summary: summaryOf(evidence, receipt?.rehearsal === true),
    ...(artifact === undefined ? {} : { artifacts: [artifact] }),
    evidence,
  };
}

function summaryOf(evidence: readonly Evidence[], isRehearsal: boolean): string {
  const isWhole = evidence.every(({ status }) => status === "passed");
  return [
    "What is stored of this job is what was stored when it ended.",
    ...(isWhole ? [] : ["What is skipped below is not there any more."]),
    ...(isRehearsal ? ["It was a rehearsal: the model was scripted."] : []),
  ].join(" ");
}

function failure(checks: readonly string[], record: JobRecord | undefined) {
  const say = "What is there is not what was stored when the job ended: do not rely on it, run it again.";
  const command = record === undefined ? {} : { command: `tandem retry ${shortJobId(record.id)}` };
  return reportError("verification_failed", { checks }, { repair: { say, ...command } });
}
