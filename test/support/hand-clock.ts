import { Watchdog, type WatchdogEnd } from "../../src/codex/watchdog.ts";

/** Longer than any test takes. */
const neverMs = 3_600_000;

/** The two clocks of a turn, which strike when the test says so: no machine is so busy that they strike before what they are to meet. */
export class HandClock extends Watchdog {
  override readonly expired: Promise<WatchdogEnd>;
  readonly #open = new Set<string>();
  #strike: (end: WatchdogEnd) => void = () => undefined;

  constructor() {
    super({ stallMs: neverMs, timeoutMs: neverMs });
    this.expired = new Promise((resolve) => {
      this.#strike = resolve;
    });
  }

  /** Whether the stall clock stands still, since something is open that may be quiet for long. */
  get isStandingStill(): boolean {
    return this.#open.size > 0;
  }

  override opened(id: string): void {
    this.#open.add(id);
    super.opened(id);
  }

  override closed(id: string): void {
    this.#open.delete(id);
    super.closed(id);
  }

  override closedAll(): void {
    this.#open.clear();
    super.closedAll();
  }

  /** So long nothing was heard. Throws where the stall clock stands still. */
  stall(silentMs: number): void {
    if (this.isStandingStill) throw new Error(`The stall clock is held by ${[...this.#open].join(", ")}.`);
    this.#strike({ reason: "stalled", silentMs });
  }

  /** The time of the turn is over. */
  timeOut(afterMs: number): void {
    this.#strike({ reason: "timeout", afterMs });
  }
}
