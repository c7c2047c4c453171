import type { Envelope, Evidence } from "../domain/envelope.ts";
import type { JobRecord } from "../domain/job.ts";
import { isRecord } from "../domain/json.ts";
import { type Digest, isSameDigest } from "./digest.ts";
import {
  type CoveredName,
  coveredNames,
  factsOfRecord,
  factsOfResult,
  type Receipt,
  type ReceiptFacts,
} from "./receipt.ts";

/** What is where a file was. */
export type Found =
  | ({ readonly found: "file" } & Digest)
  | { readonly found: "nothing" }
  /** Something that is not read: a link, a folder, a file without permission. */
  | { readonly found: "refused"; readonly problem: string };

/** What lies in the folder of an ended job, measured anew. */
export interface FoundJob {
  /** `job.json`; undefined when it is not there or is no record of this job. */
  readonly record?: JobRecord;
  /** `receipt.json`, and what it says where it is a receipt at all. */
  readonly receipt: { readonly file: Found; readonly content?: Receipt };
  readonly files: Readonly<Record<CoveredName, Found>>;
  /** What `result.json` says. */
  readonly result?: Envelope;
  /** The author's text in `request.json`. */
  readonly prompt?: Digest;
  /** Events that are files of their own, as the journal names them: how many there are, and what is wrong with them. */
  readonly payloads: { readonly count: number; readonly problems: readonly string[] };
  /** So many first bytes of Codex's record as the receipt covers. */
  readonly rollout?: Found;
}

/**
 * Holds an ended job against its receipt, a row for each thing. The chain begins in the job's record, which names the receipt;
 * the receipt names everything else. It proves that what lies there is what was stored when the job ended, unless somebody who
 * may write as this user has made all of it anew.
 */
export function verifyReceipt(job: FoundJob): readonly Evidence[] {
  const { content } = job.receipt;
  const receipt = receiptRow(job);
  if (content === undefined) return [receipt];
  return [
    receipt,
    recordRow(content, job),
    ...coveredNames.flatMap((name) => fileRow(name, content, job)),
    ...promptRow(content, job),
    ...payloadsRow(content, job),
    factsRow(content, job),
    ...rolloutRow(content, job),
  ];
}

function receiptRow({ receipt: { file, content }, record }: FoundJob): Evidence {
  const check = "receipt.json";
  if (file.found !== "file") return row(check, [describe(file)]);
  if (content === undefined) return row(check, ["it is not a receipt"]);
  const named = record?.receipt;
  if (named === undefined) return row(check, ["the job's record names no receipt"]);
  if (named !== file.sha256) return row(check, ["it is not the one that the job's record names"]);
  return passed(check, content.recovered ?? "written when the job ended");
}

/** Not what changes later, such as when it was read. */
function recordRow(receipt: Receipt, { record }: FoundJob): Evidence {
  const check = "job.json";
  if (record === undefined) return row(check, ["it is missing, or not the record of the receipt's job"]);
  if (record.id !== receipt.job) return row(check, [`the receipt is of another job, ${receipt.job}`]);
  const facts = { ...factsOfRecord(record), status: record.status };
  return row(
    check,
    differences(facts, receipt, recordFacts).map(saysOther),
    `${receipt.status}, ${receipt.kind}`,
  );
}

function fileRow(name: CoveredName, receipt: Receipt, { files, record }: FoundJob): readonly Evidence[] {
  const wanted = receipt.files.find((file) => file.name === name);
  const there = files[name];
  if (wanted === undefined) {
    return there.found === "nothing" ? [] : [row(name, ["it was not there when the job ended"])];
  }
  if (there.found === "file" && isSameDigest(there, wanted)) return [passed(name, sizeOf(wanted))];
  const droppedAt = record?.journalDroppedAt;
  if (there.found === "nothing" && name === "events.jsonl" && droppedAt !== undefined) {
    return [skipped(name, `removed for its age on ${droppedAt.slice(0, 10)}`)];
  }
  return [row(name, [there.found === "file" ? describeChange(there, wanted) : describe(there)])];
}

function promptRow({ prompt }: Receipt, found: FoundJob): readonly Evidence[] {
  if (prompt === undefined && found.prompt === undefined) return [];
  const same = prompt !== undefined && found.prompt !== undefined && isSameDigest(prompt, found.prompt);
  return [row("prompt", same ? [] : ["the text that was asked is another one"], "as asked")];
}

