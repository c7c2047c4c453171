import type { Readable, Writable } from "node:stream";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { isRecord } from "../../domain/json.ts";
import type { Log } from "../../settings/log.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import type { ClientWorld } from "../client/client-session.ts";
import { type ClaudeFacts, type ClientFacts, describeClient } from "./client-facts.ts";
import { CurrentSession } from "./current-session.ts";
import type { FormAnswer } from "./forms/form.ts";
import { answerRequest, loadWork } from "./handlers.ts";
import type { McpHost } from "./host.ts";
import { instructions } from "./instructions.ts";
import { ClientLink } from "./protocol/client-link.ts";
import { handshake } from "./protocol/handshake.ts";
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

/** Serves one client over two streams, until it is gone. */
export function connect({ world, claude, log, stdin, stdout, onGone }: Connection): void {
  const serverInfo = {
    name: "codex-tandem",
    title: "OpenAI Codex by codex-tandem",
    version: tandemIdentity().version,
  };
  const closing = new AbortController();
  /** What it has said of itself in its handshake. */
  let said: Readonly<Record<string, unknown>> = {};
  const client = (): ClientFacts => describeClient(said["clientInfo"], said["capabilities"], claude);
  const link = new ClientLink(stdout, {
    onRequest: async (method, request) => {
      if (method !== "initialize") return answerRequest(method, request, host, link);
      said = request.parameters;
      return handshake(said, serverInfo, instructions);
    },
    onNotification: (method) => {
      // The client thinks now; its first request will not have to wait for the rest to be read.
      if (method === "notifications/initialized") {
        void loadWork().then(async ({ beginSession }) => beginSession(host));
      }
      if (method === "notifications/roots/list_changed") roots.forget();
    },
    onStray: (problem) => log("warning", "a message of the client was not understood", problem),
  });
  const roots = new Roots(link, log);
  const host: McpHost = {
    world,
    ...(claude === undefined ? {} : { claude }),
    startFolder,
    client,
    roots: async () => (client().namesFolders ? roots.read() : undefined),
    askPerson: async ({ message, requestedSchema }, limits) =>
      // Without a `mode`, which Claude Code 2.1.197 refuses.
      readFormAnswer(await link.ask("elicitation/create", { message, requestedSchema }, limits)),
    closing: closing.signal,
    jobsWithForms: new Set(),
    rescues: new Rescues(),
    session: new CurrentSession(claude?.session, async (from, to) =>
      (await loadWork()).passOwnSession(world, from, to, log),
    ),
    log,
  };
  const goodbye = (reason: string) => {
    if (closing.signal.aborted) return;
    // Before its calls are aborted: those must know by then that nobody has taken them back.
    closing.abort();
    onGone(reason);
    link.close();
  };
  stdin.once("end", () => goodbye("stdin has ended"));
  stdin.once("close", () => goodbye("stdin was closed"));
  stdin.on("error", (error) => goodbye(`stdin cannot be read: ${messageOf(error)}`));
  stdout.on("error", (error) => goodbye(`stdout cannot be written: ${messageOf(error)}`));
  link.listen(stdin);
}

/** The addresses of the client's folders: asked for once, and again after it has said that they changed. */
class Roots {
  readonly #link: ClientLink;
  readonly #log: Log;
  #known: Promise<readonly string[] | undefined> | undefined;

  constructor(link: ClientLink, log: Log) {
    this.#link = link;
    this.#log = log;
  }

  forget(): void {
    this.#known = undefined;
  }

  /** Undefined when the client does not tell. */
  async read(): Promise<readonly string[] | undefined> {
    this.#known ??= this.#ask();
    return this.#known;
  }

  async #ask(): Promise<readonly string[] | undefined> {
    try {
      const answer = await this.#link.ask("roots/list", {}, { timeoutMs: rootsMs });
      const roots = isRecord(answer) ? answer["roots"] : undefined;
      if (!Array.isArray(roots)) throw new Error("its answer to roots/list has no roots");
      return roots.flatMap((root: unknown) =>
        isRecord(root) && typeof root["uri"] === "string" ? [root["uri"]] : [],
      );
    } catch (error) {
      this.#log("warning", "the client does not name its folders", messageOf(error));
      this.forget();
      return undefined;
    }
  }
}

/** Throws when it is none; the request waits on then. */
function readFormAnswer(given: unknown): FormAnswer {
  const { action, content } = isRecord(given) ? given : {};
  if (action !== "accept" && action !== "decline" && action !== "cancel") {
    throw new Error("the client's answer to a form is none");
  }
  return { action, ...(isRecord(content) ? { content } : {}) };
}

function startFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined; // It was removed.
  }
}
