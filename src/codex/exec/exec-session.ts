import { type ErrorReport, messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import type { ThreadOptions, ThreadSession, TurnInput, TurnOutcome } from "../engine.ts";
import type { EffectivePin } from "../pins.ts";
import { reportCancelled } from "../turn-reports.ts";
import type { Watchdog } from "../watchdog.ts";
import { requireWorkingFolder } from "../working-folder.ts";
import { type CodexProcess, startCodexProcess } from "./codex-process.ts";
import { execArguments } from "./exec-arguments.ts";
import type { ExecStart } from "./exec-engine.ts";
import type { ExecPlan } from "./exec-plan.ts";
import { ExecTurn } from "./exec-turn.ts";
import { unverifiedSandbox } from "./read-back.ts";
import { staleKey } from "./start-failure.ts";
import { prepareTurnFiles, type TurnFiles } from "./turn-files.ts";

interface OpenSession {
  readonly start: ExecStart;
  readonly options: ThreadOptions;
  readonly plan: ExecPlan;
  readonly emit: (event: RunEvent) => void;
}

/** What a turn is done with. */
interface TurnWork {
  readonly text: string;
  readonly files: TurnFiles;
  readonly watchdog: Watchdog;
  readonly signal: AbortSignal;
}

/**
 * A thread whose turns are one `codex exec` each: the first starts it, the next ones resume it. An ephemeral thread is gone with its
 * first turn.
 */
export class ExecSession implements ThreadSession {
  readonly pins: readonly EffectivePin[];
  readonly takesFollowUps: boolean;
  /** The Codex of the turn that runs now, or ran last. */
  child?: ProcessIdentity;
  readonly #session: OpenSession;
  readonly #closing = new AbortController();
  #facts: ThreadFacts;
  #running: Promise<TurnOutcome> | undefined;
  #turns = 0;
  #isStrict = true;
  #isAnnounced = false;

  constructor(session: OpenSession) {
    this.#session = session;
    const { options, plan } = session;
    this.pins = plan.pins;
    this.takesFollowUps = !options.ephemeral;
    this.#facts = {
      thread: options.resume ?? "",
      sandbox: unverifiedSandbox(options),
      ...(options.model === undefined ? {} : { model: options.model }),
      ...(options.effort === undefined ? {} : { effort: options.effort }),
    };
  }

  get facts(): ThreadFacts {
    return this.#facts;
  }

  async run(input: TurnInput, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome> {
    if (this.#running !== undefined) {
      throw new TandemError("internal", { cause: "a turn was started on a thread that is running one" });
    }
    this.#running = this.#run(input, watchdog, AbortSignal.any([signal, this.#closing.signal]));
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(input: TurnInput, watchdog: Watchdog, signal: AbortSignal): Promise<TurnOutcome> {
    let files: TurnFiles | undefined;
    try {
      const prompt = await this.#accept(input);
      files = await prepareTurnFiles(this.#session.start.folder, prompt);
      this.#turns++;
      return await this.#runTolerantly({ text: prompt.text, files, watchdog, signal });
    } catch (error) {
      if (error instanceof TandemError) return unstarted(error.report);
      throw error;
    } finally {
      await files?.remove();
    }
  }

  /**
   * A key in the user's own files that Codex does not know is no reason to fail; Codex itself ignores it. But the first start is a strict
   * one, and not in vain: Codex looks at what we pin first, so it knows all of that when it ends over a file (0.169).
   */
  async #runTolerantly(work: TurnWork): Promise<TurnOutcome> {
    const { outcome, stderr } = await this.#attempt(work);
    const isRejected = this.#isStrict && outcome.error?.kind === "config_rejected";
    const stale = isRejected ? staleKey(stderr) : undefined;
    if (stale === undefined) return outcome;
    this.#isStrict = false;
    const message = `this Codex does not know a key of your configuration and ignores it: ${stale}`;
    this.#session.emit({ type: "warning", source: "codex configuration", message });
    return (await this.#attempt(work)).outcome;
  }

  /** One process, from its start to its end. */
  async #attempt({
    text,
    files,
    watchdog,
    signal,
  }: TurnWork): Promise<{ outcome: TurnOutcome; stderr: string }> {
    if (signal.aborted) return { outcome: unstarted(reportCancelled()), stderr: "" };
    const turn = this.#newTurn();
    await turn.prepare();
    const process = await this.#startCodex(turn, text, files);
    return { outcome: await turn.follow(process, watchdog, signal), stderr: process.stderrTail() };
  }

  async #accept(input: TurnInput): Promise<Extract<TurnInput, { type: "prompt" }>> {
    const { options } = this.#session;
    if (input.type === "review") {
      throw new TandemError("usage", {
        problem: "Codex's own reviewer gives its findings as data to the app-server engine only.",
      });
    }
    if (input.text.trim() === "") throw new TandemError("usage", { problem: "The prompt is empty." });
    if (options.ephemeral && this.#facts.thread !== "") {
      throw new TandemError("protocol", {
        problem: "an ephemeral turn of codex exec leaves no thread to go on with",
      });
    }
    await requireWorkingFolder(options.cwd);
    return input;
  }

  #newTurn(): ExecTurn {
    const { start, options, plan, emit } = this.#session;
    const { thread } = this.#facts;
    return new ExecTurn({
      options,
      plan,
      emit: (event) => {
        if (event.type === "thread_started") this.#isAnnounced = true;
        emit(event);
      },
      number: this.#turns,
      isFirst: !this.#isAnnounced,
      program: start.program.path,
      onFacts: (facts) => {
        this.#facts = facts;
      },
      ...(thread === "" ? {} : { resume: thread }),
    });
  }

  async #startCodex(turn: ExecTurn, prompt: string, files: TurnFiles): Promise<CodexProcess> {
    const { start, plan } = this.#session;
    const { path, parameters } = start.program;
    const { thread } = this.#facts;
    const { images, outputSchemaFile } = files;
    const words = execArguments({
      ...plan.command,
      images,
      isStrict: this.#isStrict,
      ...(outputSchemaFile === undefined ? {} : { outputSchemaFile }),
      ...(thread === "" ? {} : { resume: thread }),
    });
    try {
      const process = await startCodexProcess({
        path,
        parameters: [...parameters, ...words],
        folder: start.folder,
        environment: plan.environment,
        mark: plan.mark,
        prompt,
        platform: start.platform ?? globalThis.process.platform,
        onLine: (line) => turn.events.read(line),
        onStray: (source, text) => turn.stray(source, text),
      });
      const child = start.identify(process.pid);
      if (child !== undefined) {
        this.child = child;
        start.onChild?.(child);
      }
      return process;
    } catch (error) {
      throw new TandemError("spawn_failed", { path, cause: messageOf(error) }, { cause: error });
    }
  }
}

/** The outcome of a turn that Codex never heard of. */
function unstarted(error: ErrorReport): TurnOutcome {
  return { status: error.kind === "cancelled" ? "interrupted" : "failed", commands: [], error };
}
