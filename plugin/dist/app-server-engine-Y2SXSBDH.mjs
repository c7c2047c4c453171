import {
  checkModelChoice
} from "./chunk-F7RSWXIR.mjs";
import {
  RolloutReader,
  ToolCalls,
  effectiveSandbox,
  ignoredPin,
  planThread,
  sandboxMismatch,
  sandboxPolicy,
  startThread
} from "./chunk-U4XHO6DQ.mjs";
import {
  TurnRecorder,
  reportStartFailure,
  turnOutcome
} from "./chunk-PTJ7TCZL.mjs";
import {
  describeAllowRules,
  findAllowRules
} from "./chunk-OMTX55A2.mjs";
import "./chunk-46SCLG5J.mjs";
import {
  isConfigValue
} from "./chunk-SB5TUT2S.mjs";
import "./chunk-SDP3S42Q.mjs";
import {
  startAppServer
} from "./chunk-4GDRE6TV.mjs";
import {
  ConnectionError,
  RemoteError
} from "./chunk-BOPXFQTJ.mjs";
import "./chunk-YSIIG4JU.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/codex/app-server/running-turn.ts
var closingGraceMs = 3e3;
var RunningTurn = class {
  recorder;
  /** The first end of all. */
  ended;
  /** Nothing more will come: Codex closed the turn or is gone, whatever ended our waiting before. */
  settled;
  #watchdog;
  #end = () => void 0;
  #settle = () => void 0;
  #isSettled = false;
  #failing;
  /** `past`: the ids of this thread's earlier turns, whose late words are not this turn's. */
  constructor(emit, watchdog, past = /* @__PURE__ */ new Set()) {
    this.recorder = new TurnRecorder(emit, watchdog, past);
    this.#watchdog = watchdog;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    void watchdog.expired.then((limit) => this.end({ why: "limit", limit }));
  }
  get isSettled() {
    return this.#isSettled;
  }
  /** Ends the waiting; only the first call counts. */
  end(end) {
    this.#end(end);
  }
  /** Codex did not start it. */
  refuse(report) {
    this.end({ why: "refused", report });
    this.#settled();
  }
  /** The connection is gone. */
  lose(reason) {
    this.end({ why: "connection lost", reason });
    this.#settled();
  }
  receive(notification) {
    this.recorder.receive(notification);
    if (this.recorder.record.closed !== void 0) {
      this.end({ why: "closed" });
      this.#settled();
    } else if (this.recorder.record.terminalError !== void 0) {
      this.#failing ??= setTimeout(() => this.end({ why: "failed" }), closingGraceMs);
    } else if (notification.method === "thread/closed") {
      this.lose("the thread was unloaded");
    }
  }
  /** Nobody waits for this turn any more. */
  dispose() {
    clearTimeout(this.#failing);
    this.#watchdog.closedAll();
  }
  #settled() {
    this.#isSettled = true;
    clearTimeout(this.#failing);
    this.#settle();
  }
};

// src/codex/app-server/interrupt-turn.ts
var retryMs = 100;
async function interruptTurn(server, threadId, turn, starting) {
  let over = false;
  const giveUp = new Promise((resolve) => {
    setTimeout(resolve, closingGraceMs).unref();
  });
  const end = Promise.race([turn.settled, giveUp]).then(() => {
    over = true;
  });
  await Promise.race([starting, end]);
  while (!over) {
    for (const turnId of [...turn.recorder.record.turns].toReversed()) {
      const request = server.request("turn/interrupt", { threadId, turnId }, closingGraceMs);
      await Promise.race([request.catch(() => void 0), end]);
    }
    await Promise.race([end, wait(retryMs)]);
  }
}
async function wait(ms) {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

// src/codex/app-server/session-file.ts
async function watchRefusals(codexHome, thread) {
  const calls = new ToolCalls();
  const reader = new RolloutReader(codexHome, thread, ({ type, payload }) => {
    if (type === "response_item") calls.read(payload);
  });
  try {
    await reader.skipToEnd();
  } catch {
    return async () => [];
  }
  return async () => {
    await reader.poll();
    return calls.blockedWrites;
  };
}

// src/codex/app-server/turn-start.ts
async function startTurn(server, threadId, input, options) {
  const answer = input.type === "review" ? await server.request("review/start", { threadId, target: input.target }) : await server.request("turn/start", promptParameters(threadId, input, options));
  return answer.turn.id;
}
function promptParameters(threadId, input, options) {
  return {
    threadId,
    input: [
      { type: "text", text: input.text, text_elements: [] },
      ...input.images.map((path) => ({ type: "localImage", path }))
    ],
    approvalPolicy: "never",
    sandboxPolicy: sandboxPolicy(options),
    ...options.effort === void 0 ? {} : { effort: options.effort },
    ...isConfigValue(input.outputSchema) ? { outputSchema: input.outputSchema } : {}
  };
}

// src/codex/app-server/app-server-thread.ts
var AppServerThread = class {
  pins;
  child;
  takesFollowUps = true;
  #thread;
  #stopListening;
  #pastTurns = /* @__PURE__ */ new Set();
  #confirmed;
  #confirm = () => void 0;
  #facts;
  #running;
  /** A pin that this Codex ignores. */
  #fault;
  constructor(thread) {
    this.#thread = thread;
    this.#facts = thread.facts;
    this.pins = thread.pins;
    if (thread.server.child !== void 0) this.child = thread.server.child;
    this.#confirmed = new Promise((resolve) => {
      this.#confirm = resolve;
    });
    this.#stopListening = thread.server.listen(thread.facts.thread, {
      onNotification: (notification) => this.#receive(notification),
      onEvent: thread.emit
    });
  }
  get facts() {
    return this.#facts;
  }
  /**
   * Gives the thread the run's sandbox and waits until Codex confirms it. Its warnings of ignored keys come before that
   * (Codex 0.169), so a pin that is not obeyed is known before anything is spent. Throws `contract_changed` or `sandbox_mismatch`.
   */
  async confirm() {
    const { server, options, facts } = this.#thread;
    const isChange = sandboxMismatch(facts.sandbox, options) !== void 0;
    const stopWatching = server.onEnd(() => this.#confirm());
    await server.request("thread/settings/update", {
      threadId: facts.thread,
      approvalPolicy: "never",
      sandboxPolicy: sandboxPolicy(options)
    });
    if (isChange) await within(server.deadlineMs, this.#confirmed);
    stopWatching();
    if (this.#fault !== void 0) throw this.#fault;
    const mismatch = sandboxMismatch(this.#facts.sandbox, options);
    if (mismatch !== void 0) throw mismatch;
  }
  async run(input, watchdog, signal) {
    if (this.#running !== void 0) {
      throw new TandemError("internal", { cause: "a turn was started on a thread that is running one" });
    }
    const { server, emit, options } = this.#thread;
    const turn = new RunningTurn(emit, watchdog, this.#pastTurns);
    const unstarted = { recorder: turn.recorder, isSettled: true };
    if (this.#fault) return turnOutcome({ why: "refused", report: this.#fault.report }, unstarted);
    if (signal.aborted) return turnOutcome({ why: "cancelled" }, unstarted);
    this.#running = turn;
    const cancel = () => turn.end({ why: "cancelled" });
    signal.addEventListener("abort", cancel, { once: true });
    const stopWatching = server.onEnd(({ reason }) => turn.lose(reason));
    try {
      const refusals = options.resume === void 0 ? void 0 : await watchRefusals(server.codexHome, this.#facts.thread);
      const starting = this.#start(input, turn);
      const end = await turn.ended;
      if (!turn.isSettled) await interruptTurn(server, this.#facts.thread, turn, starting);
      if (end.why !== "connection lost") await this.#endCommands();
      const refused = await refusals?.() ?? [];
      return { ...turnOutcome(end, turn), ...refused.length === 0 ? {} : { blockedWrites: refused } };
    } finally {
      stopWatching();
      signal.removeEventListener("abort", cancel);
      turn.dispose();
      for (const id of turn.recorder.record.turns) this.#pastTurns.add(id);
      this.#running = void 0;
    }
  }
  async close() {
    this.#stopListening();
    const { server, facts } = this.#thread;
    await server.request("thread/unsubscribe", { threadId: facts.thread }, closingGraceMs).catch(() => {
    });
  }
  async #start(input, turn) {
    try {
      turn.recorder.expect(
        await startTurn(this.#thread.server, this.#facts.thread, input, this.#thread.options)
      );
    } catch (error) {
      const report = reportStartFailure(error, input);
      if (error instanceof RemoteError) turn.refuse(report);
      else turn.end({ why: "refused", report });
    }
  }
  #receive(notification) {
    switch (notification.method) {
      case "warning":
        this.#checkPins(notification.params.message);
        break;
      case "thread/settings/updated": {
        const { sandboxPolicy: sandboxPolicy2, approvalPolicy } = notification.params.threadSettings;
        this.#facts = { ...this.#facts, sandbox: effectiveSandbox(sandboxPolicy2, approvalPolicy) };
        this.#confirm();
        this.#checkSandbox();
        break;
      }
      case "turn/started":
        this.#checkSandbox();
        break;
      default:
        break;
    }
    this.#running?.receive(notification);
  }
  #checkPins(message) {
    const key = ignoredPin(message, this.pins);
    if (key === void 0) return;
    this.#fault ??= new TandemError("contract_changed", { what: `the configuration key ${key}` });
    this.#running?.end({ why: "refused", report: this.#fault.report });
  }
  /** Codex tells a turn's policy before the turn's start, and both before the first item (0.169). */
  #checkSandbox() {
    const mismatch = sandboxMismatch(this.#facts.sandbox, this.#thread.options);
    if (mismatch !== void 0) this.#running?.end({ why: "refused", report: mismatch.report });
  }
  /** A turn leaves its shell commands running, whether it was interrupted or completed (Codex 0.169). */
  async #endCommands() {
    const { server, facts } = this.#thread;
    await server.request("thread/backgroundTerminals/clean", { threadId: facts.thread }, closingGraceMs).catch(() => {
    });
  }
};
async function within(limitMs, promise) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}

// src/codex/app-server/thread-session.ts
async function openThread(server, options, emit, pinTable) {
  try {
    const plan = await planThread(server, options, pinTable);
    const facts = await startThread(server, plan, options.resume);
    const session = new AppServerThread({ server, options, pins: plan.pins, facts, emit });
    try {
      await session.confirm();
      emit({ type: "thread_started", ...session.facts });
      await warnOfRules(server, options, emit);
      nameThread(server, facts.thread, options, emit);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    throw failedOpening(error);
  }
}
function nameThread(server, threadId, { name, ephemeral, resume }, emit) {
  if (name === void 0 || ephemeral || resume !== void 0) return;
  server.request("thread/name/set", { threadId, name }).catch((error) => {
    emit({ type: "warning", source: "codex", message: `the thread got no name: ${messageOf(error)}` });
  });
}
async function warnOfRules(server, { tier, cwd, untrusted }, emit) {
  if (tier === "danger-full-access") return;
  const message = describeAllowRules(await findAllowRules({ codexHome: server.codexHome, cwd, untrusted }));
  if (message !== void 0) emit({ type: "warning", source: "execution rules", message, isNotable: true });
}
function failedOpening(error) {
  if (error instanceof ConnectionError || error instanceof RemoteError) {
    return new TandemError("protocol", { problem: error.message }, { cause: error });
  }
  return error;
}

// src/codex/app-server/app-server-engine.ts
async function startAppServerEngine(start) {
  const server = await startAppServer(start);
  return {
    ...server.child === void 0 ? {} : { child: server.child },
    checkModel: async (choice) => checkModelChoice(server, choice),
    openThread: async (options, emit) => openThread(server, options, emit),
    close: async () => server.close()
  };
}
export {
  startAppServerEngine
};
