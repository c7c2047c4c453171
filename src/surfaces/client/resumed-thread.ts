import { TandemError } from "../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../domain/job.ts";
import type { ReplySeed } from "../../tasks/seed-reply.ts";
import type { ClientSession } from "./client-session.ts";

export interface ResumeOptions {
  readonly thread?: string;
  readonly job?: string;
  readonly resumeLast?: boolean;
  readonly fresh?: boolean;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Jobs of this folder that are looked through for a thread to go on with. */
const searched = 100;

/** The thread that a task goes on with; undefined for a new one. Throws `usage`, `job_not_found` or `job_ambiguous`. */
export async function resumedThread(
  options: ResumeOptions,
  session: ClientSession,
): Promise<string | undefined> {
  const { thread, job, resumeLast, fresh } = options;
  const given = [thread, job, resumeLast, fresh].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new TandemError("usage", {
      problem: "--thread, --job, --resume-last and --fresh exclude each other.",
      hint: "Give one of them.",
    });
  }
  if (thread !== undefined) return checkedThread(thread);
  if (job !== undefined) return threadOf(await session.store.find(job));
  return resumeLast === true ? lastThread(session) : undefined;
}

/** The thread that a reply goes on with; undefined when the job left none. Throws `usage` for what is no thread. */
export function threadToContinue(thread: string | undefined, job: JobRecord | undefined): string | undefined {
  if (thread !== undefined) return checkedThread(thread);
  return job?.isThreadKept === true ? job.thread : undefined;
}

/** What a new thread is given of a job that left none. Throws `usage` when it is not stored any more. */
export async function readSeed(job: JobRecord, { store }: Pick<ClientSession, "store">): Promise<ReplySeed> {
  const [request, result] = await Promise.all([store.readRequest(job.id), store.readResult(job.id)]);
  if (request !== undefined && result !== undefined) return { request, result };
  throw new TandemError("usage", {
    problem: `Nothing is stored of job ${job.id} that a new thread could be given.`,
    hint: "Start a new task.",
  });
}

/** Codex takes a name that it does not know for a new thread, without a word (0.169): only whole ids are passed on. */
export function checkedThread(thread: string): string {
  if (uuid.test(thread)) return thread;
  throw new TandemError("usage", {
    problem: `${JSON.stringify(thread)} is not the id of a thread.`,
    hint: "`tandem threads` lists them; so does the result of a job (`tandem result JOB --json`).",
  });
}

function threadOf(record: JobRecord): string {
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  if (record.thread !== undefined && record.isThreadKept === true) return record.thread;
  throw new TandemError("usage", {
    problem: `Job ${record.id} left no thread that could be continued.`,
    hint: "Start a new one with --fresh.",
  });
}

/** The only continued or continuable thread of this folder's tasks. Several are listed, since taking the last mixes them up. */
async function lastThread({ store, workspace }: ClientSession): Promise<string> {
  const { records } = await store.list({ workspace, limit: searched });
  const fitting = records.filter(
    ({ kind, status, thread, isThreadKept }) =>
      kind === "task" && isTerminal(status) && thread !== undefined && isThreadKept === true,
  );
  const byThread = new Map<string | undefined, JobRecord>();
  // The newest first, and of each thread its newest task.
  for (const record of fitting) if (!byThread.has(record.thread)) byThread.set(record.thread, record);
  const [only, ...others] = byThread.values();
  if (only === undefined) {
    throw new TandemError(
      "job_not_found",
      { searched: workspace, problem: `No task of ${workspace} has left a thread.` },
      { repair: { say: "Leave --resume-last out." } },
    );
  }
  if (others.length > 0) {
    const candidates = [only, ...others].map((record) => `${shortJobId(record.id)} (${record.title})`);
    throw new TandemError(
      "job_ambiguous",
      { candidates, problem: `Several tasks of ${workspace} have left threads` },
      { repair: { say: "Name the task to go on with: --job and the letters of one of them." } },
    );
  }
  return threadOf(only);
}
