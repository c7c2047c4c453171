import { setTimeout as delay } from "node:timers/promises";
import { familyOf, listProcesses, type ProcessEntry, survivorsOf } from "./process-family.ts";

/** How long the system may take to remove what was killed, in milliseconds. */
const removalMs = 2_000;

/** Knows what a process has started, and ends it when the process is gone. */
export class FamilyWatch {
  readonly #leader: number;
  readonly #isLeaderGone: () => boolean;
  readonly #platform: NodeJS.Platform;
  #family: readonly ProcessEntry[] = [];

  /** `isLeaderGone` tells whether the leader was seen to end: another process may have its pid by then. */
  constructor(leader: number, isLeaderGone: () => boolean, platform: NodeJS.Platform = process.platform) {
    this.#leader = leader;
    this.#isLeaderGone = isLeaderGone;
    this.#platform = platform;
  }

  /** Notes what belongs to it now. To be called while it lives: its children do not show whose they were afterwards. */
  async note(): Promise<void> {
    this.#add(await listProcesses(this.#platform));
  }

  /** Ends what is left: servers that ignore the end of their input, commands in groups of their own. True when nothing is. */
  async end(): Promise<boolean> {
    const deadline = performance.now() + removalMs;
    for (;;) {
      const all = await listProcesses(this.#platform);
      this.#add(all);
      const left = survivorsOf(this.#family, all);
      if (left.length === 0) return true;
      if (performance.now() >= deadline) return false;
      for (const { pid } of left) kill(pid);
      await delay(5);
    }
  }

  #add(all: readonly ProcessEntry[]): void {
    if (this.#isLeaderGone() && all.some(({ pid }) => pid === this.#leader)) return;
    const known = new Set(this.#family.map(keyOf));
    const added = familyOf(this.#leader, all).filter((entry) => !known.has(keyOf(entry)));
    this.#family = [...this.#family, ...added];
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
