import type { ServerNotification } from "../protocol/generated.ts";

/** How many notifications of threads that nobody listens to yet are kept, and how many warnings. */
const limit = 200;

/** How Codex 0.169 names the keys that came with a thread. */
const ofOneThread = /^\s*session-flags: /m;

/**
 * What the server says while threads are being opened. The first notifications of a thread may come before the answer that names
 * it. Of a thread's configuration Codex 0.169 warns twice: first without a thread, before that answer, and then with it, most often
 * before the answer too.
 */
export class OpeningWords {
  #opening = 0;
  readonly #early: ServerNotification[] = [];
  readonly #warnings = new Set<string>();
  readonly #toldToThreads = new Set<string>();

  begin(): void {
    this.#opening += 1;
  }

  /** Gives the configuration warnings that no thread was told of, once no thread is being opened any more. */
  end(): readonly string[] {
    this.#opening -= 1;
    if (this.#opening > 0) return [];
    const untold = [...this.#warnings].filter(
      (message) => !this.#toldToThreads.has(message) && !ofOneThread.test(message),
    );
    // What is left belongs to threads that were closed.
    this.#early.length = 0;
    this.#warnings.clear();
    this.#toldToThreads.clear();
    return untold;
  }

  /** Keeps a notification for a thread that may be about to be named. The oldest are dropped first. */
  keep(notification: ServerNotification): void {
    if (this.#opening === 0) return;
    this.#early.push(notification);
    if (this.#early.length > limit) this.#early.shift();
  }

  /** The kept notifications, which are then forgotten. */
  take(): readonly ServerNotification[] {
    return this.#early.splice(0);
  }

  /** True when the warning is kept for now, since a thread may be told of the same. */
  hold(message: string): boolean {
    if (this.#opening === 0 || this.#warnings.size >= limit) return false;
    this.#warnings.add(message);
    return true;
  }

  toldToThread(message: string): void {
    if (this.#opening > 0 && this.#toldToThreads.size < limit) this.#toldToThreads.add(message);
  }
}
