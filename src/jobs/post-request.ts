import { unlinkSync } from "node:fs";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord } from "../domain/job.ts";
import { Bell } from "./bell.ts";
import { watchFolder } from "./folder-watch.ts";
import { presentRecord } from "./job-reading.ts";
import {
  largestRequest,
  newStem,
  type OwnerReply,
  type OwnerRequest,
  postReasons,
  type RequestFiles,
  readOwnerReply,
  requestFiles,
  requestsFolder,
} from "./owner-inbox.ts";
import { writePrivateFile } from "./private-files.ts";
import { ensurePrivateSubfolder } from "./private-folders.ts";
import { jobFiles, jobFolder } from "./state-paths.ts";
import type { StoreContext } from "./store-context.ts";

export interface PostOptions {
  /** How long the owner may take, in ms. */
  readonly deadlineMs?: number;
}

type ReadJob = (id: string) => Promise<JobRecord | undefined>;

/**
 * Asks something of the process that owns a job and waits for its reply. When the job ends, its owner dies or the time is over,
 * the reason is one of `postReasons`. `read` gives the job after a look at its owner. Throws `job_not_found`, `input_too_large`,
 * `state_unwritable` or `disk_full`.
 */
export async function postRequest(
  context: StoreContext,
  id: string,
  request: OwnerRequest,
  read: ReadJob,
  { deadlineMs = 15_000 }: PostOptions = {},
): Promise<OwnerReply> {
  const record = await read(id);
  if (record === undefined) throw new TandemError("job_not_found", { id, searched: context.paths.jobs });
  if (isTerminal(record.status)) return { ok: false, reason: postReasons.ended };
  const folder = requestsFolder(context, id);
  ensurePrivateSubfolder(folder);
  const files = requestFiles(folder, newStem(context.world.now()));
  const bell = new Bell();
  const watches = [
    watchFolder(folder, bell.ring),
    watchFolder(jobFolder(context.paths, id), (name) => {
      if (name === undefined || name === jobFiles.record) bell.ring();
    }),
  ];
  try {
    await writePrivateFile(files.request, printRequest(request), { durable: false });
    return await awaitReply(files, new EndOfJob(context, id, read), bell, deadlineMs);
  } finally {
    for (const watch of watches) watch.close();
  }
}

async function awaitReply(
  files: RequestFiles,
  end: EndOfJob,
  bell: Bell,
  deadlineMs: number,
): Promise<OwnerReply> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    // First the end, then the reply: an owner that has ended replies no more.
    const hasEnded = await end.look();
    const reply = readOwnerReply(files.reply);
    if (reply !== undefined) {
      removeQuietly(files.reply);
      return reply;
    }
    if (hasEnded) return giveUp(files, postReasons.ended, postReasons.ended);
    const left = deadline - performance.now();
    if (left <= 0) return giveUp(files, postReasons.withdrawn, postReasons.unanswered);
    await bell.next(Math.min(left, pollMs));
  }
}

/** Takes the request back. What the owner has taken before is its own. */
function giveUp({ request }: RequestFiles, untaken: string, taken: string): OwnerReply {
  return { ok: false, reason: removeQuietly(request) ? untaken : taken };
}

/** Looks whether a job has ended: at its record each time, at its owner from time to time. */
class EndOfJob {
  readonly #context: StoreContext;
  readonly #id: string;
  readonly #read: ReadJob;
  #nextReadMs = performance.now() + ownerLookMs;

  constructor(context: StoreContext, id: string, read: ReadJob) {
    this.#context = context;
    this.#id = id;
    this.#read = read;
  }

  async look(): Promise<boolean> {
    if (performance.now() < this.#nextReadMs) {
      const record = presentRecord(this.#context, this.#id);
      return record !== undefined && isTerminal(record.status);
    }
    const record = await this.#read(this.#id);
    this.#nextReadMs = performance.now() + ownerLookMs;
    return record === undefined || isTerminal(record.status);
  }
}

/** Where the system tells nothing of new files. */
const pollMs = 250;
const ownerLookMs = 2_000;

function printRequest(request: OwnerRequest): string {
  const text = JSON.stringify(request);
  const size = Buffer.byteLength(text);
  if (size <= largestRequest) return text;
  throw new TandemError("input_too_large", {
    what: "The text",
    size,
    limit: largestRequest,
    unit: "bytes",
  });
}

/** False when it was not there, or cannot be removed. */
function removeQuietly(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
