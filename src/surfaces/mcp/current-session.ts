import { isSessionId } from "../../domain/session-id.ts";

/**
 * The session of Claude Code that a connection serves. `/clear` gives it another id while server and environment stay as they are
 * (2.1.197, 2.1.329), so what hooks say of it counts more than what the server was started with.
 */
export class CurrentSession {
  #id: string | undefined;

  constructor(id: string | undefined) {
    this.#id = id;
  }

  /** Undefined where Claude Code is not the client, or does not tell. */
  get id(): string | undefined {
    return this.#id;
  }

  /** What a hook was told. */
  learn(id: string): void {
    if (isSessionId(id)) this.#id = id;
  }
}
