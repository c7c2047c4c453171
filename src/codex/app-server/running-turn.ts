import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import type { ThreadHooks } from "../engine.ts";
import type { ServerNotification } from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { TransportEnd } from "./transport.ts";
import type { TurnEnd } from "./turn-end.ts";
import { TurnRecorder } from "./turn-recorder.ts";
import { TurnRequests } from "./turn-requests.ts";

/** How long Codex may take to close a turn after its terminal error or an interrupt (Codex 0.169: under 10 ms). */
export const closingGraceMs = 3_000;

interface TurnOptions {
  readonly hooks: ThreadHooks;
  readonly watchdog: Watchdog;
  /** The ids of this thread's earlier turns, whose late words are not this turn's. */
  readonly past: ReadonlySet<string>;
  /** The allow-list of MCP servers and tools. */
  readonly mcpServers: readonly string[];
}

/** A turn in flight: what has arrived, what Codex asks meanwhile, and the race of everything that can end it. */
export class RunningTurn {
  readonly recorder: TurnRecorder;
  readonly requests: TurnRequests;
  /** Codex told its start, without which it takes neither an interrupt nor text (0.169). Never, when it ends before. */
  readonly begun: Promise<void>;
  /** The first end of all. */
  readonly ended: Promise<TurnEnd>;
  /** Nothing more will come: Codex closed the turn or is gone, whatever ended our waiting before. */
  readonly settled: Promise<void>;
  readonly #watchdog: Watchdog;
  #end: (end: TurnEnd) => void = () => undefined;
  #settle: () => void = () => undefined;
  #begin: () => void = () => undefined;
  #isSettled = false;
  #isEnded = false;
  #failing: NodeJS.Timeout | undefined;

  constructor({ hooks, watchdog, past, mcpServers }: TurnOptions) {
    this.recorder = new TurnRecorder(hooks.emit, watchdog, past);
    this.requests = new TurnRequests({ ...hooks, watchdog, mcpServers });
    this.#watchdog = watchdog;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
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

  /** The waiting for it is over, whether Codex has closed it or not. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends the waiting, also for answers to what Codex asked; only the first call counts. */
  end(end: TurnEnd): void {
    this.#isEnded = true;
    this.#end(end);
    this.requests.withdraw();
  }

  /** Codex did not start it. */
  refuse(report: ErrorReport): void {
    this.end({ why: "refused", report });
    this.#settled();
  }

  /** It had ended before Codex was asked for it. */
  leaveUnbegun(): void {
    this.#settled();
  }

  /** The connection is gone, or the thread. */
  lose(lost: TransportEnd, thread: string): void {
    this.end({ why: "connection lost", lost, thread });
    this.#settled();
  }

  receive(notification: ServerNotification): void {
    this.recorder.receive(notification);
    this.requests.receive(notification);
    if (this.recorder.hasBegun) this.#begin();
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
    this.requests.end(this.#isSettled);
    // What the turn left open must not hold the clock of the next one.
    this.#watchdog.closedAll();
  }

  #settled(): void {
    this.#isSettled = true;
    clearTimeout(this.#failing);
    this.#settle();
  }
}
