import type { Envelope } from "../../../domain/envelope.ts";
import {
  type ErrorReport,
  reportError,
  TandemError,
  toErrorReport,
} from "../../../domain/errors/tandem-error.ts";
import type { GateSnapshot, GateState } from "../../../jobs/gate/gate-state.ts";
import {
  allowNotice,
  blockReason,
  couldNotRunNotice,
  passNotice,
  type StopCosts,
  strictReason,
} from "../../../report/gate/stop-words.ts";
import {
  decideStop,
  effectOf,
  judgeResult,
  keepsBaseline,
  type StopFacts,
} from "../../../tasks/gate/stop-rules.ts";
import type { ClientSession } from "../client-session.ts";
import { type FilesAtStop, lookAtFiles } from "./look-at-files.ts";
import { reviewStop } from "./review-stop.ts";
import { StopLedger, type StopName } from "./stop-ledger.ts";

/** Claude Code wants to stop. */
export interface Stop extends StopName {
  /** Aborted when Claude Code waits no longer. */
  readonly signal: AbortSignal;
}

/** What becomes of a stop. */
export interface StopAnswer {
  /** For Claude Code, which then goes on and shows it to the person too; absent when the stop passes. */
  readonly reason?: string;
  /** For the person. */
  readonly notice?: string;
}

/**
 * Decides on a stop of Claude Code in the session's workspace. Never throws: whatever keeps the gate from its work lets the stop pass
 * with a notice, or in a strict gate sends back as often as the rounds allow.
 */
export async function judgeStop(stop: Stop, session: ClientSession): Promise<StopAnswer> {
  const judge = new StopJudge(stop, session);
  return judge.judge();
}

class StopJudge {
  readonly #stop: Stop;
  readonly #session: ClientSession;
  readonly #ledger: StopLedger;
  readonly #startedMs = performance.now();

  constructor(stop: Stop, session: ClientSession) {
    this.#stop = stop;
    this.#session = session;
    this.#ledger = new StopLedger(stop, session);
  }

  async judge(): Promise<StopAnswer> {
    try {
      const read = this.#ledger.gate;
      if (read.found === "nothing" || (read.found === "state" && !read.state.isOn)) return {};
      if (read.found === "unusable") {
        const cause = `its state cannot be used: ${read.problem}; switch it on again to set a new baseline`;
        const { folder } = this.#ledger.places;
        return { notice: couldNotRunNotice(reportError("state_unwritable", { folder, cause })) };
      }
      return await this.#decide(read.state);
    } catch (thrown) {
      this.#session.log("warning", "the gate failed", String(thrown));
      return this.#giveUp(toErrorReport(thrown), undefined);
    }
  }

