import { type FollowedPhase, firstPhase, followPhase, type RunEvent, shownPhase } from "../domain/events.ts";
import type { JobRecord } from "../domain/job.ts";
import type { JobChange } from "./job-changes.ts";
import type { JournalWriter } from "./journal-writer.ts";
import type { JobStore } from "./store.ts";

/** The record is written at most this often for news that only people look at. */
const quietMs = 1_000;

/** What is left of a run's progress when nothing more happens in it. */
export interface SettledProgress {
  /** Not in the record yet: the job's end brings it there. */
  readonly left: Pick<JobRecord, "lastEventAt" | "tokens">;
  /** The first failure of all writes. */
  readonly failure: unknown;
}

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

  /** Writes what is left, but for what only a running job shows or its end may bring along. */
  async settle(): Promise<SettledProgress> {
    this.#isSettled = true;
    while (this.#writing !== undefined || Object.keys(this.#next).some((field) => !isLeft(field))) {
      if (this.#writing === undefined) this.#write();
      await this.#writing;
    }
    clearTimeout(this.#timer);
    const { lastEventAt, tokens } = this.#next;
    this.#next = {};
    return {
      left: {
        ...(lastEventAt === undefined ? {} : { lastEventAt }),
        ...(tokens === undefined ? {} : { tokens }),
      },
      failure: this.#failure,
    };
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#update()
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#goOn());
  }

  /** What goes on at this moment, such as the start of a turn, does not wait for the calls of the file system. */
  async #update(): Promise<void> {
    await nextTurn();
    const change = this.#next;
    this.#next = {};
    this.#isUrgent = false;
    try {
      await this.#store.update(this.#id, change);
    } catch (error) {
      // A disk that was full for a moment must not hide for ever whom to answer, or what to end. Afterwards the end brings what counts.
      if (!this.#isSettled) this.#next = { ...change, ...this.#next };
      throw error;
    }
  }

  #goOn(): void {
    this.#writing = undefined;
    if (this.#isUrgent) this.#write();
    else if (Object.keys(this.#next).length > 0) this.#timer ??= setTimeout(() => this.#write(), quietMs);
  }
}

/** Fields that `settle` does not write by themselves: the end takes the first two along and removes the others. */
function isLeft(field: string): boolean {
  return ["lastEventAt", "tokens", "phase", "currentCommand"].includes(field);
}

async function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
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
