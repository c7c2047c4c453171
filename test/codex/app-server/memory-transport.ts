import type { Transport, TransportEnd, TransportHandlers } from "../../../src/codex/app-server/transport.ts";

/** A transport without a process: the test is the other side. */
export interface MemoryTransport extends Transport {
  /** What our side has sent. */
  readonly sent: readonly Record<string, unknown>[];
  /** Says something as the server. */
  say(message: unknown): void;
  stray(text: string): void;
  end(end?: TransportEnd): void;
  /** From now on nothing sent is ever handed over: a full pipe. */
  block(): void;
  failSending(): void;
}

export function createMemoryTransport(): MemoryTransport {
  const sent: Record<string, unknown>[] = [];
  let handlers: TransportHandlers | undefined;
  let mode: "open" | "blocked" | "failing" = "open";
  const other = (): TransportHandlers => {
    if (handlers === undefined) throw new Error("The transport was not started.");
    return handlers;
  };
  const end = (how: TransportEnd = { reason: "exit code 0" }): void => other().onEnd(how);
  return {
    sent,
    start: (given) => {
      handlers = given;
    },
    send: async (message) => {
      if (mode === "failing") throw new Error("broken pipe");
      sent.push(structuredClone(message) as Record<string, unknown>);
      if (mode === "blocked") await new Promise(() => undefined);
    },
    close: async () => Promise.resolve(end()),
    say: (message) => other().onMessage(message),
    stray: (text) => other().onStray("stdout", text),
    end,
    block: () => {
      mode = "blocked";
    },
    failSending: () => {
      mode = "failing";
    },
  };
}
