/** How long something that has to come may take, in milliseconds: far beyond what it takes on a busy machine. */
const usualPatienceMs = 30_000;
/** How much of a history a message quotes. */
const shownCharacters = 6_000;

/** Everything of one kind that has happened so far, for those who wait for some of it. */
export interface History<Item> {
  readonly items: readonly Item[];
  readonly add: (item: Item) => void;
  /**
   * The first that fits: a past one or the next to come. Rejects with what came last when nothing fitting did in half a minute (or
   * in the time that is given, in ms), or when nothing can come any more.
   */
  readonly waitFor: (fits: (item: Item) => boolean, patienceMs?: number) => Promise<Item>;
  /** Hands every item to the listener, those that have come first. */
  readonly follow: (listener: (item: Item) => void) => void;
  /** Says why nothing comes any more. */
  readonly close: (reason: string) => void;
}

interface Waiter<Item> {
  readonly look: (item: Item) => void;
  readonly giveUp: (reason: string) => void;
}

/** An empty history. `name` says in messages what it is of, `show` how one item looks there. */
export function createHistory<Item>(name: string, show: (item: Item) => string): History<Item> {
  const items: Item[] = [];
  const waiters = new Set<Waiter<Item>>();
  const listeners: ((item: Item) => void)[] = [];
  let closed: string | undefined;
  const listLast = () =>
    items
      .map((item) => `\n${show(item)}`)
      .join("")
      .slice(-shownCharacters);
  return {
    items,
    add: (item) => {
      items.push(item);
      for (const waiter of waiters) waiter.look(item);
      for (const listener of listeners) listener(item);
    },
    waitFor: async (fits, patienceMs = usualPatienceMs) => {
      const past = items.find(fits);
      if (past !== undefined) return past;
      return new Promise<Item>((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer);
          waiters.delete(waiter);
        };
        const waiter: Waiter<Item> = {
          look: (item) => {
            if (!fits(item)) return;
            settle();
            resolve(item);
          },
          giveUp: (reason) => {
            settle();
            reject(new Error(`No fitting ${name}: ${reason}. The last of ${items.length}:${listLast()}`));
          },
        };
        const timer = setTimeout(() => waiter.giveUp("none came in time"), patienceMs);
        waiters.add(waiter);
        if (closed !== undefined) waiter.giveUp(closed);
      });
    },
    follow: (listener) => {
      for (const item of items) listener(item);
      listeners.push(listener);
    },
    close: (reason) => {
      closed = reason;
      for (const waiter of waiters) waiter.giveUp(reason);
    },
  };
}
