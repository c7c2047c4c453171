import type { RunEvent, RunPhase } from "../../domain/events.ts";
import { sanitise } from "../text/sanitise.ts";
import { paint } from "../text/style.ts";
import {
  advanceProgress,
  leaveQueue,
  type ProgressState,
  queueProgress,
  startProgress,
} from "./progress-state.ts";
import { renderProgress } from "./render-progress.ts";

/** Where the line is drawn: stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** Time as the line sees it, in milliseconds. */
export interface ProgressClock {
  now(): number;
  /** Calls `action` once, later; the returned function takes it back. Must not keep the process alive. */
  after(milliseconds: number, action: () => void): () => void;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly colour: boolean;
  /** `TERM`; a `dumb` terminal cannot redraw a line. */
  readonly terminal?: string;
  readonly clock?: ProgressClock;
  /** How long the run has gone on already, in milliseconds. */
  readonly elapsedMs?: number;
}

/** One line at the bottom of a terminal that shows what a run does. */
export interface ProgressLine {
  report(event: RunEvent): void;
  /** For what no event tells: queued, waiting for an approval, cancelling. */
  setPhase(phase: RunPhase): void;
  /** The run waits for its turn among others; its place from 1, where that is known. */
  setQueuePlace(place: number | undefined): void;
  /** The run has its turn. */
  leaveQueue(): void;
  /** Takes the line away until `resume`, so that somebody can be asked something. */
  pause(): void;
  resume(): void;
  /** Writes whole lines of other text, sanitised, above the live one. Works without a terminal too. */
  printAbove(text: string): void;
  /** Takes the line away and stops drawing; further events are ignored. */
  stop(): void;
}

/** Starts the live line. When the stream is not a terminal it draws nothing at all. */
export function startProgressLine(options: ProgressOptions): ProgressLine {
  const { stream } = options;
  const canRedraw = stream.isTTY === true && options.terminal !== "dumb";
  return canRedraw ? new LiveLine(options) : new SilentLine(stream);
}

/** At most eight redraws a second: more is flicker, and costs on a slow connection. */
const shortestPauseMs = 125;
const tickMs = 1000;
const eraseLine = "\r\u001B[K";

class LiveLine implements ProgressLine {
  readonly #stream: ProgressStream;
  readonly #clock: ProgressClock;
  readonly #colour: boolean;
  #state: ProgressState;
  #drawn = "";
  #drawnAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;
  #isPaused = false;

  constructor({ stream, colour, clock = systemClock, elapsedMs = 0 }: ProgressOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#colour = colour;
    this.#state = startProgress(clock.now() - elapsedMs);
    stream.on("resize", this.#redrawAll);
    this.#draw();
  }

  report(event: RunEvent): void {
    this.#update(advanceProgress(this.#state, event));
  }

  setPhase(phase: RunPhase): void {
    this.#update({ ...this.#state, phase });
  }

  setQueuePlace(place: number | undefined): void {
    this.#update(queueProgress(this.#state, place));
  }

  leaveQueue(): void {
    this.#update(leaveQueue(this.#state));
  }

  pause(): void {
    if (this.#isStopped) return;
    this.#isPaused = true;
    this.#cancelTimer?.();
    this.#erase();
  }

  resume(): void {
    if (this.#isStopped || !this.#isPaused) return;
    this.#isPaused = false;
    this.#draw();
  }

  printAbove(text: string): void {
    if (!this.#isStopped) this.#erase();
    this.#stream.write(wholeLine(text));
    if (!this.#isStopped) this.#draw();
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#stream.off("resize", this.#redrawAll);
    this.#erase();
  }

  #update(state: ProgressState): void {
    if (this.#isStopped) return;
    this.#state = state;
    if (!this.#isPaused) this.#drawSoon(Math.max(0, this.#drawnAt + shortestPauseMs - this.#clock.now()));
  }

  readonly #redrawAll = (): void => {
    // Where the terminal has re-wrapped the old line, its upper part stays: going up could erase lines of others.
    this.#drawn = "";
    this.#draw();
  };

  #drawSoon(milliseconds: number): void {
    if (milliseconds === 0) {
      this.#draw();
      return;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(milliseconds, () => this.#draw());
  }

  #draw(): void {
    if (this.#isPaused) return;
    this.#drawnAt = this.#clock.now();
    const line = renderProgress(this.#state, this.#drawnAt, this.#stream.columns ?? 80);
    if (line !== this.#drawn) {
      this.#stream.write(eraseLine + paint(line, "quiet", { colour: this.#colour }));
      this.#drawn = line;
    }
    this.#drawSoon(tickMs);
  }

  #erase(): void {
    if (this.#drawn !== "") this.#stream.write(eraseLine);
    this.#drawn = "";
  }
}

class SilentLine implements ProgressLine {
  readonly #stream: ProgressStream;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  report(): void {
    // Progress is for eyes only.
  }

  setPhase(): void {
    // Progress is for eyes only.
  }

  setQueuePlace(): void {
    // Progress is for eyes only.
  }

  leaveQueue(): void {
    // Progress is for eyes only.
  }

  pause(): void {
    // Nothing is drawn.
  }

  resume(): void {
    // Nothing is drawn.
  }

  printAbove(text: string): void {
    this.#stream.write(wholeLine(text));
  }

  stop(): void {
    // Nothing was drawn.
  }
}

function wholeLine(text: string): string {
  const clean = sanitise(text);
  return clean.endsWith("\n") ? clean : `${clean}\n`;
}

const systemClock: ProgressClock = {
  now: () => performance.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
