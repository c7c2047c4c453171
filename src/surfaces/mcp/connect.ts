import type { Readable, Writable } from "node:stream";
import { Server } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { Log } from "../../settings/log.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import type { ClientWorld } from "../client/client-session.ts";
import { type ClaudeFacts, describeClient } from "./client-facts.ts";
import { handleRequests, loadWork } from "./handlers.ts";
import type { McpHost } from "./host.ts";
import { instructions } from "./instructions.ts";
import { Rescues } from "./slash/rescues.ts";

export interface Connection {
  readonly world: ClientWorld;
  readonly claude: ClaudeFacts | undefined;
  readonly log: Log;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** The client is gone; called once, before its calls are aborted. */
  readonly onGone: (reason: string) => void;
}

/** How long the client may take to name its folders, in milliseconds. */
const rootsMs = 3_000;
/** Longest message, in bytes: an author's text of the largest size with every character escaped. */
const largestMessage = 64 * 1024 * 1024;

/** Serves one client over two streams. Resolves when it listens. */
export async function connect({ world, claude, log, stdin, stdout, onGone }: Connection): Promise<void> {
  const { version } = tandemIdentity();
  const server = new Server(
    { name: "codex-tandem", title: "OpenAI Codex by codex-tandem", version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  const closing = new AbortController();
  const host: McpHost = {
    world,
    ...(claude === undefined ? {} : { claude }),
    startFolder,
    client: () => describeClient(server.getClientVersion(), server.getClientCapabilities(), claude),
    roots: rememberRoots(server, log),
    askPerson: async ({ message, requestedSchema }, { signal, timeoutMs }) =>
      // Not by the method for it, which adds a member that Claude Code 2.1.197 refuses.
      server.request(
        { method: "elicitation/create", params: { message, requestedSchema } },
        { signal, timeout: timeoutMs },
      ),
    closing: closing.signal,
    jobsWithForms: new Set(),
    rescues: new Rescues(),
    log,
  };
  handleRequests(server, host);
  const goodbye = (reason: string) => {
    if (closing.signal.aborted) return;
    closing.abort();
    onGone(reason);
  };
  // Before the library's own: it aborts all calls when stdin ends, and those must know by then that nobody has taken them back.
  stdin.once("end", () => goodbye("stdin has ended"));
  stdin.once("close", () => goodbye("stdin was closed"));
  stdout.once("error", (error) => goodbye(`stdout cannot be written: ${messageOf(error)}`));
  // The library adds one for each message that waits for the pipe.
  stdout.setMaxListeners(0);
  // The client thinks now; its first request will not have to wait for the rest to be read.
  server.oninitialized = () => void loadWork().then(async ({ beginSession }) => beginSession(host));
  server.onclose = () => goodbye("the connection was closed");
  server.onerror = (error) => log("warning", "a message of the client was not understood", messageOf(error));
  await server.connect(new StdioServerTransport(stdin, stdout, { maxBufferSize: largestMessage }));
}

/** Asks the client for its folders once, and again after it has said that they changed. */
function rememberRoots(server: Server, log: Log): McpHost["roots"] {
  let known: Promise<readonly string[] | undefined> | undefined;
  server.setNotificationHandler("notifications/roots/list_changed", () => {
    known = undefined;
  });
  const ask = async (): Promise<readonly string[] | undefined> => {
    try {
      const { roots } = await server.request({ method: "roots/list" }, { timeout: rootsMs });
      return roots.map(({ uri }) => uri);
    } catch (error) {
      log("warning", "the client does not name its folders", messageOf(error));
      known = undefined;
      return undefined;
    }
  };
  return async () => {
    if (server.getClientCapabilities()?.roots === undefined) return undefined;
    known ??= ask();
    return known;
  };
}

function startFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined; // It was removed.
  }
}
