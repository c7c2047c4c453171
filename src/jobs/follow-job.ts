import type { Envelope } from "../domain/envelope.ts";
import { isTerminal, type JobRecord } from "../domain/job.ts";
import { Bell } from "./bell.ts";
import { type FolderWatch, watchFolder } from "./folder-watch.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { jobFiles } from "./state-paths.ts";
import type { JobStore } from "./store.ts";

export interface FollowOptions {
  /**
   * Gets every entry of the journal once, in order, some at a time. While its promise is open nothing more is read, so a slow
   * consumer costs no memory. What it throws ends the following.
   */
  readonly onEvents?: (entries: readonly JournalEntry[]) => void | Promise<void>;
  /**
   * Gets the record at every look, also when nothing has changed. An event may be in the journal before the record tells of what
   * belongs to it (a request of Codex), or after.
   */
  readonly onRecord?: (record: JobRecord) => void;
  /** Ends the following, not the job. */
  readonly signal?: AbortSignal;
  /** Ends the following after this time in ms; for ever without it. */
  readonly budgetMs?: number;
  /**
   * Settles when somebody else has seen the job's end, or can look for it no longer. Until then nothing is watched but only looked at
   * from time to time: on Linux the end of a process that watched a folder takes 10 ms, and up to 40. It must not reject.
   */
  readonly told?: Promise<void>;
  /** Looks on and waits for nothing: the job may be cancelled although it is followed. */
  readonly isBystander?: boolean;
}

/** A job when it was followed no longer. */
export interface Followed {
  readonly record: JobRecord;
  /** Of a job that has ended; absent when it cannot be read. */
  readonly result?: Envelope;
  /** False when the budget was over or the signal came first: the job goes on. */
  readonly ended: boolean;
}

type FollowedStore = Pick<
  JobStore,
  "announceFollower" | "foldersOf" | "peek" | "read" | "readJournal" | "readResult"
>;

/** How often is looked without being told of anything: seldom where the system tells, often where it does not. */
const quietPollMs = 1_000;
const deafPollMs = 250;
/** How often is looked whether the owner lives. */
const ownerLookMs = 2_000;
/** What is read of the journal at a time. */
const partBytes = 256 * 1024;

/**
 * Follows a job by its folder until it has ended, which it also has when its owner is dead. Any number of processes may follow
 * one job; to the job it makes no difference. Throws `job_not_found`, also when the job is removed meanwhile.
 */
export async function followJob(
  store: FollowedStore,
  id: string,
  options: FollowOptions = {},
): Promise<Followed> {
  const takeBack = options.isBystander === true ? undefined : store.announceFollower(id);
  const follower = new Follower(store, id, options);
  try {
    return await follower.follow();
  } finally {
    follower.close();
    takeBack?.();
  }
}

/** Follows several jobs until all have ended, or the budget is over; in the order of the ids. Throws as `followJob`. */
export async function waitForJobs(
  store: FollowedStore,
  ids: readonly string[],
  { signal, budgetMs }: Pick<FollowOptions, "signal" | "budgetMs"> = {},
): Promise<readonly Followed[]> {
  // One each: a signal with many listeners is taken for a leak and warned of.
  const stops = ids.map(() => new AbortController());
  const stopAll = () => {
    for (const stop of stops) stop.abort();
  };
  if (signal?.aborted === true) stopAll();
  signal?.addEventListener("abort", stopAll, { once: true });
  const budget = budgetMs === undefined ? {} : { budgetMs };
  const follow = async (id: string, index: number) => {
    const own = stops[index]?.signal;
    return followJob(store, id, { ...budget, ...(own === undefined ? {} : { signal: own }) });
  };
  try {
    return await Promise.all(ids.map(follow));
  } finally {
    // When one of them is not found, the others are followed no longer either.
    stopAll();
    signal?.removeEventListener("abort", stopAll);
  }
}

class Follower {
  readonly #store: FollowedStore;
  readonly #id: string;
  readonly #options: FollowOptions;
  readonly #bell = new Bell();
  #watch: FolderWatch | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #stopped: Promise<void>;
  #resolveStopped: () => void = () => undefined;
  #isStopped = false;
  /** Somebody else looks for the end, and will tell. */
  #isQuiet: boolean;
  /** The system did not tell of something that was there. */
  #isDeaf = false;
  #nextOwnerLookMs = 0;
  #offset = 0;
  /** What changes with the record when there is news. */
  #lastSeen = "";

