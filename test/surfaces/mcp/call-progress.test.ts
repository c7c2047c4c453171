import { afterEach, beforeEach, expect, vi } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import { startCallProgress } from "../../../src/surfaces/mcp/calls/call-progress.ts";
import { verifies } from "../../support/requirements.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Told {
  readonly at: number;
  readonly value: number;
  readonly message: string;
}

function start(): {
  readonly told: Told[];
  readonly report: (event: RunEvent) => void;
  readonly stop: () => void;
} {
  const told: Told[] = [];
  const { report, stop } = startCallProgress({
    progress: (value, message) => told.push({ at: performance.now(), value, message }),
  });
  return { told, stop, report: (event) => report([{ event }]) };
}

const command = (item: string): RunEvent => ({ type: "command_started", item, command: `make ${item}` });
const usage = { inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 200, reasoningTokens: 0 };

verifies("mcp.progress", "tells phase, command and tokens, never twice in a second", () => {
  const { told, report, stop } = start();
  for (let item = 0; item < 300; item += 1) {
    report(command(String(item)));
    vi.advanceTimersByTime(10);
  }
  report({ type: "usage", usage });
  vi.advanceTimersByTime(1_000);
  stop();
  const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(told.at(-1)?.message).toMatch(/^4s · 1,200 tokens · running \(\+299\) make 299$/);
});

verifies(
  "mcp.progress",
  "goes on telling while nothing happens, with a value that grows, until it is stopped",
  () => {
    const { told, report, stop } = start();
    report({ type: "turn_started", turn: "t" });
    vi.advanceTimersByTime(5 * 60_000);
    const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(told.every(({ value }, index) => value > (told[index - 1]?.value ?? -1))).toBe(true);
    expect(told.length).toBeLessThan(20);
    stop();
    const { length } = told;
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(length);
  },
);
