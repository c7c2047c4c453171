import type { RunEvent } from "../../domain/events.ts";
import type { ServerNotification } from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { TurnEnd } from "./turn-end.ts";
import { TurnRecorder } from "./turn-recorder.ts";

/** How long Codex may take to close a turn after its terminal error or an interrupt (Codex 0.169: under 10 ms). */
export const closingGraceMs = 3_000;

/** A turn in flight: what has arrived, and the race of everything that can end it. */
export class RunningTurn {
  readonly recorder: TurnRecorder;
  /** The first end of all. */
  readonly ended: Promise<TurnEnd>;
  /** Codex closed the turn, whatever ended our waiting before. */
  readonly closed: Promise<void>;
  #end: (end: TurnEnd) => void = () => undefined;
  #close: () => void = () => undefined;
  #failing: NodeJS.Timeout | undefined;

  constructor(emit: (event: RunEvent) => void, watchdog: Watchdog) {
    this.recorder = new TurnRecorder(emit, watchdog);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    void watchdog.expired.then((limit) => this.end({ why: "limit", limit }));
  }

  /** Ends the waiting; only the first call counts. */
  end(end: TurnEnd): void {
    clearTimeout(this.#failing);
    this.#end(end);
  }

  receive(notification: ServerNotification): void {
    this.recorder.receive(notification);
    if (this.recorder.record.closed !== undefined) {
      this.#close();
      this.end({ why: "closed" });
    } else if (notification.method === "error" && !notification.params.willRetry) {
      // Codex closes the turn right after its terminal error; where it does not, the error is the end.
      this.#failing = setTimeout(() => this.end({ why: "failed" }), closingGraceMs);
    } else if (notification.method === "thread/closed") {
      this.end({ why: "connection lost", reason: "the thread was unloaded" });
    }
  }
}