  constructor(store: FollowedStore, id: string, options: FollowOptions) {
    this.#store = store;
    this.#id = id;
    this.#options = options;
    this.#stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    const { budgetMs, signal, told } = options;
    if (budgetMs !== undefined) this.#timer = setTimeout(this.#stop, budgetMs);
    if (signal?.aborted === true) this.#stop();
    signal?.addEventListener("abort", this.#stop, { once: true });
    this.#isQuiet = told !== undefined;
    void told?.then(() => {
      this.#isQuiet = false;
      this.#bell.ring();
    });
    if (!this.#isQuiet) this.#watch = this.#openWatch();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watch?.close();
    this.#options.signal?.removeEventListener("abort", this.#stop);
  }

  async follow(): Promise<Followed> {
    for (let wasTold = true; ; ) {
      // The record first: what is in the journal of a job that has ended is all of it.
      const record = await this.#look();
      this.#options.onRecord?.(record);
      const hasMoved = this.#hasMoved(record);
      const hadEvents = await this.#passOn();
      if (isTerminal(record.status)) return this.#end(record);
      if (this.#isStopped) return this.#end(await this.#look());
      if (this.#watch === undefined && !this.#isQuiet) {
        // It has not ended although there is nobody left who tells.
        this.#watch = this.#openWatch();
        continue;
      }
      // Once is enough: to look often does no harm where the system only was late.
      if (!wasTold && !this.#isQuiet && (hasMoved || hadEvents)) this.#isDeaf = true;
      wasTold = await this.#bell.next(this.#pauseMs());
    }
  }

  #openWatch(): FolderWatch {
    const { onEvents } = this.#options;
    const news = new Set<string | undefined>([jobFiles.record, undefined]);
    if (onEvents !== undefined) news.add(jobFiles.journal);
    return watchFolder(this.#store.foldersOf(this.#id).job, (name) => {
      if (news.has(name)) this.#bell.ring();
    });
  }

  #pauseMs(): number {
    const isTold = this.#isQuiet || (this.#watch?.isAlive === true && !this.#isDeaf);
    return isTold ? quietPollMs : deafPollMs;
  }

  /** The record as it is stored; from time to time after a look at the owner. */
  async #look(): Promise<JobRecord> {
    const isOwnerDue = performance.now() >= this.#nextOwnerLookMs;
    const stored = isOwnerDue ? undefined : this.#store.peek(this.#id);
    if (stored !== undefined) return stored;
    const record = await this.#store.read(this.#id);
    this.#nextOwnerLookMs = performance.now() + ownerLookMs;
    return record;
  }

  #hasMoved({ status, phase, lastEventAt }: JobRecord): boolean {
    const seen = `${status} ${phase} ${lastEventAt}`;
    const hasMoved = seen !== this.#lastSeen;
    this.#lastSeen = seen;
    return hasMoved;
  }

  /** Gives the consumer what is new in the journal. True when there was something. */
  async #passOn(): Promise<boolean> {
    const { onEvents } = this.#options;
    if (onEvents === undefined) return false;
    let hadEvents = false;
    while (!this.#isStopped) {
      const range = { from: this.#offset, maxBytes: partBytes };
      const { entries, nextOffset, hasMore } = this.#store.readJournal(this.#id, range);
      this.#offset = nextOffset;
      if (entries.length > 0) {
        hadEvents = true;
        await this.#orStopped(onEvents(entries));
      }
      if (!hasMore) break;
    }
    return hadEvents;
  }

  /** A consumer that hangs must not outlast the budget. */
  async #orStopped(consumed: void | Promise<void>): Promise<void> {
    if (consumed === undefined) return;
    await Promise.race([consumed, this.#stopped]);
  }

  async #end(record: JobRecord): Promise<Followed> {
    if (!isTerminal(record.status)) return { record, ended: false };
    const result = await this.#store.readResult(this.#id);
    return { record, ...(result === undefined ? {} : { result }), ended: true };
  }

  readonly #stop = (): void => {
    this.#isStopped = true;
    this.#resolveStopped();
    this.#bell.ring();
  };
}
