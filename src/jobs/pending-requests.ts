import type { Ask } from "../codex/engine.ts";
import type { Pending, PendingAnswer } from "../domain/pending.ts";

/** What became of an answer. */
export type AnswerOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

interface Open {
  readonly pending: Pending;
  readonly settle: (answer: PendingAnswer) => void;
}

export interface PendingOptions {
  /** Time after which a request that nobody has answered counts as declined. */
  readonly timeoutMs: number;
  readonly now: () => Date;
  /** Told of every change of what is open. */
  readonly onChange: (open: readonly Pending[]) => void;
}

/** The requests of one run that wait for somebody's answer. Each is answered once: by a person, by its time limit, or by its end. */
export class PendingRequests {
  readonly #options: PendingOptions;
  readonly #open = new Map<string, Open>();
  #count = 0;

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /** Puts a question of Codex before somebody. Resolves also when nobody answers; never rejects. */
  readonly ask: Ask = async (question, signal) => {
    const { timeoutMs, now } = this.#options;
    this.#count += 1;
    const id = String(this.#count);
    const expiresAt = new Date(now().getTime() + timeoutMs).toISOString();
    try {
      return await new Promise<PendingAnswer>((resolve) => {
        const timer = setTimeout(() => resolve({ decision: "decline", origin: "expiry" }), timeoutMs);
        const settle = (answer: PendingAnswer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        if (signal.aborted) return settle(withdrawn);
        signal.addEventListener("abort", () => settle(withdrawn), { once: true });
        this.#open.set(id, { pending: { ...question, id, expiresAt }, settle });
        this.#tell();
      });
    } finally {
      this.#open.delete(id);
      this.#tell();
    }
  };

  /** Gives an answer; `id` may be left out when only one request is open. */
  answer(id: string | undefined, answer: PendingAnswer): AnswerOutcome {
    const ids = [...this.#open.keys()];
    const only = ids.length === 1 ? ids[0] : undefined;
    const named = id ?? only;
    if (named === undefined) {
      return {
        ok: false,
        reason: ids.length === 0 ? "nothing waits for an answer" : `several requests wait: ${ids.join(", ")}`,
      };
    }
    const open = this.#open.get(named);
    if (open === undefined) return { ok: false, reason: `request ${named} does not wait for an answer` };
    open.settle(answer);
    return { ok: true };
  }

  #tell(): void {
    this.#options.onChange([...this.#open.values()].map(({ pending }) => pending));
  }
}

/** Codex took the request back, or the turn has ended. */
const withdrawn: PendingAnswer = { decision: "cancel", origin: "pipe" };
