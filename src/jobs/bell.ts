/** Wakes one waiter. What was rung while nobody waited is not lost, and many rings are one. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  readonly ring = (): void => {
    this.#isRung = true;
    this.#wake?.();
  };

  /** Resolves with true when it has been rung since the last call, with false after `timeoutMs`. */
  async next(timeoutMs: number): Promise<boolean> {
    if (!this.#isRung && timeoutMs > 0) await this.#sleep(timeoutMs);
    const isRung = this.#isRung;
    this.#isRung = false;
    return isRung;
  }

  async #sleep(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
