import { join } from "node:path";
import type { Artifact, Envelope, TandemIdentity } from "../domain/envelope.ts";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { JobRecord } from "../domain/job.ts";
import type { RunPlan, RunRequest } from "../domain/run.ts";
import { type CancelRequest, readCancelRequest, requestCancel } from "./cancel-request.ts";
import type { NewJob } from "./create-job.ts";
import { announceFollower, isFollowed } from "./followers.ts";
import { type CreatedJob, createOrFindJob } from "./idempotency.ts";
import {
  type ChangeOutcome,
  finishJob,
  type JobChange,
  type JobEnd,
  markJobRead,
  updateJob,
} from "./job-changes.ts";
import { claimJob, type JobClaim } from "./job-claim.ts";
import { presentRecord } from "./job-reading.ts";
import { type JournalPart, type JournalRange, readJournal } from "./journal-reader.ts";
import { type JournalWriter, openJournal } from "./journal-writer.ts";
import { findJobId, type JobPage, type JobQuery, listJobs } from "./listing.ts";
import type { LostRun } from "./lost-run.ts";
import { keepLostWork } from "./lost-work.ts";
import type { OwnerReply, OwnerRequest } from "./owner-inbox.ts";
import { type PostOptions, postRequest } from "./post-request.ts";
import { type PruneQuery, pruneJobs } from "./prune-jobs.ts";
import { type ReconcileOptions, reconcileActive, reconcileJob, reconcileListed } from "./reconcile.ts";
import { removeUnowned, removeWorkTree } from "./remove-delegated.ts";
import { removeJob } from "./remove-job.ts";
import { applyRetention } from "./retention.ts";
import type { RetentionLimits, RetentionPlan } from "./retention-plan.ts";
import { checkStateFolders, jobFiles, jobFolder, statePaths } from "./state-paths.ts";
import { type StateWorld, systemWorld } from "./state-world.ts";
import { describeFinding, type StateFinding, type StateProblem, type StoreContext } from "./store-context.ts";
import { receiptArtifact } from "./store-result.ts";
import { readPlan, readRequest, readResult } from "./stored-files.ts";
import { type Inbox, type InboxHandlers, watchInbox } from "./watch-inbox.ts";
import { lockWorkingTree, type WriterLock } from "./writer-lock.ts";

export interface StoreOptions extends ReconcileOptions {
  readonly reportProblem: (problem: StateProblem) => void;
  /** Takes secrets out of texts before they are written into a journal; none by default. */
  readonly redact?: (text: string) => string;
  readonly world?: StateWorld;
}

