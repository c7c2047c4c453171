import { createHash } from "node:crypto";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isJobId, type JobRecord } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import type { RunRequest } from "../domain/run.ts";
import { createJob, type NewJob } from "./create-job.ts";
import { acquireLock } from "./file-lock.ts";
import { removeFile } from "./lock-file.ts";
import { readPrivateFile, throwIfPassing, writePrivateFile } from "./private-files.ts";
import { ensureStateFolders, hashPath } from "./state-paths.ts";
import { type StoreContext, setAside } from "./store-context.ts";

/** A job that was asked for, made now or before. */
export interface CreatedJob {
  readonly record: JobRecord;
  /** False for the job of an earlier request with the same key: it is not to be started again. */
  readonly isNew: boolean;
}

/** Which job a key belongs to, as it is stored. */
interface KeyUse {
  readonly job: string;
  /** Hash of the request. */
  readonly request: string;
}

/**
 * Makes the job, unless its request has a key that was used before: then gives that job, whatever became of it. Of many
 * processes that do this at once one makes the job. A job that was removed frees its key. Throws `idempotency_conflict` when
 * the key was used with another request.
 */
export async function createOrFindJob(
  context: StoreContext,
  job: NewJob,
  read: (id: string) => Promise<JobRecord | undefined>,
): Promise<CreatedJob> {
  const { idempotencyKey: key } = job.request;
  if (key === undefined) return { record: await createJob(context, job), isNew: true };
  ensureStateFolders(context.paths);
  const name = hashPath(key);
  return withKeyLock(context, name, async () => {
    const request = hashRequest(job.request);
    const use = await readUse(context, name);
    const present = use && (await read(use.job));
    if (use !== undefined && present !== undefined) {
      if (use.request !== request) throw new TandemError("idempotency_conflict", { key, job: use.job });
      return { record: present, isNew: false };
    }
    // Before the record: a job that can be seen has its key, and a key without a job is free.
    const keep = async (id: string) =>
      writePrivateFile(keyPath(context, name), JSON.stringify({ job: id, request } satisfies KeyUse));
    return { record: await createJob(context, job, keep), isNew: true };
  });
}

/** Frees the key of a job that was removed, unless another job has it by now. */
export async function freeKey(context: StoreContext, key: string, job: string): Promise<void> {
  await freeNamedKey(context, hashPath(key), (user) => user === job);
}

/** Frees the key whose file is `<name>.json` when `isGone` says so of its job. */
export async function freeNamedKey(
  context: StoreContext,
  name: string,
  isGone: (job: string) => boolean,
): Promise<void> {
  await withKeyLock(context, name, async () => {
    const use = await readUse(context, name);
    if (use !== undefined && isGone(use.job)) removeFile(keyPath(context, name));
  });
}

/** Who asked is not part of what was asked. */
function hashRequest({ askedBy: _askedBy, session: _session, ...request }: RunRequest): string {
  return createHash("sha256").update(canonicalJson(request)).digest("hex");
}

/** JSON with the keys of every object in order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

async function readUse(context: StoreContext, name: string): Promise<KeyUse | undefined> {
  const path = keyPath(context, name);
  const read = readPrivateFile(path, largestUse);
  if (read.found === "nothing") return undefined;
  throwIfPassing(read, path);
  const use = read.found === "file" ? parseUse(read.bytes.toString("utf8")) : undefined;
  if (use !== undefined) return use;
  const problem = read.found === "refused" ? read.problem : "it does not say which job has this key";
  context.reportProblem({ path, problem, setAsideAs: await setAside(path, context.world.now()) });
  return undefined;
}

function parseUse(text: string): KeyUse | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { job, request } = value;
  return typeof job === "string" && isJobId(job) && typeof request === "string"
    ? { job, request }
    : undefined;
}

function keyPath({ paths }: StoreContext, name: string): string {
  return join(paths.keys, `${name}.json`);
}

async function withKeyLock<Value>(
  { paths, world }: StoreContext,
  name: string,
  body: () => Promise<Value>,
): Promise<Value> {
  const lock = await acquireLock(join(paths.locks, `key-${name}.lock`), world, { timeoutMs: keyLockWaitMs });
  try {
    return await body();
  } finally {
    lock.release();
  }
}

const largestUse = 4_096;

// Longer than a look at the job can take, which may have to end a leftover process.
const keyLockWaitMs = 30_000;
