import type { ThreadSession } from "../codex/engine.ts";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import type { RunRequest } from "../domain/run.ts";
import type { JobProgress } from "./job-progress.ts";
import type { OwnerReply, OwnerRequest } from "./owner-inbox.ts";
import { PendingRequests } from "./pending-requests.ts";
import type { JobStore } from "./store.ts";

export interface ControlOptions {
  readonly id: string;
  readonly request: RunRequest;
  readonly store: JobStore;
  readonly progress: JobProgress;
  /** Aborted when the process that owns the job is told to end. */
  readonly signal: AbortSignal;
}

/** How often a working tree that another job writes is looked at again. */
const busyPollMs = 250;

/** What others may do to a run while it goes on: cancel it, steer it, answer what Codex asks. */
export class RunControl {
  readonly id: string;
  /** Aborted when the run shall stop. */
  readonly signal: AbortSignal;
  readonly ask: PendingRequests["ask"];
  readonly #options: ControlOptions;
  readonly #cancel = new AbortController();
  readonly #pending: PendingRequests;
  readonly #inbox: { close(): void };
  #session: ThreadSession | undefined;

  constructor(options: ControlOptions) {
    const { id, request, store, progress, signal } = options;
    this.id = id;
    this.#options = options;
    this.signal = this.#cancel.signal;
    this.#pending = new PendingRequests({
      timeoutMs: request.approvalTimeoutMs,
      now: () => new Date(),
      onChange: (open) => progress.note({ pending: open.length === 0 ? undefined : open }, true),
    });
    this.ask = this.#pending.ask;
    this.#inbox = store.watchInbox(id, {
      onCancel: () => this.#stop(),
      onRequest: async (asked) => this.#handle(asked),
    });
    if (signal.aborted) this.#stop();
    else signal.addEventListener("abort", this.#onEnd, { once: true });
  }

  /** Steering goes to the thread that was opened last. */
  follow(session: ThreadSession): void {
    this.#session = session;
  }

  /** Takes what only one run may have; waits for it when the request says so. Throws `workspace_busy` or `cancelled`. */
  async whenFree<Lock>(take: () => Lock): Promise<Lock> {
    const { request, progress } = this.#options;
    const deadline = performance.now() + request.timeoutMs;
    for (;;) {
      try {
        return take();
      } catch (error) {
        const isBusy = error instanceof TandemError && error.report.kind === "workspace_busy";
        if (!isBusy || request.whenBusy === "refuse" || performance.now() > deadline) throw error;
        progress.note({ phase: "queued" }, false);
      }
      await this.#pause(busyPollMs);
    }
  }

  close(): void {
    this.#options.signal.removeEventListener("abort", this.#onEnd);
    this.#inbox.close();
  }

  readonly #onEnd = () => this.#stop();

  #stop(): void {
    if (this.signal.aborted) return;
    this.#options.progress.note({ phase: "cancelling" }, true);
    this.#cancel.abort();
  }

  async #handle(asked: OwnerRequest): Promise<OwnerReply> {
    if (asked.type === "answer") return this.#pending.answer(asked.pending, asked.answer);
    const steer = this.#session?.steer?.bind(this.#session);
    if (steer === undefined) {
      const reason =
        this.#session === undefined
          ? "the run has not started its turn yet"
          : "codex exec takes no text in the middle of a turn; `tandem reply` starts the next one";
      return { ok: false, reason };
    }
    try {
      await steer(asked.text);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener("abort", done, { once: true });
    });
    if (this.signal.aborted) throw new TandemError("cancelled", { by: "on request" });
  }
}
