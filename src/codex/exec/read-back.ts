import { realpathSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type ErrorReport, reportError, TandemError } from "../../domain/errors/tandem-error.ts";
import type { EffectiveSandbox } from "../../domain/events.ts";
import { sandboxMismatch } from "../app-server/thread-start.ts";
import type { ThreadOptions } from "../engine.ts";
import { RolloutReader } from "./rollout-reader.ts";
import { TurnRecord, type TurnTerms } from "./turn-record.ts";

/** How often the session file is looked at until it says on what terms the turn runs (Codex 0.169: within 30 ms). */
const readMs = 10;
/** After so many looks nobody waits for it any more, and it is looked at more seldom. */
const patientReads = 300;
const slowReadMs = 500;

export interface ReadBackHandlers {
  /** Codex has written down on what terms it runs the turn. */
  readonly onTerms: () => void;
  /** Nobody should wait for the terms any longer, whether they are known or not. */
  readonly onPatienceOver: () => void;
}

/** Reads of one turn what Codex writes into the thread's session file, and holds its terms against what was asked for. */
export class ReadBack {
  readonly record = new TurnRecord();
  /** Codex runs the turn on other terms. */
  mismatch: ErrorReport | undefined;
  readonly #codexHome: string;
  readonly #options: ThreadOptions;
  readonly #handlers: ReadBackHandlers;
  #reader: RolloutReader | undefined;
  #terms: TurnTerms | undefined;
  #isOver = false;

  constructor(codexHome: string, options: ThreadOptions, handlers: ReadBackHandlers) {
    this.#codexHome = codexHome;
    this.#options = options;
    this.#handlers = handlers;
  }

  get terms(): TurnTerms | undefined {
    return this.#terms;
  }

  /** To be called before the next turn of a thread is started: what is in its file now is of earlier turns. */
  async skipEarlierTurns(thread: string): Promise<void> {
    this.#reader = this.#newReader(thread);
    await this.#reader.skipToEnd();
  }

  /** Looks at the file until it says on what terms the turn runs, or the turn is over. Never rejects. */
  async follow(thread: string): Promise<void> {
    this.#reader ??= this.#newReader(thread);
    for (let reads = 1; !this.#isOver; reads++) {
      await this.#reader.poll();
      if (this.#terms !== undefined || reads === patientReads) this.#handlers.onPatienceOver();
      if (this.#terms !== undefined) return;
      await delay(reads < patientReads ? readMs : slowReadMs, undefined, { ref: false });
    }
  }

  /** Looks once more. Resolves with true when the terms are known. */
  async look(): Promise<boolean> {
    await this.#reader?.poll();
    return this.#terms !== undefined;
  }

  /** The turn is over: reads the rest. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#reader?.poll();
  }

  #newReader(thread: string): RolloutReader {
    return new RolloutReader(this.#codexHome, thread, (entry) => {
      this.record.read(entry);
      if (this.record.terms !== this.#terms) this.#compare(this.record.terms);
    });
  }

  /** Every statement counts: a later one of the same turn must not be wider either. */
  #compare(terms: TurnTerms | undefined): void {
    this.#terms = terms;
    if (terms === undefined) return;
    this.mismatch ??= termsMismatch(terms, this.#options)?.report;
    this.#handlers.onTerms();
  }
}

/** What is said of a sandbox that Codex does not report. */
export function unverifiedSandbox({ network }: ThreadOptions): EffectiveSandbox {
  return { tier: "unverified", network, approvals: "never" };
}

/** The error of a turn that may write and whose sandbox is not known when it begins to act. */
export function reportUnverified({ tier }: ThreadOptions): ErrorReport {
  return reportError("sandbox_mismatch", { requested: tier, effective: "a sandbox that it does not report" });
}

/** The error when Codex runs a turn on other terms than asked for, else undefined. */
export function termsMismatch(
  { sandbox, writableRoots }: TurnTerms,
  options: ThreadOptions,
): TandemError | undefined {
  const mismatch = sandboxMismatch(sandbox, options);
  if (mismatch !== undefined || options.tier !== "workspace-write") return mismatch;
  const allowed = new Set([options.cwd, ...(options.addDirectories ?? [])].map(realPath));
  const more = writableRoots.filter((root) => !allowed.has(realPath(root)));
  if (more.length === 0) return undefined;
  return new TandemError("sandbox_mismatch", {
    requested: options.tier,
    effective: `${sandbox.tier} that may also write ${more.join(", ")}`,
  });
}

/** Whether a turn is known to have run on the terms that were asked for; where Codex tells none, only what may not write counts as such. */
export function ranOnTerms(terms: TurnTerms | undefined, options: ThreadOptions): boolean {
  if (terms === undefined) return options.tier === "read-only";
  return termsMismatch(terms, options) === undefined;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist: then only the name can be compared.
    return path;
  }
}
