import type { RunEvent } from "../../domain/events.ts";

/** How many events are kept back at most; then they pass without waiting any longer. */
const heldLimit = 1_000;
/** How many lines that are no events are passed on in one turn. */
const strayLimit = 200;

/**
 * Keeps back what a turn brings until its thread and terms are known, so that the start of the thread is told first and with the
 * sandbox that is in force. Also bounds what a flood of stray output can put into the journal.
 */
export class EventGate {
  readonly #emit: (event: RunEvent) => void;
  readonly #onFull: () => void;
  #held: RunEvent[] | undefined = [];
  #strays = 0;

  /** `onFull`: too much is held back, so the gate has to be opened with what is known. */
  constructor(emit: (event: RunEvent) => void, onFull: () => void) {
    this.#emit = emit;
    this.#onFull = onFull;
  }

  get isOpen(): boolean {
    return this.#held === undefined;
  }

  pass(event: RunEvent): void {
    if (event.type === "stray_output" && !this.#countStray()) return;
    if (this.#held === undefined) return this.#emit(event);
    this.#held.push(event);
    if (this.#held.length >= heldLimit) this.#onFull();
  }

  /** Tells `first`, then what was held back; from now on everything passes. */
  open(first: readonly RunEvent[]): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of [...first, ...held]) this.#emit(event);
  }

  #countStray(): boolean {
    this.#strays++;
    if (this.#strays === strayLimit + 1) {
      this.pass({ type: "warning", source: "codex", message: "more stray output of Codex is left out" });
    }
    return this.#strays <= strayLimit;
  }
}
