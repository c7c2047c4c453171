import { setTimeout as delay } from "node:timers/promises";
import { type FamilyMark, familyVariable } from "./family-mark.ts";
import { familyOf, isForeign, listProcesses, type ProcessEntry, survivorsOf } from "./process-family.ts";

/** How long the system may take to remove what was killed, in milliseconds. */
const removalMs = 2_000;

/** Whom to watch. */
export interface WatchedLeader {
  readonly pid: number;
  /** What its environment was given. */
  readonly mark: FamilyMark;
  /** Whether it was seen to end: another process may have its pid by then. */
  readonly hasEnded: () => boolean;
  readonly platform?: NodeJS.Platform;
}

/**
 * Knows what a process has started, and ends it when the process is gone. On Linux the mark tells it, also of what lost its parent before
 * anybody looked; elsewhere, and for what has no mark, the looks that were taken while the process lived.
 */
export class FamilyWatch {
  readonly #leader: WatchedLeader;
  readonly #platform: NodeJS.Platform;
  #family: readonly ProcessEntry[] = [];

  constructor(leader: WatchedLeader) {
    this.#leader = leader;
    this.#platform = leader.platform ?? process.platform;
  }

  /** Notes what belongs to it now. To be called while it lives: without the mark its children do not show whose they are afterwards. */
  async note(): Promise<void> {
    this.#look(await listProcesses(this.#platform));
  }

  /** Ends what is left: servers that ignore the end of their input, commands in groups of their own. True when nothing is. */
  async end(): Promise<boolean> {
    const deadline = performance.now() + removalMs;
    for (;;) {
      const { left, isSettled } = this.#look(await listProcesses(this.#platform));
      if (left.length === 0 && isSettled) return true;
      if (performance.now() >= deadline) return left.length === 0;
      for (const { pid } of left) kill(pid);
      await delay(5);
    }
  }

  /** Adds who has come, and tells who is left. Not settled: somebody may be about to show that they belong to it. */
  #look(all: readonly ProcessEntry[]): {
    readonly left: readonly ProcessEntry[];
    readonly isSettled: boolean;
  } {
    const { pid, mark, hasEnded } = this.#leader;
    const name = mark[familyVariable];
    const isSomebodyElse = hasEnded() && all.some((entry) => entry.pid === pid);
    const survivors = survivorsOf(this.#family, all).map((entry) => entry.pid);
    const known = new Set(this.#family.map(keyOf));
    const found = familyOf([...(isSomebodyElse ? [] : [pid]), ...survivors], all, name);
    this.#family = [...this.#family, ...found.filter((entry) => !known.has(keyOf(entry)))];
    const strangers = new Set(all.filter((entry) => isForeign(entry, name)).map((entry) => entry.pid));
    return {
      left: survivorsOf(this.#family, all).filter((entry) => !strangers.has(entry.pid)),
      isSettled: !all.some(({ isStarting }) => isStarting === true),
    };
  }
}

function keyOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid} ${startedAt}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
