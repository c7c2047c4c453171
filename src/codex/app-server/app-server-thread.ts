import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import type { ThreadHooks, ThreadOptions, ThreadSession, TurnInput, TurnOutcome } from "../engine.ts";
import type { EffectivePin } from "../pins.ts";
import type { ServerNotification, ServerRequest } from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { AppServer } from "./app-server.ts";
import { interruptTurn } from "./interrupt-turn.ts";
import { nameThread } from "./name-thread.ts";
import { RemoteError } from "./peer.ts";
import { outcomeOnRecord } from "./recorded-turn.ts";
import { closingGraceMs, RunningTurn } from "./running-turn.ts";
import { declineAndTell } from "./server-requests.ts";
import { watchRefusals } from "./session-file.ts";
import { steerTurn } from "./steer-turn.ts";
import {
  approvalPolicy,
  effectiveSandbox,
  ignoredFault,
  ignoredKeys,
  sandboxMismatch,
  sandboxPolicy,
} from "./thread-start.ts";
import type { LeaveThread } from "./threads-in-use.ts";
import { reportStartFailure, turnOutcome } from "./turn-end.ts";
import { startTurn } from "./turn-start.ts";
import { within } from "./within.ts";

interface OpenThread {
  readonly server: AppServer;
  readonly options: ThreadOptions;
  readonly pins: readonly EffectivePin[];
  readonly facts: ThreadFacts;
  /** Somebody is asked only where the options say so. */
  readonly hooks: ThreadHooks;
  readonly leave: LeaveThread;
}

/** A thread on an app-server: runs its turns one at a time and watches over what was promised of it. */
export class AppServerThread implements ThreadSession {
  readonly pins: readonly EffectivePin[];
  readonly child?: ProcessIdentity;
  readonly takesFollowUps = true;
  readonly #thread: OpenThread;
  readonly #stopListening: () => void;
  readonly #pastTurns = new Set<string>();
  readonly #confirmed: Promise<void>;
  #confirm: () => void = () => undefined;
  #facts: ThreadFacts;
  #running: RunningTurn | undefined;
  #closing: Promise<void> | undefined;
  #isNamed = false;
  /** A pin, or an option of the run, that this Codex ignores. */
  #fault: TandemError | undefined;

