import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import { isConfigValue } from "../config-value.ts";
import type { ThreadOptions, ThreadSession, TurnInput, TurnOutcome } from "../engine.ts";
import type { EffectivePin } from "../pins.ts";
import type { ServerNotification, ThreadSettings, TurnStartParams } from "../protocol/generated.ts";
import type { Watchdog } from "../watchdog.ts";
import type { AppServer } from "./app-server.ts";
import { interruptTurn } from "./interrupt-turn.ts";
import { RunningTurn } from "./running-turn.ts";
import {
  effectiveSandbox,
  ignoredPin,
  planThread,
  reportIgnoredPin,
  sandboxMismatch,
  sandboxPolicy,
  startThread,
} from "./thread-start.ts";
import { reportStartFailure, turnOutcome } from "./turn-end.ts";

/** Opens a new thread. Throws `TandemError` when it cannot be had as asked; then nothing was spent. */
export async function openThread(
  server: AppServer,
  options: ThreadOptions,
  emit: (event: RunEvent) => void,
): Promise<ThreadSession> {
  const plan = await planThread(server, options);
  const facts = await startThread(server, plan, options);
  emit({ type: "thread_started", ...facts });
  const session = new AppServerThread({ server, options, pins: plan.pins, facts, emit });
  if (options.name !== undefined && !options.ephemeral) {
    await server.request("thread/name/set", { threadId: facts.thread, name: options.name });
  }
  return session;
}

interface OpenThread {
  readonly server: AppServer;
  readonly options: ThreadOptions;
  readonly pins: readonly EffectivePin[];
  readonly facts: ThreadFacts;
  readonly emit: (event: RunEvent) => void;
}

class AppServerThread implements ThreadSession {
  readonly facts: ThreadFacts;
  readonly pins: readonly EffectivePin[];
  readonly child?: ProcessIdentity;
  readonly #thread: OpenThread;
  readonly #stopListening: () => void;
  #running: RunningTurn | undefined;
  /** A pin that this Codex ignores, told by a warning before the first turn. */
  #fault: ErrorReport | undefined;

  constructor(thread: OpenThread) {
    this.#thread = thread;
    this.pins = thread.pins;
    this.facts = thread.facts;
    if (thread.server.child !== undefined) this.child = thread.server.child;
    this.#stopListening = thread.server.listen(thread.facts.thread, {
      onNotification: (notification) => this.#receive(notification),
      onEvent: thread.emit,
    });
  }

  async run(input: TurnInput, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome> {
    const { server, emit } = this.#thread;
    const turn = new RunningTurn(emit, watchdog);
    this.#running = turn;
    const cancel = () => turn.end({ why: "cancelled" });
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    if (this.#fault !== undefined) turn.end({ why: "refused", report: this.#fault });
    void server.ended.then(({ reason }) => turn.end({ why: "connection lost", reason }));
    try {
      const started = this.#start(input, turn);
      const end = await turn.ended;
      if (end.why !== "closed" && end.why !== "connection lost") {
        await Promise.race([started, server.ended]);
        await interruptTurn(server, this.facts.thread, turn);
      }
      await this.#endCommands();
      return turnOutcome(end, turn.recorder);
    } finally {
      signal.removeEventListener("abort", cancel);
      this.#running = undefined;
    }
  }

  async close(): Promise<void> {
    this.#stopListening();
    // The last subscriber's leaving unloads the thread after the server's `thread_unload_delay_secs`.
    const request = this.#thread.server.request("thread/unsubscribe", { threadId: this.facts.thread });
    await request.catch(() => {
      // The server has ended, and the thread with it.
    });
  }

  async #start(input: TurnInput, turn: RunningTurn): Promise<void> {
    const { server, options } = this.#thread;
    const threadId = this.facts.thread;
    try {
      const answer =
        input.type === "review"
          ? await server.request("review/start", { threadId, target: input.target })
          : await server.request("turn/start", promptParameters(threadId, input, options));
      turn.recorder.expect(answer.turn.id);
    } catch (error) {
      turn.end({ why: "refused", report: reportStartFailure(error, input) });
    }
  }

  #receive(notification: ServerNotification): void {
    if (notification.method === "warning") this.#checkPins(notification.params.message);
    if (notification.method === "thread/settings/updated")
      this.#checkSandbox(notification.params.threadSettings);
    this.#running?.receive(notification);
  }

  #checkPins(message: string): void {
    const key = ignoredPin(message, this.pins);
    if (key === undefined) return;
    this.#fault = reportIgnoredPin(key);
    this.#running?.end({ why: "refused", report: this.#fault });
  }

  #checkSandbox({ sandboxPolicy: policy, approvalPolicy }: ThreadSettings): void {
    const mismatch = sandboxMismatch(effectiveSandbox(policy, approvalPolicy), this.#thread.options);
    if (mismatch !== undefined) this.#running?.end({ why: "refused", report: mismatch.report });
  }

  /** A turn leaves its shell commands running, whether it was interrupted or completed (Codex 0.169). */
  async #endCommands(): Promise<void> {
    const request = this.#thread.server.request("thread/backgroundTerminals/clean", {
      threadId: this.facts.thread,
    });
    await request.catch(() => {
      // The server has ended, and its sandboxed commands with it.
    });
  }
}

function promptParameters(
  threadId: string,
  input: Extract<TurnInput, { type: "prompt" }>,
  options: ThreadOptions,
): TurnStartParams {
  return {
    threadId,
    input: [
      { type: "text", text: input.text, text_elements: [] },
      ...input.images.map((path) => ({ type: "localImage" as const, path })),
    ],
    approvalPolicy: "never",
    sandboxPolicy: sandboxPolicy(options),
    ...(options.effort === undefined ? {} : { effort: options.effort }),
    ...(isConfigValue(input.outputSchema) ? { outputSchema: input.outputSchema } : {}),
  };
}