function payloadsRow({ files }: Receipt, { payloads, files: found }: FoundJob): readonly Evidence[] {
  const check = "payloads";
  const wanted = files.find(({ name }) => name === "events.jsonl");
  const journal = found["events.jsonl"];
  // What another journal names proves nothing, and one that is gone names nothing.
  const isOwn = wanted !== undefined && journal.found === "file" && isSameDigest(journal, wanted);
  if (!isOwn || payloads.count === 0) return [];
  return [row(check, payloads.problems, `${payloads.count} long events`)];
}

function factsRow(receipt: Receipt, { result }: FoundJob): Evidence {
  const check = "run facts";
  if (result === undefined || !hasWholeFacts(result))
    return row(check, ["there is no result that could be read"]);
  const problems = differences(factsOfResult(result), receipt, resultFacts).map((name) =>
    name === "finalText" ? "the final text is another one" : saysOther(name),
  );
  const whose = result.job === undefined || result.job.id === receipt.job ? [] : ["it is of another job"];
  return row(check, [...whose, ...problems], factsInWords(receipt));
}

/** What was altered may still be JSON, and lack what every result of ours has. */
function hasWholeFacts({ job, run, raw, answer }: Partial<Record<keyof Envelope, unknown>>): boolean {
  const texts = [raw, answer].every((text) => text === undefined || typeof text === "string");
  if (!texts || !isRecordOrAbsent(job)) return false;
  if (run === undefined) return true;
  return (
    isRecord(run) && isRecord(run["tandem"]) && isRecord(run["sandbox"]) && isRecordOrAbsent(run["codex"])
  );
}

function isRecordOrAbsent(value: unknown): boolean {
  return value === undefined || isRecord(value);
}

function rolloutRow({ rollout: wanted }: Receipt, { rollout: there }: FoundJob): readonly Evidence[] {
  const check = "rollout";
  if (wanted === undefined) return [];
  // It is Codex's own file, and the user's: moving threads into the archive or deleting them is no fault.
  if (there === undefined || there.found === "nothing") {
    return [skipped(check, `Codex's own record is not at ${wanted.path} any more`)];
  }
  if (there.found === "refused") return [skipped(check, `${wanted.path}: ${describe(there)}`)];
  return [row(check, isSameDigest(there, wanted) ? [] : [describeChange(there, wanted)], sizeOf(wanted))];
}

const recordFacts = ["job", "kind", "status", "rehearsal", "createdAt"] as const;

const resultFacts = [
  "thread",
  "turn",
  "tandem",
  "codex",
  "engine",
  "model",
  "provider",
  "effort",
  "tier",
  "sandbox",
  "network",
  "startedAt",
  "endedAt",
  "finalText",
] as const satisfies readonly (keyof ReceiptFacts)[];

/** The names under which the two say something else, or only one of them anything. */
function differences<Name extends keyof Receipt>(
  facts: Partial<Pick<Receipt, Name>>,
  receipt: Receipt,
  names: readonly Name[],
): readonly Name[] {
  return names.filter((name) => !isSameFact(facts[name], receipt[name]));
}

/** No deeper than a receipt is: a stranger's result may hold what is too deep to be walked. */
function isSameFact(one: unknown, other: unknown): boolean {
  if (!isRecord(one) || !isRecord(other)) return one === other;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

function saysOther(field: string): string {
  return `${field} is not what the receipt says`;
}

function factsInWords({ thread, model, tier, sandbox, rehearsal }: Receipt): string {
  const facts = [
    ...(rehearsal ? ["a rehearsal with the scripted model"] : []),
    ...(thread === undefined ? [] : [`thread ${thread}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(tier === undefined ? [] : [`tier ${tier} (in force: ${sandbox ?? "unverified"})`]),
  ];
  return facts.length === 0 ? "as the receipt says" : facts.join(", ");
}

function describe(found: Exclude<Found, { readonly found: "file" }>): string {
  return found.found === "nothing" ? "it is missing" : found.problem;
}

function describeChange(there: Digest, wanted: Digest): string {
  if (there.bytes === wanted.bytes) return `its content has changed (${sizeOf(wanted)})`;
  return `it has ${there.bytes} bytes; the receipt says ${wanted.bytes}`;
}

function sizeOf({ bytes, sha256 }: Digest): string {
  return `${bytes} bytes, SHA-256 ${sha256.slice(0, 16)}…`;
}

/** A row that passes without problems. */
function row(check: string, problems: readonly string[], detail = ""): Evidence {
  return problems.length === 0
    ? passed(check, detail)
    : { check, status: "failed", detail: problems.join("; ") };
}

function passed(check: string, detail: string): Evidence {
  return { check, status: "passed", detail };
}

function skipped(check: string, detail: string): Evidence {
  return { check, status: "skipped", detail };
}
