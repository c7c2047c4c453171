/** Why a watchdog ended a run. */
export type WatchdogEnd =
  | { readonly reason: "stalled"; readonly silentMs: number }
  | { readonly reason: "timeout"; readonly afterMs: number };

export interface WatchdogLimits {
  readonly stallMs: number;
  readonly timeoutMs: number;
}

/**
 * Two clocks of one run. The wall clock always runs. The stall clock starts anew at every sign of life and stands still
 * while something is open that may be quiet for long: a command, a tool call, an approval.
 */
export class Watchdog {
  /** Resolves when a limit is over; never when stopped before. */
  readonly expired: Promise<WatchdogEnd>;
  readonly #stallMs: number;
  readonly #wall: NodeJS.Timeout;
  readonly #open = new Set<string>();
  #stall: NodeJS.Timeout | undefined;
  #expire: (end: WatchdogEnd) => void = () => undefined;
  #stopped = false;

  constructor({ stallMs, timeoutMs }: WatchdogLimits) {
    this.#stallMs = stallMs;
    this.expired = new Promise((resolve) => {
      this.#expire = resolve;
    });
    this.#wall = setTimeout(() => this.#expire({ reason: "timeout", afterMs: timeoutMs }), timeoutMs);
    this.touch();
  }

  /** Something was heard from Codex. */
  touch(): void {
    clearTimeout(this.#stall);
    if (this.#stopped || this.#open.size > 0) return;
    const silentMs = this.#stallMs;
    this.#stall = setTimeout(() => this.#expire({ reason: "stalled", silentMs }), silentMs);
  }

  /** Something began that may be quiet for long. */
  opened(id: string): void {
    this.#open.add(id);
    this.touch();
  }

  closed(id: string): void {
    this.#open.delete(id);
    this.touch();
  }

  /** Does work of ours, which may take long and is no silence of Codex. `id` as in `opened`. */
  async during<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    this.opened(id);
    try {
      return await work();
    } finally {
      this.closed(id);
    }
  }

  /** A turn is over, and whatever it had open with it. */
  closedAll(): void {
    this.#open.clear();
    this.touch();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#stall);
    clearTimeout(this.#wall);
  }
}
