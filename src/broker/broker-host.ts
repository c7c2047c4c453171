import { type ErrorReport, messageOf, TandemError, toErrorReport } from "../domain/errors/tandem-error.ts";
import { endWithError } from "../jobs/end-with-error.ts";
import type { JobClaim } from "../jobs/job-claim.ts";
import type { JobStore } from "../jobs/store.ts";
import type { BrokerLog } from "./broker-log.ts";
import type { BrokerService } from "./broker-server.ts";
import type { HealthAnswer } from "./protocol.ts";
import { TurnSlots } from "./turn-slots.ts";

export interface BrokerHostOptions {
  readonly store: JobStore;
  /** How many jobs run at once. */
  readonly slots: number;
  readonly idleMs: number;
  readonly version: string;
  /** The real path of the CODEX_HOME that it serves. */
  readonly codexHome: string;
  readonly log: BrokerLog;
  /** Runs a claimed job to its end and gives the claim back; `onEnded` is called as soon as everybody sees that it has ended. */
  readonly run: (
    claim: JobClaim,
    environment: Readonly<Record<string, string>>,
    onEnded: () => void,
  ) => Promise<void>;
  /** There is nothing to do any more: idle for long enough, or drained. */
  readonly onDone: () => void;
  /** Told once, when no further jobs are taken. */
  readonly onDraining: () => void;
}

/** A job that is not over. */
interface HeldJob {
  /** Settles when it is owned, or cannot be. */
  readonly owned: Promise<void>;
  /** Resolves when its end is stored. */
  readonly ended: Promise<void>;
  readonly tellEnd: () => void;
}

/** How often waiting jobs are looked at for a wish to cancel them. */
const cancelPollMs = 500;

/** What a broker does with the jobs that are given to it. A fault of one job touches no other. */
export class BrokerHost implements BrokerService {
  readonly #options: BrokerHostOptions;
  readonly #slots: TurnSlots;
  readonly #jobs = new Map<string, HeldJob>();
  #clients = 0;
  #isDraining = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: BrokerHostOptions) {
    this.#options = options;
    this.#slots = new TurnSlots(options.slots);
    this.#look();
  }

  async submit(job: string, environment: Readonly<Record<string, string>>): Promise<void> {
    // Whoever gives it a second time (the first answer was lost) gets the same answer.
    const present = this.#jobs.get(job);
    if (present !== undefined) return present.owned;
    if (this.#isDraining) throw new Error("the broker takes no further jobs");
    let tellEnd: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      tellEnd = resolve;
    });
    const owned = this.#own(job, environment, tellEnd);
    this.#jobs.set(job, { owned, ended, tellEnd });
    this.#look();
    return owned;
  }

  async follow(job: string): Promise<void> {
    await this.#jobs.get(job)?.ended;
  }

  async #own(job: string, environment: Readonly<Record<string, string>>, onEnded: () => void): Promise<void> {
    const { store } = this.#options;
    let claim: JobClaim | undefined;
    try {
      claim = await store.claim(job, "broker");
      if (claim === undefined)
        throw new Error(`job ${job} has another owner, has ended or is not in this state folder`);
    } catch (error) {
      this.#release(claim, job);
      this.#forget(job);
      throw error;
    }
    void this.#serve(claim, environment, onEnded);
  }

  health(): HealthAnswer {
    return {
      pid: process.pid,
      version: this.#options.version,
      running: this.#slots.running,
      queued: this.#slots.waiting,
      draining: this.#isDraining,
      codexHome: this.#options.codexHome,
    };
  }

  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#options.onDraining();
    this.#look();
  }

  onClients(count: number): void {
    this.#clients = count;
    this.#look();
  }

  async #serve(
    claim: JobClaim,
    environment: Readonly<Record<string, string>>,
    onEnded: () => void,
  ): Promise<void> {
    const { id, workspace } = claim.record;
    const { log, run } = this.#options;
    const slot = this.#slots.enter(workspace);
    const poll = setInterval(() => {
      if (this.#isCancelled(id)) slot.release();
    }, cancelPollMs);
    try {
      const mayRun = await slot.granted;
      clearInterval(poll);
      log("job begins", { job: id, cancelled: !mayRun });
      if (mayRun) await run(claim, environment, onEnded);
      else await this.#end(claim, "cancelled", cancelledInQueue());
    } catch (error) {
      log("job failed outside of its run", { job: id, error: messageOf(error) });
      await this.#endBroken(claim, error);
    }
    this.#release(claim, id);
    slot.release();
    log("job over", { job: id });
    this.#forget(id);
  }

  #isCancelled(job: string): boolean {
    try {
      return this.#options.store.readCancelRequest(job) !== undefined;
    } catch {
      // Not readable now; the next look may be luckier.
      return false;
    }
  }

  /** Its owner lives, so nobody else would ever end a job whose run broke off. */
  async #endBroken(claim: JobClaim, error: unknown): Promise<void> {
    try {
      await this.#end(claim, "failed", toErrorReport(error));
    } catch (again) {
      this.#options.log("the end of a job could not be stored", {
        job: claim.record.id,
        error: messageOf(again),
      });
    }
  }

  async #end({ record }: JobClaim, status: "cancelled" | "failed", error: ErrorReport): Promise<void> {
    await endWithError(this.#options.store, record, status, error);
  }

  /** A lock that cannot be removed (a read-only folder) is of a job that has ended, and harms nobody. */
  #release(claim: JobClaim | undefined, job: string): void {
    try {
      claim?.release();
    } catch (error) {
      this.#options.log("a lock could not be removed", { job, error: messageOf(error) });
    }
  }

  #forget(job: string): void {
    // However it came to that: nothing more is done with it here.
    this.#jobs.get(job)?.tellEnd();
    this.#jobs.delete(job);
    this.#look();
  }

  /** Without a job and a client the broker ends after a while; one that drains ends with its last job. */
  #look(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    if (this.#jobs.size > 0) return;
    if (this.#isDraining) this.#options.onDone();
    else if (this.#clients === 0) this.#idle = setTimeout(() => this.drain(), this.#options.idleMs);
  }
}

function cancelledInQueue(): ErrorReport {
  return new TandemError("cancelled", { by: "on request, while it waited for its turn" }).report;
}
