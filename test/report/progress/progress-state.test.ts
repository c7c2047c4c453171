import { expect } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import {
  advanceProgress,
  type ProgressState,
  queueProgress,
  startProgress,
} from "../../../src/report/progress/progress-state.ts";
import { renderProgress } from "../../../src/report/progress/render-progress.ts";
import { displayWidth } from "../../../src/report/text/width.ts";
import { verifies } from "../../support/requirements.ts";

const command = (item: string, text: string): RunEvent => ({ type: "command_started", item, command: text });
const ended = (item: string): RunEvent => ({
  type: "command_completed",
  item,
  command: "",
  status: "completed",
  reads: [],
});
const turn: RunEvent = { type: "turn_started", turn: "t" };
const usage: RunEvent = {
  type: "usage",
  usage: { inputTokens: 12_000, cachedInputTokens: 9_000, outputTokens: 345, reasoningTokens: 100 },
};

function after(...events: readonly RunEvent[]): ProgressState {
  return events.reduce(advanceProgress, startProgress(1000));
}

function line(state: ProgressState, columns = 80): string {
  return renderProgress(state, 84_000, columns);
}

const steps: readonly (readonly [string, readonly RunEvent[], string])[] = [
  ["a run that has just begun", [], "1m23s · starting"],
  [
    "what is done before the turn",
    [{ type: "step", text: "copying 100000 files" }],
    "1m23s · copying 100000 files",
  ],
  ["a turn after that", [{ type: "step", text: "copying 3 files" }, turn], "1m23s · thinking"],
  ["a turn", [turn], "1m23s · thinking"],
  [
    "a command, without its shell",
    [turn, command("1", "/bin/bash -lc 'npm test'")],
    "1m23s · running npm test",
  ],
  ["a command that has ended", [turn, command("1", "ls"), ended("1")], "1m23s · thinking"],
  [
    "several commands at once",
    [turn, command("1", "ls"), command("2", "rg x"), { type: "reasoning", text: "hm" }],
    "1m23s · running (+1) rg x",
  ],
  [
    "the rest of several commands",
    [turn, command("1", "ls"), command("2", "rg x"), ended("2")],
    "1m23s · running ls",
  ],
  [
    "a tool",
    [turn, { type: "tool_started", item: "1", server: "docs", tool: "find" }],
    "1m23s · running docs.find",
  ],
  [
    "tokens without counting cached and reasoning ones twice",
    [turn, usage],
    "1m23s · 12.3k tokens · thinking",
  ],
  ["a retry", [turn, { type: "retrying", message: "stream\nlost 1/3" }], "1m23s · retrying: stream lost 1/3"],
  [
    "a retry that went well",
    [turn, { type: "retrying", message: "lost" }, command("1", "ls")],
    "1m23s · running ls",
  ],
  [
    "a retry whose tokens come in",
    [turn, { type: "retrying", message: "lost" }, usage],
    "1m23s · 12.3k tokens · retrying: lost",
  ],
  [
    "a turn that ended with a command open",
    [turn, command("1", "ls"), { type: "turn_completed", turn: "t", status: "interrupted" }],
    "1m23s · verifying",
  ],
  ["an unknown event", [turn, { type: "unknown", name: "novel", payload: {} }], "1m23s · thinking"],
];

for (const [what, events, shown] of steps) {
  verifies("report.progress", `the line shows ${what}`, () => {
    expect(line(after(...events))).toBe(shown);
  });
}

const opened = (request: string): RunEvent => ({
  type: "request_opened",
  request,
  kind: "command",
  text: "ls",
});
const answered = (request: string): RunEvent => ({
  type: "request_answered",
  request,
  method: "m",
  decision: "declined",
  text: "ls",
});

const followed: readonly (readonly [string, readonly RunEvent[], string])[] = [
  [
    "that an answer is missing, also beside commands that go on",
    [turn, opened("1"), command("1", "ls"), usage],
    "1m23s · 12.3k tokens · waiting for your answer",
  ],
  [
    "how many answers are missing",
    [turn, opened("1"), opened("2")],
    "1m23s · waiting for your answer (2 requests)",
  ],
  [
    "what goes on after the answer",
    [turn, command("1", "ls"), opened("1"), answered("1")],
    "1m23s · running ls",
  ],
];

for (const [what, events, shown] of followed) {
  verifies("report.progress-followed", `the line shows ${what}`, () => {
    expect(line(after(...events))).toBe(shown);
  });
}

verifies("report.progress-followed", "the line shows the place in the queue until the run starts", () => {
  const queued = queueProgress(startProgress(1000), 3);
  expect(line(queued)).toBe("1m23s · 3rd in the queue");
  expect(line(queueProgress(queued, undefined))).toBe("1m23s · queued");
  expect(line(advanceProgress(queued, turn))).toBe("1m23s · thinking");
  expect(line(advanceProgress(queued, usage))).toContain("3rd in the queue");
});

verifies(
  "report.progress-followed",
  "what comes in while a run is cancelled does not hide that it is",
  () => {
    const cancelling: ProgressState = { ...after(turn), phase: "cancelling" };
    const later = [command("1", "ls"), ended("1"), turn].reduce(advanceProgress, cancelling);
    expect(line(later)).toBe("1m23s · cancelling");
  },
);

verifies(
  "report.progress",
  "the line leaves the last column free and is cut where the terminal is narrow",
  () => {
    const state = after(turn, command("1", `/bin/bash -lc '${"数据 x".repeat(40)}'`));
    for (const columns of [1, 2, 10, 40, 80, 200]) {
      expect(displayWidth(line(state, columns))).toBeLessThan(columns);
    }
  },
);

verifies(
  "report.sanitised",
  "a command or a retry message cannot control the terminal through the live line",
  () => {
    const state = after(turn, command("1", "echo \u001B[2J\r\n\u202E"));
    expect(line(state)).toBe("1m23s · running echo \\u{1B}[2J \\u{202E}");
    expect(line(after({ type: "retrying", message: "\u001B[1A" }))).toBe("1m23s · retrying: \\u{1B}[1A");
  },
);
