import { type FollowedPhase, firstPhase, followPhase, type RunEvent, shownPhase } from "../domain/events.ts";
import type { JobChange } from "./job-changes.ts";
import type { JournalWriter } from "./journal-writer.ts";
import type { JobStore } from "./store.ts";

/** The record is written at most this often for news that only people look at. */
const quietMs = 1_000;

/** Writes a run's events into its journal, and what lists show of them into its record. */
export class JobProgress {
  readonly #id: string;
  readonly #store: Pick<JobStore, "update">;
  readonly #journal: Pick<JournalWriter, "append">;
  #phase = firstPhase;
  #next: JobChange = {};
  #isUrgent = false;
  #isSettled = false;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The first failure to write the record; the run itself goes on. */
  #failure: unknown;

  /** Nothing is written before `begun` has settled: two changes at once would wait for each other. */
  constructor(
    id: string,
    store: Pick<JobStore, "update">,
    journal: Pick<JournalWriter, "append">,
    begun?: Promise<unknown>,
  ) {
    this.#id = id;
    this.#store = store;
    this.#journal = journal;
    this.#writing = begun
      ?.then(() => undefined)
      // Told to whoever waits for it.
      .catch(() => undefined)
      .finally(() => this.#goOn());
  }

  /** What comes after `settle` (Codex's last words while it ends) is not part of the run. */
  record(event: RunEvent): void {
    if (this.#isSettled) return;
    this.#journal.append(event);
    const phase = followPhase(this.#phase, event);
    const { change, isUrgent } = changeOf(event);
    // That somebody's answer is missing, or missing no longer, is waited for.
    const isAsking = waits(phase) !== waits(this.#phase);
    const changed = phase === this.#phase ? change : { ...change, phase: shownPhase(phase) };
    this.note(changed, isUrgent || isAsking);
    this.#phase = phase;
  }

  /** Changes the record soon; at once when somebody may need it to find or end the run. */
  note(change: JobChange, isUrgent: boolean): void {
    this.#next = { ...this.#next, ...change, lastEventAt: new Date().toISOString() };
    this.#isUrgent ||= isUrgent;
    if (this.#writing !== undefined) return;
    if (this.#isUrgent) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), quietMs);
  }

  /** Writes what is left. Returns the first failure of all writes. */
  async settle(): Promise<unknown> {
    this.#isSettled = true;
    while (this.#writing !== undefined || Object.keys(this.#next).length > 0) {
      if (this.#writing === undefined) this.#write();
      await this.#writing;
    }
    clearTimeout(this.#timer);
    return this.#failure;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const change = this.#next;
    this.#next = {};
    this.#isUrgent = false;
    this.#writing = this.#store
      .update(this.#id, change)
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#goOn());
  }

  #goOn(): void {
    this.#writing = undefined;
    if (this.#isUrgent) this.#write();
    else if (Object.keys(this.#next).length > 0) this.#timer ??= setTimeout(() => this.#write(), quietMs);
  }
}

function waits({ waiting }: FollowedPhase): boolean {
  return waiting.length > 0;
}

function changeOf(event: RunEvent): { readonly change: JobChange; readonly isUrgent: boolean } {
  switch (event.type) {
    case "thread_started":
      return { change: { thread: event.thread }, isUrgent: true };
    case "turn_started":
      return { change: { turn: event.turn }, isUrgent: true };
    case "command_started":
      return { change: { currentCommand: event.command }, isUrgent: false };
    case "tool_started":
      return { change: { currentCommand: `${event.server}.${event.tool}` }, isUrgent: false };
    case "command_completed":
    case "tool_completed":
      return { change: { currentCommand: undefined }, isUrgent: false };
    case "usage":
      return { change: { tokens: event.usage.inputTokens + event.usage.outputTokens }, isUrgent: false };
    default:
      return { change: {}, isUrgent: false };
  }
}
