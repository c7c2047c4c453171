import { setTimeout as delay } from "node:timers/promises";
import { type ErrorReport, reportError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts } from "../../domain/events.ts";
import { ignoredPin } from "../app-server/thread-start.ts";
import type { ThreadOptions, TurnOutcome } from "../engine.ts";
import type { Watchdog } from "../watchdog.ts";
import type { CodexProcess } from "./codex-process.ts";
import { EventGate } from "./event-gate.ts";
import { EventReader } from "./event-reader.ts";
import type { ExecPlan } from "./exec-plan.ts";
import { ReadBack, reportUnverified, unverifiedSandbox } from "./read-back.ts";
import { type EndedTurn, ownUsage, type TurnEnd, turnOutcome } from "./turn-end.ts";

/** How long after its guardian's end that of Codex may be seen, both having ended; in ms. */
const lateEndMs = 100;

/** How many refused calls of a turn are told as warnings. */
const refusalLimit = 20;

export interface TurnSetting {
  readonly options: ThreadOptions;
  readonly plan: ExecPlan;
  /** The thread that the turn goes on with. */
  readonly resume?: string;
  /** Counts the turns of the session from 1. */
  readonly number: number;
  /** Nobody has been told of the thread yet. */
  readonly isFirst: boolean;
  readonly program: string;
  readonly emit: (event: RunEvent) => void;
  readonly onFacts: (facts: ThreadFacts) => void;
}

/** One turn of `codex exec`: what it says, what it writes down, and the race of everything that can end it. */
export class ExecTurn {
  readonly events: EventReader;
  readonly #setting: TurnSetting;
  readonly #gate: EventGate;
  readonly #readBack: ReadBack;
  readonly #ended: Promise<TurnEnd>;
  #end: (end: TurnEnd) => void = () => undefined;
  #thread: string | undefined;
  #process: CodexProcess | undefined;

