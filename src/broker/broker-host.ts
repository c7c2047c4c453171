import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
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
  readonly log: BrokerLog;
  /** Runs a claimed job to its end and gives the claim back. */
  readonly run: (claim: JobClaim, environment: Readonly<Record<string, string>>) => Promise<void>;
  /** There is nothing to do any more: idle for long enough, or drained. */
  readonly onDone: () => void;
  /** Told once, when no further jobs are taken. */
  readonly onDraining: () => void;
}

/** How often waiting jobs are looked at for a wish to cancel them. */
const cancelPollMs = 500;

/** What a broker does with the jobs that are given to it. A fault of one job touches no other. */
export class BrokerHost implements BrokerService {
  readonly #options: BrokerHostOptions;
  readonly #slots: TurnSlots;
  readonly #jobs = new Set<string>();
  #clients = 0;
  #isDraining = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: BrokerHostOptions) {
    this.#options = options;
    this.#slots = new TurnSlots(options.slots);
    this.#look();
  }

  async submit(job: string, environment: Readonly<Record<string, string>>): Promise<void> {
    if (this.#isDraining) throw new Error("the broker takes no further jobs");
    if (this.#jobs.has(job)) return;
    this.#jobs.add(job);
    this.#look();
    let claim: JobClaim | undefined;
    try {
      const { store } = this.#options;
      claim = await store.claim(job, "broker");
      if (claim === undefined) throw new Error(`job ${job} has another owner or has ended`);
    } catch (error) {
      claim?.release();
      this.#forget(job);
      throw error;
    }
    void this.#serve(claim, environment);
  }

  health(): HealthAnswer {
    return {
      pid: process.pid,
      version: this.#options.version,
      running: this.#slots.running,
      queued: this.#slots.waiting,
      draining: this.#isDraining,
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

  async #serve(claim: JobClaim, environment: Readonly<Record<string, string>>): Promise<void> {
    const { id, workspace } = claim.record;
    const { store, log, run } = this.#options;
    const slot = this.#slots.enter(workspace);
    const poll = setInterval(() => {
      if (store.readCancelRequest(id) !== undefined) slot.release();
    }, cancelPollMs);
    try {
      const mayRun = await slot.granted;
      clearInterval(poll);
      log("job begins", { job: id, cancelled: !mayRun });
      if (mayRun) await run(claim, environment);
      else await this.#endQueued(claim);
    } catch (error) {
      log("job failed outside of its run", { job: id, error: messageOf(error) });
    } finally {
      clearInterval(poll);
      claim.release();
      slot.release();
      log("job over", { job: id });
      this.#forget(id);
    }
  }

  async #endQueued({ record }: JobClaim): Promise<void> {
    const { report } = new TandemError("cancelled", { by: "on request, while it waited for its turn" });
    await this.#options.store.finish(record.id, {
      status: "cancelled",
      envelope: { schema: "codex-tandem/1", ok: false, kind: record.kind, error: report },
      change: { error: { kind: report.kind, message: report.message } },
    });
  }

  #forget(job: string): void {
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