/** All stored jobs of a state root. Every reading function looks at the owners first: what it gives is true now. */
export interface JobStore {
  /** The record of `createOrFind`, for a request without a key. */
  create(job: NewJob): Promise<JobRecord>;
  /** Stores a queued job, or finds the one that the request's idempotency key belongs to. Throws `idempotency_conflict`. */
  createOrFind(job: NewJob): Promise<CreatedJob>;
  claim(id: string, host?: JobRecord["host"]): Promise<JobClaim | undefined>;
  update(id: string, change: JobChange): Promise<ChangeOutcome>;
  finish(id: string, end: JobEnd): Promise<ChangeOutcome>;
  /** Throws `job_not_found`. */
  read(id: string): Promise<JobRecord>;
  /** The record as stored, without a look at the owner; undefined when there is none that can be used. */
  peek(id: string): JobRecord | undefined;
  /** The job that a whole id, a prefix or a suffix names. Throws `job_not_found` or `job_ambiguous`. */
  find(text: string): Promise<JobRecord>;
  list(query: JobQuery): Promise<JobPage>;
  /** Jobs listed as active, newest first; those found dead in this call are among them, ended. */
  listActive(): Promise<readonly JobRecord[]>;
  markRead(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  readRequest(id: string): Promise<RunRequest | undefined>;
  readPlan(id: string): Promise<RunPlan | undefined>;
  readResult(id: string): Promise<Envelope | undefined>;
  /** The receipt of an ended job as one of its files; undefined when it is not the one that the record names. */
  receiptOf(record: JobRecord): Artifact | undefined;
  openJournal(id: string): Promise<JournalWriter>;
  readJournal(id: string, range?: JournalRange): JournalPart;
  requestCancel(id: string, by: string): Promise<CancelRequest>;
  readCancelRequest(id: string): CancelRequest | undefined;
  /** For the owner: watches for requests to stop and for what else is asked of it, until `close`. */
  watchInbox(id: string, handlers: InboxHandlers): Inbox;
  /** Asks something of the owner and waits for its reply. Throws `job_not_found`. */
  postRequest(id: string, request: OwnerRequest, options?: PostOptions): Promise<OwnerReply>;
  /** Says that this process waits for a job; gives what takes that back. Never fails. */
  announceFollower(id: string): () => void;
  /** True when somebody waits for a job. */
  isFollowed(id: string): boolean;
  lockWorkingTree(folder: string, job: string): WriterLock;
  /** Removes ended jobs on demand and gives the records of what is gone, newest first. */
  prune(query: PruneQuery): Promise<readonly JobRecord[]>;
  applyRetention(limits: RetentionLimits): Promise<RetentionPlan | undefined>;
  /** Removes the work tree of a delegated job; false when it is not there. Throws `workspace_busy` while a job works in it. */
  removeWorkTree(id: string): Promise<boolean>;
  /** Removes work trees, and what takes patches back, of jobs that are gone; gives how many. */
  removeUnowned(): Promise<number>;
  /** The folder that holds the work trees of delegated jobs, named by them; it may not be there. */
  readonly worktrees: string;
  /** The same for what takes applied patches back. */
  readonly applies: string;
  /** The folder of a job, and in it the one for files that a run makes. Nothing is checked or made. */
  foldersOf(id: string): { readonly job: string; readonly artifacts: string };
}

/**
 * Opens the state root (absolute). Nothing is made before the first job. Throws `state_unwritable` when what is there is not
 * ours alone.
 */
export function openJobStore(stateRoot: string, storeOptions: StoreOptions): JobStore {
  const paths = statePaths(stateRoot);
  checkStateFolders(paths);
  const { tandem, world = systemWorld(), redact = (text: string) => text } = storeOptions;
  const reportProblem = (finding: StateFinding) => storeOptions.reportProblem(describeFinding(finding));
  const recover = async (lost: LostRun) => recoverLazily(lost, tandem, world.now);
  const context: StoreContext = { paths, world, redact, reportProblem };
  const keepWork = async (lost: LostRun) => keepLostWork(context, lost);
  const options: ReconcileOptions = { recover, keepWork, ...storeOptions };
  const folderOf = (id: string) => jobFolder(paths, id);
  const read = async (id: string) => readExisting(context, id, options);
  const createOrFind = async (job: NewJob) =>
    createOrFindJob(context, job, async (id) => reconcileJob(context, id, options));
  return {
    create: async (job) => (await createOrFind(job)).record,
    createOrFind,
    claim: async (id, host) => claimJob(context, id, host),
    update: async (id, change) => updateJob(context, id, change),
    finish: async (id, end) => finishJob(context, id, end),
    read,
    peek: (id) => presentRecord(context, id),
    find: async (text) => read(findJobId(context, text)),
    list: async (query) => listReconciled(context, query, options),
    listActive: async () => reconcileActive(context, options),
    markRead: async (id) => {
      await markJobRead(context, id);
    },
    remove: async (id) => {
      await read(id);
      await removeJob(context, id);
    },
    readRequest: async (id) => readRequest(context, id),
    readPlan: async (id) => readPlan(context, id),
    readResult: async (id) => readResult(context, id),
    receiptOf: (record) => receiptArtifact(context, record),
    openJournal: async (id) => openJournal(folderOf(id), { now: world.now, redact }),
    readJournal: (id, range) => readJournal(folderOf(id), range),
    requestCancel: async (id, by) => requestCancel(context, id, by),
    readCancelRequest: (id) => readCancelRequest(context, id),
    watchInbox: (id, handlers) => watchInbox(context, id, handlers),
    postRequest: async (id, request, post) =>
      postRequest(context, id, request, async (job) => reconcileJob(context, job, options), post),
    announceFollower: (id) => announceFollower(context, id),
    isFollowed: (id) => isFollowed(context, id),
    lockWorkingTree: (folder, job) => lockWorkingTree(context, folder, job),
    prune: async (query) => {
      await reconcileActive(context, options);
      return pruneJobs(context, query);
    },
    applyRetention: async (limits) => applyRetention(context, limits),
    removeWorkTree: async (id) => removeWorkTree(context, id),
    removeUnowned: async () => removeUnowned(context),
    worktrees: paths.worktrees,
    applies: paths.applies,
    foldersOf: (id) => ({ job: folderOf(id), artifacts: join(folderOf(id), jobFiles.artifacts) }),
  };
}

/** Few jobs are ever lost, and the code that reads Codex's records is large: in the bundle it is a file of its own. */
async function recoverLazily(
  lost: LostRun,
  tandem: TandemIdentity,
  now: () => Date,
): Promise<Envelope | undefined> {
  if (lost.plan === undefined || lost.request === undefined || lost.request.ephemeral) return undefined;
  const { recoverFromSession } = await import("./recover-from-session.ts");
  return recoverFromSession(lost, tandem, now);
}

async function readExisting(
  context: StoreContext,
  id: string,
  options: ReconcileOptions,
): Promise<JobRecord> {
  const record = await reconcileJob(context, id, options);
  if (record === undefined) throw new TandemError("job_not_found", { id, searched: context.paths.jobs });
  return record;
}

async function listReconciled(
  context: StoreContext,
  query: JobQuery,
  options: ReconcileOptions,
): Promise<JobPage> {
  return listJobs(context, query, async (id) => reconcileListed(context, id, options));
}