  constructor(setting: TurnSetting) {
    const { emit, number, options, plan } = setting;
    this.#setting = setting;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#gate = new EventGate(emit, () => this.#open());
    this.#readBack = new ReadBack(plan.codexHome, options, {
      onTerms: () => this.#termsKnown(),
      onPatienceOver: () => this.#open(),
    });
    this.events = new EventReader(
      {
        emit: (event) => this.#gate.pass(event),
        onThread: (thread) => this.#named(thread),
        onAction: () => void this.#acted(),
        onNotice: (message) => this.#noticed(message),
        onTerminal: () => this.#closed(),
      },
      number === 1 ? "" : `${number}:`,
    );
  }

  /** To be called before Codex is started. */
  async prepare(): Promise<void> {
    const { resume } = this.#setting;
    if (resume !== undefined) await this.#readBack.skipEarlierTurns(resume);
  }

  stray(source: string, text: string): void {
    this.#gate.pass({ type: "stray_output", source, text });
  }

  /** Follows the process to its end, whatever the end is, and leaves nothing of it. */
  async follow(process: CodexProcess, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome> {
    this.#process = process;
    // Nothing is told between items, so silence says nothing here: Codex's own limit on a silent stream is the one that counts.
    watchdog.opened("codex exec");
    const cancel = () => this.#end({ why: "cancelled" });
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    void watchdog.expired.then((limit) => this.#end({ why: "limit", limit }));
    void process.ended.then((how) => this.#end({ why: "exited", how }));
    void process.unguarded.then(async () => {
      // Of a Codex that was done before, the end may be seen after that of its guardian.
      await Promise.race([process.ended, delay(lateEndMs, undefined, { ref: false })]);
      this.#refuse(reportError("protocol", { problem: "the guardian of the Codex process was ended" }));
    });
    try {
      const end = await this.#ended;
      const isGone = await process.end(manner(end));
      await this.#readBack.finish();
      return this.#outcome(end, isGone);
    } catch (error) {
      await process.end("kill");
      throw error;
    } finally {
      signal.removeEventListener("abort", cancel);
      // What the turn left open must not hold the clock of the next one.
      watchdog.closedAll();
    }
  }

  #refuse(report: ErrorReport): void {
    this.#end({ why: "refused", report });
  }

  #named(thread: string): void {
    const { resume, options } = this.#setting;
    if (this.#thread !== undefined) return;
    if (resume !== undefined && thread !== resume) {
      const problem = `it started the thread ${thread} where ${resume} was to be continued`;
      return this.#refuse(reportError("protocol", { problem }));
    }
    this.#thread = thread;
    this.#tellFacts();
    if (options.ephemeral) this.#open();
    else void this.#readBack.follow(thread);
  }

  #termsKnown(): void {
    this.#tellFacts();
    const { mismatch } = this.#readBack;
    if (mismatch !== undefined) this.#refuse(mismatch);
  }

  /** What may write must not act before its sandbox is known. */
  async #acted(): Promise<void> {
    const { options } = this.#setting;
    if (options.tier !== "read-only" && this.#readBack.terms === undefined) {
      if (!(await this.#readBack.look())) this.#refuse(reportUnverified(options));
    }
    this.#open();
  }

  #noticed(message: string): void {
    const key = ignoredPin(message, this.#setting.plan.pins);
    if (key !== undefined) {
      this.#refuse(reportError("contract_changed", { what: `the configuration key ${key}` }));
    }
  }

  #closed(): void {
    // Its children show whose they are only while it lives.
    void this.#process?.noteFamily();
    this.#end({ why: "closed" });
  }

  #tellFacts(): void {
    this.#setting.onFacts(this.#facts());
  }

  #facts(): ThreadFacts {
    const { options, resume } = this.#setting;
    const { record, terms } = this.#readBack;
    const model = record.model ?? options.model;
    const effort = record.effort ?? options.effort;
    return {
      thread: this.#thread ?? resume ?? "",
      sandbox: terms?.sandbox ?? unverifiedSandbox(options),
      ...(model === undefined ? {} : { model }),
      ...(record.provider === undefined ? {} : { provider: record.provider }),
      ...(effort === undefined ? {} : { effort }),
    };
  }

  /** Tells the start of thread and turn with what is known of them, and everything since. */
  #open(): void {
    if (this.#gate.isOpen) return;
    const thread: RunEvent = { type: "thread_started", ...this.#facts() };
    const turn: RunEvent = { type: "turn_started", turn: this.#turnName() };
    const first = this.#thread === undefined ? [] : this.#setting.isFirst ? [thread, turn] : [turn];
    this.#gate.open(first);
  }

  /** Codex names the turn in the session file only; without one its place in the session stands in. */
  #turnName(): string {
    return this.#readBack.record.turn ?? `${this.#thread}:${this.#setting.number}`;
  }

  #outcome(end: TurnEnd, isGone: boolean): TurnOutcome {
    const { plan, program, options, resume } = this.#setting;
    const { mismatch, record, terms } = this.#readBack;
    this.#open();
    this.#tellFacts();
    const turn: EndedTurn = {
      events: this.events,
      record,
      isResumed: resume !== undefined,
      hasStarted: this.#thread !== undefined,
      isGone,
      process: { path: program, stderr: this.#process?.stderrTail() ?? "", pins: plan.pins },
    };
    if (turn.hasStarted && !options.ephemeral && terms === undefined) {
      this.#warn("the sandbox in force could not be read back from Codex's session file");
    }
    this.#tellCalls();
    this.#tellEnd(turn);
    return turnOutcome(mismatch === undefined ? end : { why: "refused", report: mismatch }, turn);
  }

  /** Calls that were refused are not in the events of `exec --json` (0.169). */
  #tellCalls(): void {
    const { blockedWrites, refused } = this.#readBack.record.calls;
    const told = [
      ...blockedWrites.map((name) => `the sandbox refused a write: ${name}`),
      ...refused.map((call) => `Codex refused a call: ${call}`),
    ];
    for (const message of told.slice(0, refusalLimit)) this.#warn(message);
  }

  #tellEnd(turn: EndedTurn): void {
    const usage = ownUsage(turn);
    if (usage !== undefined) this.#gate.pass({ type: "usage", usage });
    const { terminal } = this.events;
    if (terminal === undefined) return;
    const message = terminal.status === "failed" ? { message: terminal.message } : {};
    this.#gate.pass({ type: "turn_completed", turn: this.#turnName(), status: terminal.status, ...message });
  }

  #warn(message: string): void {
    this.#gate.pass({ type: "warning", source: "codex", message });
  }
}

/** What must not go on is killed; what was interrupted may write that down; what has ended is waited for. */
function manner(end: TurnEnd): Parameters<CodexProcess["end"]>[0] {
  if (end.why === "refused") return "kill";
  return end.why === "closed" || end.why === "exited" ? "wait" : "interrupt";
}
