import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import { isRecord } from "../../domain/json.ts";
import type { FamilyMark } from "../family-mark.ts";
import type {
  AccountRateLimitsUpdatedNotification,
  ServerNotification,
  ServerRequest,
} from "../protocol/generated.ts";
import { limitsIn } from "./account-limits.ts";
import { withBackoff } from "./backoff.ts";
import type { Method, MethodParameters, MethodResult } from "./methods.ts";
import { OpeningWords } from "./opening-words.ts";
import { ConnectionError, Peer } from "./peer.ts";
import { declineAndTell } from "./server-requests.ts";
import { ThreadsInUse } from "./threads-in-use.ts";
import type { Transport, TransportEnd } from "./transport.ts";

/** Who is told what the server says. */
export interface AppServerListener {
  readonly onNotification: (notification: ServerNotification) => void;
  readonly onEvent: (event: RunEvent) => void;
  /** Answers what the server asks for the thread, now or later; undefined once the server took it back. Without it all is declined. */
  readonly onRequest?: (request: ServerRequest) => Promise<unknown>;
}

export interface AppServerIdentity {
  /** How we name ourselves; it becomes originator and User-Agent of Codex's requests. */
  readonly name: string;
  readonly version: string;
}

/** What is known of a server: of one that is a process of ours its process and mark, of one elsewhere where it is. */
export interface ConnectOptions {
  readonly child?: ProcessIdentity | undefined;
  readonly mark?: FamilyMark;
  readonly endpoint?: string;
  readonly deadlineMs?: number;
}

/** Time in which a request that does no model call must be answered; starting a thread reads the user's configuration. */
export const requestDeadlineMs = 60_000;

/** Requests that open a thread. */
const openingMethods: ReadonlySet<string> = new Set<Method>(["thread/start", "thread/resume"]);

/** One connection to an app-server: handshake done, notifications routed by thread, every server request answered. */
export class AppServer {
  readonly ended: Promise<TransportEnd>;
  /** The process behind it, if it is a child of ours. */
  readonly child: ProcessIdentity | undefined;
  /** What the commands of its threads are given, so that they are known for its own whatever happens to it. */
  readonly mark: FamilyMark | undefined;
  /** Where it is, if somebody else started it: its files need not be ours. */
  readonly endpoint: string | undefined;
  readonly threadsInUse = new ThreadsInUse();
  readonly #peer: Peer;
  readonly #deadlineMs: number;
  readonly #listeners = new Map<string, AppServerListener>();
  readonly #opening = new OpeningWords();
  /** A set, not promise handlers on `ended`: those would keep every past turn in memory for as long as the server lives. */
  readonly #endCallbacks = new Set<(end: TransportEnd) => void>();
  #end: TransportEnd | undefined;
  #codexHome = "";
  #userAgent = "";
  #isDoubtful = false;
  #everybody: (event: RunEvent) => void;

