import { onTestFinished } from "vitest";
import type { ThreadSession, TurnInput, TurnOutcome } from "../../src/codex/engine.ts";
import { Watchdog } from "../../src/codex/watchdog.ts";
import type { RunRequest } from "../../src/domain/run.ts";
import { sampleRequest } from "../jobs/samples.ts";

/** A thread in memory that ends its turns as it is told, one after the other. */
export interface FakeSession extends ThreadSession {
  readonly inputs: readonly TurnInput[];
}

export function fakeSession(
  outcomes: readonly Partial<TurnOutcome>[],
  { takesFollowUps = true } = {},
): FakeSession {
  const inputs: TurnInput[] = [];
  return {
    inputs,
    facts: { thread: "thread-1", sandbox: { tier: "read-only", network: false, approvals: "never" } },
    pins: [],
    takesFollowUps,
    run: async (input) => {
      const outcome = outcomes[inputs.push(input) - 1];
      if (outcome === undefined) throw new Error(`Nobody expected turn ${inputs.length}`);
      return { status: "completed", turn: `turn-${inputs.length}`, commands: [], ...outcome };
    },
    close: async () => undefined,
  };
}

/** What a turn is given beside its input, for a test that has no limits. */
export function noLimits(): { readonly watchdog: Watchdog; readonly signal: AbortSignal } {
  const watchdog = new Watchdog({ stallMs: 60_000, timeoutMs: 60_000 });
  onTestFinished(() => watchdog.stop());
  return { watchdog, signal: new AbortController().signal };
}

export function makeRequest(changes: Partial<RunRequest> = {}): RunRequest {
  return { ...sampleRequest, ...changes };
}
