import { isSessionId } from "../../domain/session-id.ts";

/**
 * The session of Claude Code that a connection serves. `/clear` and `/resume` give it another id while server and environment stay as
 * they are (2.1.197, 2.1.329), so what hooks say of it counts more than what the server was started with.
 */
export class CurrentSession {
  readonly #passOn: (from: string, to: string) => Promise<void>;
  #id: string | undefined;

  /** `passOn` is told of each change, once. */
  constructor(id: string | undefined, passOn: (from: string, to: string) => Promise<void>) {
    this.#id = id;
    this.#passOn = passOn;
  }

  /** Undefined where Claude Code is not the client, or does not tell. */
  get id(): string | undefined {
    return this.#id;
  }

  /** What a hook was told. */
  async learn(id: string): Promise<void> {
    const before = this.#id;
    if (!isSessionId(id) || id === before) return;
    this.#id = id;
    if (before !== undefined) await this.#passOn(before, id);
  }
}
