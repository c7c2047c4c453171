import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { createHistory, type History } from "./history.ts";

/** One message that the fixture's server received. */
export interface Observation {
  /** The process of the server. */
  readonly pid: number;
  readonly frame: Frame;
}

/** The members of MCP messages that tests look at. */
export interface Frame {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: unknown;
}

export interface Observer {
  /** For the environment of Claude Code, which hands it to the server. */
  readonly environment: Readonly<Record<string, string>>;
  readonly history: History<Observation>;
  /** The first message with this method: a past one or the next to come. */
  readonly waitForMethod: (method: string) => Promise<Observation>;
}

/** Listens to the fixture's servers until the test is over. */
export async function startObserver(): Promise<Observer> {
  const history = createHistory<Observation>("message to the server", (item) => JSON.stringify(item));
  const server = createServer((socket) => {
    // A server that crashes resets its connection.
    socket.on("error", () => undefined);
    createInterface({ input: socket }).on("line", (line) => history.add(JSON.parse(line) as Observation));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    history.close("the test is over");
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The observer has no port.");
  return {
    environment: { FIXTURE_OBSERVER: String(address.port) },
    history,
    waitForMethod: async (method) => history.waitFor(({ frame }) => frame.method === method),
  };
}
