import { afterEach, beforeEach, expect, vi } from "vitest";
import { Watchdog, type WatchdogEnd } from "../../src/codex/watchdog.ts";
import { verifies } from "../support/requirements.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watch(): { readonly watchdog: Watchdog; readonly end: () => WatchdogEnd | undefined } {
  const watchdog = new Watchdog({ stallMs: 100, timeoutMs: 1_000 });
  let end: WatchdogEnd | undefined;
  void watchdog.expired.then((how) => {
    end = how;
  });
  return { watchdog, end: () => end };
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

const stalled: WatchdogEnd = { reason: "stalled", silentMs: 100 };
const timeout: WatchdogEnd = { reason: "timeout", afterMs: 1_000 };

verifies("codex.watchdog", "silence from the start ends the run at the stall limit, not before", async () => {
  const { end } = watch();
  await pass(99);
  expect(end()).toBeUndefined();
  await pass(1);
  expect(end()).toEqual(stalled);
});

verifies("codex.watchdog", "every sign of life starts the stall clock anew", async () => {
  const { watchdog, end } = watch();
  for (let time = 0; time < 900; time += 90) {
    await pass(90);
    watchdog.touch();
  }
  expect(end()).toBeUndefined();
  await pass(100);
  expect(end()).toBeDefined();
});

verifies("codex.watchdog", "the wall clock ends a run that is never silent", async () => {
  const { watchdog, end } = watch();
  for (let time = 0; time < 1_000; time += 50) {
    watchdog.touch();
    await pass(50);
  }
  expect(end()).toEqual(timeout);
});

verifies(
  "codex.watchdog",
  "the stall clock stands still while something is open, the wall clock does not",
  async () => {
    const { watchdog, end } = watch();
    watchdog.opened("command");
    await pass(999);
    watchdog.touch();
    expect(end()).toBeUndefined();
    await pass(1);
    expect(end()).toEqual(timeout);
  },
);

verifies("codex.watchdog", "it runs again when the last of several open ones is closed", async () => {
  const { watchdog, end } = watch();
  watchdog.opened("one");
  watchdog.opened("two");
  watchdog.closed("one");
  await pass(500);
  expect(end()).toBeUndefined();
  watchdog.closed("two");
  await pass(99);
  expect(end()).toBeUndefined();
  await pass(1);
  expect(end()).toEqual(stalled);
});

verifies("codex.watchdog", "closing what was never opened, or twice, is a sign of life only", async () => {
  const { watchdog, end } = watch();
  watchdog.opened("one");
  watchdog.closed("two");
  await pass(200);
  expect(end()).toBeUndefined();
  watchdog.closed("one");
  watchdog.closed("one");
  await pass(100);
  expect(end()).toEqual(stalled);
});

verifies("codex.watchdog", "the end of a turn closes what it left open", async () => {
  const { watchdog, end } = watch();
  watchdog.opened("a command in the background");
  watchdog.closedAll();
  await pass(100);
  expect(end()).toEqual(stalled);
});

verifies("codex.watchdog", "a stopped watchdog never ends a run and holds no timer", async () => {
  const { watchdog, end } = watch();
  watchdog.stop();
  watchdog.touch();
  watchdog.closed("late");
  expect(vi.getTimerCount()).toBe(0);
  await pass(10_000);
  expect(end()).toBeUndefined();
});

verifies("codex.watchdog", "the first limit decides", async () => {
  const { end } = watch();
  await pass(5_000);
  expect(end()).toEqual(stalled);
});
