import { closeSync, constants, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Artifact, Evidence } from "../domain/envelope.ts";
import { isJobId, type JobRecord } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import { receiptMediaType } from "../domain/receipt-line.ts";
import { digestOf } from "../evidence/digest.ts";
import { type CoveredName, coveredNames, parseReceipt, type Receipt } from "../evidence/receipt.ts";
import { type Found, type FoundJob, verifyReceipt } from "../evidence/verify-receipt.ts";
import { digestFile } from "./file-digest.ts";
import { parseJobRecord } from "./job-record.ts";
import { parseEntry, payloadName } from "./journal-entry.ts";
import { readLines } from "./journal-lines.ts";
import { jobFiles } from "./state-paths.ts";
import { isEnvelope } from "./stored-shapes.ts";

/** What the folder of an ended job says about itself, and whether that holds. */
export interface VerifiedJob {
  readonly evidence: readonly Evidence[];
  readonly record?: JobRecord;
  readonly receipt?: Receipt;
  /** The receipt's own file, when it is the one that the record names. */
  readonly artifact?: Artifact;
}

/**
 * Holds what lies in the folder of an ended job against its receipt. Nothing but files is read: no Codex, no network, no clock. A
 * copy of a job's folder can be anywhere; the job is the one that the folder is named after, else that of its receipt.
 */
export async function verifyJobFolder(folder: string): Promise<VerifiedJob> {
  const found = await measureJob(folder);
  const { record, receipt } = found;
  const artifact = artifactOf(found, join(folder, jobFiles.receipt));
  return {
    evidence: verifyReceipt(found),
    ...(record === undefined ? {} : { record }),
    ...(receipt.content === undefined ? {} : { receipt: receipt.content }),
    ...(artifact === undefined ? {} : { artifact }),
  };
}

function artifactOf({ record, receipt: { file } }: FoundJob, path: string): Artifact | undefined {
  if (file.found !== "file" || file.sha256 !== record?.receipt) return undefined;
  return { path, bytes: file.bytes, sha256: file.sha256, mediaType: receiptMediaType };
}

async function measureJob(folder: string): Promise<FoundJob> {
  const inFolder = (name: string) => join(folder, name);
  const receiptText = await readText(inFolder(jobFiles.receipt));
  const content = receiptText === undefined ? undefined : parseReceipt(receiptText);
  const id = isJobId(basename(folder)) ? basename(folder) : content?.job;
  const record = recordOf(await readText(inFolder(jobFiles.record)), id);
  const result = parseJson((await readText(inFolder(jobFiles.result))) ?? "");
  const prompt = promptOf(await readText(inFolder(jobFiles.request)));
  const rollout = content?.rollout && (await digestFile(content.rollout.path, content.rollout.bytes));
  return {
    ...(record === undefined ? {} : { record }),
    receipt: {
      file: await digestFile(inFolder(jobFiles.receipt)),
      ...(content === undefined ? {} : { content }),
    },
    files: await measureFiles(folder),
    ...(isEnvelope(result) ? { result } : {}),
    ...(prompt === undefined ? {} : { prompt: digestOf(prompt) }),
    payloads: await checkPayloads(folder),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

async function measureFiles(folder: string): Promise<Readonly<Record<CoveredName, Found>>> {
  const [request, plan, journal, patch, result] = await Promise.all(
    coveredNames.map(async (name) => digestFile(join(folder, name))),
  );
  const nothing: Found = { found: "nothing" };
  return {
    "request.json": request ?? nothing,
    "plan.json": plan ?? nothing,
    "events.jsonl": journal ?? nothing,
    "patch.diff": patch ?? nothing,
    "result.json": result ?? nothing,
  };
}

function recordOf(text: string | undefined, id: string | undefined): JobRecord | undefined {
  return text === undefined || id === undefined ? undefined : parseJobRecord(text, id);
}

function promptOf(request: string | undefined): string | undefined {
  const value = parseJson(request ?? "");
  return isRecord(value) && typeof value["prompt"] === "string" ? value["prompt"] : undefined;
}

/** Each long event is a file that is named by its digest. */
async function checkPayloads(folder: string): Promise<FoundJob["payloads"]> {
  const named = payloadsNamedIn(join(folder, jobFiles.journal));
  const problems: string[] = [];
  for (const sha256 of named) {
    const file = await digestFile(join(folder, jobFiles.payloads, payloadName(sha256)));
    if (file.found !== "file") problems.push(`${payloadName(sha256)} is missing or cannot be read`);
    else if (file.sha256 !== sha256)
      problems.push(`${payloadName(sha256)} has another content than its name says`);
  }
  return { count: named.size, problems };
}

function payloadsNamedIn(journal: string): ReadonlySet<string> {
  const named = new Set<string>();
  let descriptor: number;
  try {
    descriptor = openSync(journal, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // The row of the journal itself says so.
    return named;
  }
  try {
    readLines(descriptor, { from: 0, maxBytes: Number.POSITIVE_INFINITY }, (line) => {
      const entry = parseEntry(line.toString("utf8"));
      if (entry?.payload !== undefined) named.add(entry.payload.sha256);
    });
  } catch {
    // A folder or the like: its own row says so.
  } finally {
    closeSync(descriptor);
  }
  return named;
}

/** The text of a file; undefined where there is none that can be read. */
async function readText(path: string): Promise<string | undefined> {
  const file = await digestFile(path, 0);
  // Not what would never end, such as a pipe.
  if (file.found !== "file") return undefined;
  return readFile(path, "utf8").catch(() => undefined);
}