  async #decide(state: GateState): Promise<StopAnswer> {
    const first = decideStop(this.#facts());
    if (first.next === "pass" && first.why === "foreign-stop") return {};
    // Also of a stop that passes for its rounds: its files are the next baseline.
    const looked = await lookAtFiles(state, this.#ledger.places, this.#session, { signal: this.#limit() });
    const step = first.next === "pass" ? first : decideStop({ ...this.#facts(), files: looked.files });
    if (step.next === "review") return this.#review(state, looked);
    if (step.next === "pass" && looked.now === state.baseline) return {};
    if (step.next === "give-up" || step.next === "look") {
      const limit = this.#session.settings.values.gate_session_tokens;
      const report = reportError("budget_exceeded", { what: "the gate's tokens in one session", limit });
      return this.#giveUp(report, undefined);
    }
    const notice = passNotice(step.why, this.#session.settings.values.gate_rounds);
    await this.#ledger.store({
      baseline: looked.now,
      ...(notice === undefined
        ? {}
        : { last: { outcome: "allow", detail: "passed without another review" } }),
    });
    return notice === undefined ? {} : { notice };
  }

  async #review(state: GateState, { now: after }: FilesAtStop): Promise<StopAnswer> {
    const { baseline: before = after } = state;
    const { timeout_gate: limitMs } = this.#session.settings.values;
    const timeoutMs = Math.max(1_000, limitMs - (performance.now() - this.#startedMs));
    const limits = { timeoutMs: Math.min(limitMs, timeoutMs), signal: this.#stop.signal };
    const envelope = await reviewStop({ before, after, places: this.#ledger.places }, limits, this.#session);
    const tokens = this.#ledger.known.tokens + tokensOf(envelope);
    const result = judgeResult(envelope);
    const job = envelope.job?.id;
    if (result.outcome === "could-not-run") {
      const error = envelope.error ?? reportError("internal", { cause: result.cause });
      return this.#giveUp(error, after, { tokens, job });
    }
    const costs = this.#costs(tokens);
    if (result.outcome === "block") {
      await this.#ledger.count({ rounds: this.#ledger.known.rounds + 1, tokens });
      const what = `${result.findings.length} grave ${result.findings.length === 1 ? "finding" : "findings"}`;
      const isOn = await this.#ledger.store({
        judged: { tree: after.tree, outcome: "block" },
        last: { outcome: "block", detail: what, ...(job === undefined ? {} : { job }) },
      });
      if (!isOn) return {};
      return { reason: blockReason(result.findings, costs, job) };
    }
    await this.#ledger.count({ rounds: this.#ledger.known.rounds, tokens });
    const lesser = envelope.findings?.length ?? 0;
    await this.#ledger.store({
      baseline: after,
      judged: { tree: after.tree, outcome: "allow" },
      last: {
        outcome: "allow",
        detail: `${lesser} findings that do not block`,
        ...(job === undefined ? {} : { job }),
      },
    });
    const durationMs = performance.now() - this.#startedMs;
    return {
      notice: allowNotice({ lesser, durationMs, job, left: envelope.coverage?.omitted.length ?? 0 }, costs),
    };
  }

  /** `after`: the files that were to be reviewed; they become the baseline where another try would fail the same way. */
  async #giveUp(
    error: ErrorReport,
    after: GateSnapshot | undefined,
    {
      tokens = this.#ledger.known.tokens,
      job,
    }: { readonly tokens?: number; readonly job?: string | undefined } = {},
  ): Promise<StopAnswer> {
    const { gate_strict: isStrict, gate_rounds: maxRounds } = this.#session.settings.values;
    const isSentBack =
      effectOf("could-not-run", { isStrict }) === "send-back" && this.#ledger.known.rounds < maxRounds;
    const detail = `${error.kind}: ${error.message}`.slice(0, 500);
    let isOn = true;
    try {
      await this.#ledger.count({ rounds: this.#ledger.known.rounds + (isSentBack ? 1 : 0), tokens });
      isOn = await this.#ledger.store({
        ...(after === undefined || isSentBack || keepsBaseline(error.kind) ? {} : { baseline: after }),
        last: { outcome: "could-not-run", detail, ...(job === undefined ? {} : { job }) },
      });
    } catch (thrown) {
      // Rounds that cannot be counted must not be played.
      this.#session.log("warning", "the gate cannot store its state", String(thrown));
      return { notice: couldNotRunNotice(error) };
    }
    if (!isOn) return {};
    if (!isSentBack) return { notice: couldNotRunNotice(error) };
    const costs = this.#costs(tokens);
    return { reason: strictReason(error, costs) };
  }

  /** Git too has no more time than the whole gate. */
  #limit(): AbortSignal {
    const afterMs = this.#session.settings.values.timeout_gate;
    const limit = new AbortController();
    setTimeout(() => limit.abort(new TandemError("timeout", { afterMs })), afterMs).unref();
    return AbortSignal.any([limit.signal, this.#stop.signal]);
  }

  #facts(): Omit<StopFacts, "files"> {
    const { values } = this.#session.settings;
    return {
      isStopHookActive: this.#stop.isStopHookActive,
      rounds: this.#ledger.known.rounds,
      maxRounds: values.gate_rounds,
      spentTokens: this.#ledger.known.tokens,
      maxTokens: values.gate_session_tokens,
    };
  }

  #costs(tokens: number): StopCosts {
    const { gate_rounds: maxRounds, gate_session_tokens: maxTokens } = this.#session.settings.values;
    return { round: this.#ledger.known.rounds + 1, maxRounds, tokens, maxTokens };
  }
}

function tokensOf({ run }: Envelope): number {
  return run?.usage === undefined ? 0 : run.usage.inputTokens + run.usage.outputTokens;
}
