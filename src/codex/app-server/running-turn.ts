import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { ServerNotification } from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { TransportEnd } from "./transport.ts";
import type { TurnEnd } from "./turn-end.ts";
import { TurnRecorder } from "./turn-recorder.ts";

/** How long Codex may take to close a turn after its terminal error or an interrupt (Codex 0.169: under 10 ms). */
export const closingGraceMs = 3_000;

/** A turn in flight: what has arrived, and the race of everything that can end it. */
export class RunningTurn {
  readonly recorder: TurnRecorder;
  /** The first end of all. */
  readonly ended: Promise<TurnEnd>;
  /** Nothing more will come: Codex closed the turn or is gone, whatever ended our waiting before. */
  readonly settled: Promise<void>;
  readonly #watchdog: Watchdog;
  #end: (end: TurnEnd) => void = () => undefined;
  #settle: () => void = () => undefined;
  #isSettled = false;
  #failing: NodeJS.Timeout | undefined;

  /** `past`: the ids of this thread's earlier turns, whose late words are not this turn's. */
  constructor(emit: (event: RunEvent) => void, watchdog: Watchdog, past: ReadonlySet<string> = new Set()) {
    this.recorder = new TurnRecorder(emit, watchdog, past);
    this.#watchdog = watchdog;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    void watchdog.expired.then((limit) => this.end({ why: "limit", limit }));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Ends the waiting; only the first call counts. */
  end(end: TurnEnd): void {
    this.#end(end);
  }

  /** Codex did not start it. */
  refuse(report: ErrorReport): void {
    this.end({ why: "refused", report });
    this.#settled();
  }

  /** The connection is gone, or the thread. */
  lose(lost: TransportEnd, thread: string): void {
    this.end({ why: "connection lost", lost, thread });
    this.#settled();
  }

  receive(notification: ServerNotification): void {
    this.recorder.receive(notification);
    if (this.recorder.record.closed !== undefined) {
      this.end({ why: "closed" });
      this.#settled();
    } else if (this.recorder.record.terminalError !== undefined) {
      // Codex closes the turn right after its terminal error; where it does not, the error is the end.
      this.#failing ??= setTimeout(() => this.end({ why: "failed" }), closingGraceMs);
    } else if (notification.method === "thread/closed") {
      this.lose({ reason: "the thread was unloaded" }, notification.params.threadId);
    }
  }

  /** Nobody waits for this turn any more. */
  dispose(): void {
    clearTimeout(this.#failing);
    // What the turn left open must not hold the clock of the next one.
    this.#watchdog.closedAll();
  }

  #settled(): void {
    this.#isSettled = true;
    clearTimeout(this.#failing);
    this.#settle();
  }
}