  constructor(thread: OpenThread) {
    this.#thread = thread;
    this.#facts = thread.facts;
    this.pins = thread.pins;
    if (thread.server.child !== undefined) this.child = thread.server.child;
    this.#confirmed = new Promise((resolve) => {
      this.#confirm = resolve;
    });
    this.#stopListening = thread.server.listen(thread.facts.thread, {
      onNotification: (notification) => this.#receive(notification),
      onEvent: thread.hooks.emit,
      onRequest: async (request) => this.#answer(request),
    });
  }

  get facts(): ThreadFacts {
    return this.#facts;
  }

  /**
   * Gives the thread the run's sandbox and waits until Codex confirms it. Its warnings of ignored keys come before that
   * (Codex 0.169), so a pin that is not obeyed is known before anything is spent. Throws `contract_changed`,
   * `config_rejected` for an option of the run that Codex does not know, or `sandbox_mismatch`.
   */
  async confirm(): Promise<void> {
    const { server, options, facts } = this.#thread;
    const isChange = sandboxMismatch(facts.sandbox, options) !== undefined;
    const stopWatching = server.onEnd(() => this.#confirm());
    try {
      await server.request("thread/settings/update", {
        threadId: facts.thread,
        approvalPolicy: approvalPolicy(options),
        sandboxPolicy: sandboxPolicy(options),
      });
      if (isChange) await within(server.deadlineMs, this.#confirmed);
    } finally {
      stopWatching();
    }
    if (this.#fault !== undefined) throw this.#fault;
    const mismatch = sandboxMismatch(this.#facts.sandbox, options);
    if (mismatch !== undefined) throw mismatch;
  }

  async run(input: TurnInput, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome> {
    if (this.#running !== undefined) {
      throw new TandemError("internal", { cause: "a turn was started on a thread that is running one" });
    }
    const { server, hooks, options } = this.#thread;
    const { mcpServers } = options;
    const turn = new RunningTurn({ hooks, watchdog, past: this.#pastTurns, mcpServers });
    const unstarted = { recorder: turn.recorder, isSettled: true };
    if (this.#fault) return turnOutcome({ why: "refused", report: this.#fault.report }, unstarted);
    if (signal.aborted) return turnOutcome({ why: "cancelled" }, unstarted);
    this.#running = turn;
    const cancel = () => turn.end({ why: "cancelled" });
    signal.addEventListener("abort", cancel, { once: true });
    const stopWatching = server.onEnd((end) => turn.lose(end, this.#facts.thread));
    try {
      const hasSessionFile = options.resume !== undefined && server.endpoint === undefined;
      const refusals = hasSessionFile ? await watchRefusals(server.codexHome, this.#facts.thread) : undefined;
      const starting = this.#start(input, turn);
      const end = await turn.ended;
      if (!turn.isSettled) await interruptTurn(server, this.#facts.thread, turn, starting);
      if (!turn.isSettled) server.doubt();
      if (end.why !== "connection lost") await this.#endCommands();
      const refused = (await refusals?.()) ?? [];
      const { escalations, isCancelled } = turn.requests;
      const isGivenUp = isCancelled && turn.recorder.record.closed?.status === "interrupted";
      const onRecord = end.why === "connection lost" ? await this.#onRecord(input, turn) : undefined;
      return {
        ...(onRecord ?? turnOutcome(isGivenUp ? { why: "cancelled" } : end, turn)),
        ...(refused.length === 0 ? {} : { blockedWrites: refused }),
        ...(escalations.length === 0 ? {} : { escalations }),
      };
    } finally {
      stopWatching();
      signal.removeEventListener("abort", cancel);
      turn.dispose();
      for (const id of turn.recorder.record.turns) this.#pastTurns.add(id);
      this.#running = undefined;
    }
  }

  async steer(text: string): Promise<void> {
    await steerTurn(this.#thread.server, this.#facts.thread, this.#running, text);
  }

  /** Whoever runs a thread and its engine's end both close it. */
  async close(): Promise<void> {
    this.#closing ??= this.#leave();
    await this.#closing;
  }

  async #leave(): Promise<void> {
    this.#running?.requests.end(false);
    this.#stopListening();
    const { server, facts } = this.#thread;
    // The last subscriber's leaving unloads the thread after the server's `thread_unload_delay_secs`.
    const unsubscribing = server.request("thread/unsubscribe", { threadId: facts.thread }, closingGraceMs);
    const left = unsubscribing.then(
      () => undefined,
      () => {
        // The server has ended, and the thread with it.
      },
    );
    this.#thread.leave(left);
    await left;
  }

  /** The words of Codex's own reviewer are in the file of another thread, so they must have come. */
  async #onRecord({ type }: TurnInput, { recorder }: RunningTurn): Promise<TurnOutcome | undefined> {
    const { server, facts, options, hooks } = this.#thread;
    const { codexHome, endpoint } = server;
    const { record } = recorder;
    if (endpoint !== undefined || (type === "review" && record.reviewerMessage === undefined))
      return undefined;
    return outcomeOnRecord({ codexHome, thread: facts.thread, options, record, emit: hooks.emit });
  }

  async #start(input: TurnInput, turn: RunningTurn): Promise<void> {
    const { server, options } = this.#thread;
    try {
      const id = await startTurn(server, this.#facts.thread, input, options, turn);
      if (id === undefined) turn.leaveUnbegun();
      else turn.recorder.expect(id);
    } catch (error) {
      const report = reportStartFailure(error, input);
      // Codex said no, or was not asked.
      if (error instanceof RemoteError || error instanceof TandemError) turn.refuse(report);
      else turn.end({ why: "refused", report });
    }
  }

  #receive(notification: ServerNotification): void {
    switch (notification.method) {
      case "warning":
        this.#checkIgnored(notification.params.message);
        // Codex tells what it thinks of the thread's configuration before the first turn.
        if (this.#running === undefined)
          this.#thread.hooks.emit(this.#warningEvent(notification.params.message));
        break;
      case "thread/settings/updated": {
        const {
          sandboxPolicy: policy,
          approvalPolicy: approvals,
          approvalsReviewer,
        } = notification.params.threadSettings;
        this.#facts = { ...this.#facts, sandbox: effectiveSandbox(policy, approvals, approvalsReviewer) };
        this.#confirm();
        this.#checkSandbox();
        break;
      }
      case "turn/started":
        this.#checkSandbox();
        break;
      case "item/completed":
      case "turn/completed":
        this.#name();
        break;
      default:
        // The turn reads everything else.
        break;
    }
    this.#running?.receive(notification);
  }

  /** Not before the turn, which would wait for it. */
  #name(): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    const { server, facts, options, hooks } = this.#thread;
    nameThread(server, facts.thread, options, hooks.emit);
  }

  async #answer(request: ServerRequest): Promise<unknown> {
    if (this.#running !== undefined) return this.#running.requests.answer(request);
    return declineAndTell(request, this.#thread.hooks.emit, "no turn is running");
  }

  /** What Codex ignores of the run's configuration ends the run, as it does with `codex exec`, whose start is a strict one. */
  #checkIgnored(message: string): void {
    const fault = ignoredFault(message, this.pins, this.#thread.options.overrides);
    if (fault === undefined) return;
    this.#fault ??= fault;
    this.#running?.end({ why: "refused", report: this.#fault.report });
  }

  /** What is left are keys of a profile: whoever named it is told. */
  #warningEvent(message: string): RunEvent {
    const isNotable = this.#thread.options.profile !== undefined && ignoredKeys(message).length > 0;
    const event = { type: "warning", source: "codex configuration", message } as const;
    return isNotable ? { ...event, isNotable } : event;
  }

  /** Codex tells a turn's policy before the turn's start, and both before the first item (0.169). */
  #checkSandbox(): void {
    const mismatch = sandboxMismatch(this.#facts.sandbox, this.#thread.options);
    if (mismatch !== undefined) this.#running?.end({ why: "refused", report: mismatch.report });
  }

  /** A turn leaves its shell commands running, whether it was interrupted or completed (Codex 0.169). */
  async #endCommands(): Promise<void> {
    const { server, facts } = this.#thread;
    await server
      .request("thread/backgroundTerminals/clean", { threadId: facts.thread }, closingGraceMs)
      .catch(() => {
        // The server has ended, and its sandboxed commands with it.
      });
  }
}
