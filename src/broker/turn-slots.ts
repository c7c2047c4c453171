/** A place in the queue, or a turn that runs. */
export interface TurnSlot {
  /** Resolves when the turn may begin; with false when it was given up before. */
  readonly granted: Promise<boolean>;
  /** Leaves the queue, or ends the turn. A second call does nothing. */
  release(): void;
}

interface Waiting {
  readonly grant: (mayRun: boolean) => void;
}

/** Lets a number of turns run at once. Beyond that they wait in line: first come, first served within a group, the groups in turn. */
export class TurnSlots {
  readonly #limit: number;
  /** Groups with somebody waiting, the one whose turn is next first. */
  readonly #groups = new Map<string, Set<Waiting>>();
  #running = 0;
  #waiting = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  enter(group: string): TurnSlot {
    let state: "waiting" | "running" | "over" = "waiting";
    let grant: (mayRun: boolean) => void = () => undefined;
    const granted = new Promise<boolean>((resolve) => {
      grant = resolve;
    });
    const entry: Waiting = {
      grant: (mayRun) => {
        state = mayRun ? "running" : "over";
        grant(mayRun);
      },
    };
    const members = this.#groups.get(group) ?? new Set();
    members.add(entry);
    this.#groups.set(group, members);
    this.#waiting += 1;
    this.#next();
    return {
      granted,
      release: () => {
        const before = state;
        state = "over";
        if (before === "running") this.#running -= 1;
        if (before === "waiting") {
          this.#leave(group, entry);
          grant(false);
        }
        this.#next();
      },
    };
  }

  #leave(group: string, entry: Waiting): void {
    const members = this.#groups.get(group);
    if (members?.delete(entry) !== true) return;
    this.#waiting -= 1;
    if (members.size === 0) this.#groups.delete(group);
  }

  #next(): void {
    while (this.#running < this.#limit) {
      const [first] = this.#groups;
      if (first === undefined) return;
      const [group, members] = first;
      const [entry] = members;
      this.#groups.delete(group);
      if (entry === undefined) continue;
      members.delete(entry);
      // Behind the others: its next member waits until each of them had a turn.
      if (members.size > 0) this.#groups.set(group, members);
      this.#waiting -= 1;
      this.#running += 1;
      entry.grant(true);
    }
  }
}
