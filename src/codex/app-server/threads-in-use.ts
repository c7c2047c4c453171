/** Gives a thread back, once `left` has settled. It must not reject. */
export type LeaveThread = (left: Promise<void>) => void;

/**
 * Which threads of a server runs of ours use. Codex 0.169 takes the turn of a second user of a thread for more text for the first one's,
 * and a connection is told of a thread only once: two users at once would have one answer between them.
 */
export class ThreadsInUse {
  /** By thread; with a promise when its user is leaving. */
  readonly #users = new Map<string, Promise<void> | undefined>();

  /** Makes the caller the only user of a thread, as soon as one that is leaving has left. Undefined when somebody stays. */
  async take(thread: string): Promise<LeaveThread | undefined> {
    // However it is typed.
    const name = thread.toLowerCase();
    while (this.#users.has(name)) {
      const leaving = this.#users.get(name);
      if (leaving === undefined) return undefined;
      await leaving;
    }
    this.#users.set(name, undefined);
    return (left) => {
      const leaving = left.then(() => {
        this.#users.delete(name);
      });
      this.#users.set(name, leaving);
    };
  }
}