  private constructor(transport: Transport, onEvent: (event: RunEvent) => void, options: ConnectOptions) {
    this.child = options.child;
    this.mark = options.mark;
    this.endpoint = options.endpoint;
    this.#deadlineMs = options.deadlineMs ?? requestDeadlineMs;
    this.#everybody = onEvent;
    this.#peer = new Peer(transport, {
      onNotification: (method, parameters) => this.#route(method, parameters),
      onRequest: (request) => this.#answer(request),
      onStray: (source, text) => this.#everybody({ type: "stray_output", source, text }),
    });
    this.ended = this.#peer.ended;
    void this.#tellEnd();
  }

  /** Performs the handshake. `onEvent` gets what belongs to no thread. Rejects with the peer's errors; the transport is closed then. */
  static async connect(
    transport: Transport,
    identity: AppServerIdentity,
    onEvent: (event: RunEvent) => void,
    options: ConnectOptions = {},
  ): Promise<AppServer> {
    const server = new AppServer(transport, onEvent, options);
    try {
      const answer = await server.request("initialize", {
        clientInfo: { name: identity.name, title: "codex-tandem", version: identity.version },
        // Raw items and the ending of background commands are offered to such clients only (Codex 0.169).
        capabilities: { experimentalApi: true, requestAttestation: false },
      });
      server.#codexHome = answer.codexHome;
      server.#userAgent = answer.userAgent;
      await server.#peer.sendInitialized();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** Time in which an answer that costs nothing must be there, in milliseconds. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  get codexHome(): string {
    return this.#codexHome;
  }

  /** How Codex names itself: our own name, a slash and its version, and more (0.169). */
  get userAgent(): string {
    return this.#userAgent;
  }

  /** It left a turn running or a request unanswered, and should get no further work. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  doubt(): void {
    this.#isDoubtful = true;
  }

  /** Sends a request; an overloaded server is asked again after a while. Rejects with `RemoteError` or `ConnectionError`. */
  async request<Name extends Method>(
    method: Name,
    parameters: MethodParameters<Name>,
    deadlineMs: number = this.#deadlineMs,
  ): Promise<MethodResult<Name>> {
    const isOpening = openingMethods.has(method);
    if (isOpening) this.#opening.begin();
    try {
      return await withBackoff(() => this.#peer.request(method, parameters, deadlineMs));
    } catch (error) {
      if (error instanceof ConnectionError && error.reason === "deadline") this.doubt();
      throw error;
    } finally {
      // Whoever opened the thread listens to it before anything else is read.
      if (isOpening) setImmediate(() => this.#endOpening());
    }
  }

  /** Calls back when the connection has ended, at once when it has already. Returns what takes the callback back. */
  onEnd(callback: (end: TransportEnd) => void): () => void {
    if (this.#end === undefined) this.#endCallbacks.add(callback);
    else callback(this.#end);
    return () => this.#endCallbacks.delete(callback);
  }

  /** Routes the notifications of one thread, including those that came before the thread's id was known here. */
  listen(thread: string, listener: AppServerListener): () => void {
    this.#listeners.set(thread, listener);
    for (const early of this.#opening.take()) this.#deliver(early);
    return () => this.#listeners.delete(thread);
  }

  async close(): Promise<void> {
    await this.#peer.close();
  }

  async #tellEnd(): Promise<void> {
    const end = await this.ended;
    this.#end = end;
    for (const tell of this.#endCallbacks) tell(end);
  }

  #route(method: string, parameters: unknown): void {
    // Routed by its method: unknown ones end in the default branches of those who read it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#deliver({ method, params: parameters } as ServerNotification);
  }

  #deliver(notification: ServerNotification): void {
    const thread = threadOf(notification.params);
    if (thread === undefined) {
      if (notification.method === "configWarning") this.#warn(notification.params.summary);
      if (notification.method === "account/rateLimits/updated") this.#tellLimits(notification.params);
      return;
    }
    if (notification.method === "warning") this.#opening.toldToThread(notification.params.message);
    const listener = this.#listeners.get(thread);
    if (listener !== undefined) listener.onNotification(notification);
    else this.#opening.keep(notification);
  }

  #tellLimits({ rateLimits }: AccountRateLimitsUpdatedNotification): void {
    const limits = limitsIn(rateLimits);
    if (limits !== undefined) this.#everybody({ type: "limits", limits });
  }

  #endOpening(): void {
    for (const message of this.#opening.end()) this.#warn(message);
  }

  #warn(message: string): void {
    if (this.#opening.hold(message)) return;
    this.#everybody({ type: "warning", source: "codex configuration", message });
  }

  /** The request of a thread that nobody listens to is declined and told to everybody. */
  #answer(request: ServerRequest): unknown {
    const thread = threadOf(request.params);
    const listener = thread === undefined ? undefined : this.#listeners.get(thread);
    if (listener?.onRequest !== undefined) return listener.onRequest(request);
    return declineAndTell(request, listener?.onEvent ?? this.#everybody);
  }
}

function threadOf(parameters: unknown): string | undefined {
  if (!isRecord(parameters)) return undefined;
  const { threadId, conversationId, thread } = parameters;
  if (typeof threadId === "string") return threadId;
  if (typeof conversationId === "string") return conversationId;
  return isRecord(thread) && typeof thread["id"] === "string" ? thread["id"] : undefined;
}
