import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { AnswerOrigin } from "../../domain/pending.ts";
import type { Ask } from "../engine.ts";
import { allowsTool } from "../mcp-allow.ts";
import type {
  FileUpdateChange,
  RequestId,
  ServerNotification,
  ServerRequest,
} from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { RequestPlan } from "./request-decision.ts";
import { planRequest } from "./request-plan.ts";
import { type Answer, declineAndTell, declineServerRequest, requestEvent } from "./server-requests.ts";

interface TurnRequestsOptions {
  readonly emit: (event: RunEvent) => void;
  readonly watchdog: Watchdog;
  /** Absent on a thread on which nobody is asked. */
  readonly ask?: Ask | undefined;
  readonly mcpServers: readonly string[];
}

type AskedPlan = Extract<RequestPlan, { type: "asked" }>;

/** A request that has been put before somebody. */
interface OpenRequest {
  readonly request: ServerRequest;
  readonly text: string;
  /** Tells who was asked that the answer is not needed any more. */
  readonly withdrawal: AbortController;
  /** Settles what Codex waits for; undefined when it waits no more. */
  readonly reply: (result: unknown) => void;
  /** What was decided has been told. */
  isTold: boolean;
}

/** What Codex asks during one turn: who answers it, what is told of it, and that nothing of it outlives the turn. */
export class TurnRequests {
  readonly #options: TurnRequestsOptions;
  readonly #open = new Map<RequestId, OpenRequest>();
  readonly #changes = new Map<string, readonly FileUpdateChange[]>();
  readonly #escalations: string[] = [];
  #isOver = false;
  #isCancelled = false;

  constructor(options: TurnRequestsOptions) {
    this.#options = options;
  }

  /** What was accepted, in its order. */
  get escalations(): readonly string[] {
    return this.#escalations;
  }

  /** Somebody cancelled the turn instead of answering: Codex interrupts it by itself. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Gives what goes back to Codex; undefined when it took the request back. Rejects for methods that Codex added later. */
  async answer(request: ServerRequest): Promise<unknown> {
    const { ask, emit, mcpServers } = this.#options;
    if (ask === undefined) return declineAndTell(request, emit);
    if (this.#isOver) return declineAndTell(request, emit, "its turn has ended");
    let plan: RequestPlan;
    try {
      plan = planRequest(request, {
        allowsTool: (server, tool) => allowsTool(mcpServers, server, tool),
        changesOf: (item) => this.#changes.get(item) ?? [],
      });
    } catch (error) {
      // A method or a shape that this version of the types does not know.
      return declineAndTell(request, emit, messageOf(error));
    }
    if (plan.type === "asked") return this.#put(request, plan, ask);
    emit(requestEvent(request.method, plan.answer));
    return plan.answer.result;
  }

  receive({ method, params }: ServerNotification): void {
    if (method === "serverRequest/resolved") {
      this.#close(params.requestId, "Codex took it back, or somebody else answered it", undefined);
    } else if (method === "item/started" && params.item.type === "fileChange") {
      this.#changes.set(params.item.id, params.item.changes);
    }
  }

  /** The turn is over for us: nobody needs to answer any more. What Codex waits for stays open until `end`. */
  withdraw(): void {
    this.#isOver = true;
    for (const open of this.#open.values()) this.#takeBack(open, "its turn has ended");
  }

  /** Settles all that is left. `isClosed`: Codex has ended the turn, and with it waits for nothing. */
  end(isClosed: boolean): void {
    this.withdraw();
    for (const [id, { request }] of this.#open) {
      this.#close(id, "", isClosed ? undefined : declineServerRequest(request).result);
    }
  }

  async #put(request: ServerRequest, { question, decide }: AskedPlan, ask: Ask): Promise<unknown> {
    const { emit, watchdog } = this.#options;
    emit({ type: "request_opened", request: String(request.id), kind: question.kind, text: question.text });
    watchdog.opened(clockName(request));
    return new Promise((reply) => {
      const withdrawal = new AbortController();
      const open: OpenRequest = { request, text: question.text, withdrawal, reply, isTold: false };
      this.#open.set(request.id, open);
      const asked = Promise.resolve().then(async () => ask(question, withdrawal.signal));
      void asked.then(
        (answer) => this.#settle(open, decide(answer), answer.origin),
        (error: unknown) => {
          const reason = `nobody could be asked: ${messageOf(error)}`;
          this.#settle(open, { ...declineServerRequest(request), reason });
        },
      );
    });
  }

  #settle(open: OpenRequest, answer: Answer, origin?: AnswerOrigin): void {
    if (open.isTold) return;
    if (answer.isFullAccess === true) this.#escalations.push(answer.text);
    if (answer.decision === "cancelled" && endsTurn.has(open.request.method)) this.#isCancelled = true;
    this.#tell(open, answer, origin);
    this.#open.delete(open.request.id);
    open.reply(answer.result);
  }

  #close(id: RequestId, reason: string, result: unknown): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#takeBack(open, reason);
    this.#open.delete(id);
    open.reply(result);
  }

  #takeBack(open: OpenRequest, reason: string): void {
    if (open.isTold) return;
    this.#tell(open, { decision: "withdrawn", text: declineServerRequest(open.request).text, reason });
    open.withdrawal.abort();
  }

  #tell(open: OpenRequest, answer: Omit<Answer, "result">, origin?: AnswerOrigin): void {
    const { request } = open;
    const { emit, watchdog } = this.#options;
    open.isTold = true;
    watchdog.closed(clockName(request));
    const asked = { request: String(request.id), ...(origin === undefined ? {} : { origin }) };
    emit(requestEvent(request.method, answer, asked));
  }
}

/** Requests whose cancelling interrupts the turn (Codex 0.169). */
const endsTurn: ReadonlySet<string> = new Set<ServerRequest["method"]>([
  "item/commandExecution/requestApproval",
  "item/fileChange/requestApproval",
]);

/** The watchdog's name of an open request; items have names of their own. */
function clockName({ id }: ServerRequest): string {
  return `request ${String(id)}`;
}
