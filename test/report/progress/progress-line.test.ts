import { expect } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import {
  type ProgressClock,
  type ProgressLine,
  startProgressLine,
} from "../../../src/report/progress/progress-line.ts";
import { verifies } from "../../support/requirements.ts";

/** A clock that only the test moves. */
class FakeClock implements ProgressClock {
  time = 0;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.time + milliseconds, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.time = next.at;
      next.action();
    }
    this.time = end;
  }

  get pending(): number {
    return this.#timers.length;
  }
}

// oxlint-disable-next-line no-control-regex -- a terminal reads control characters
const sequences = /(\n|\r|\u001B\[K)/;

/** As much of a terminal as the line needs: newline, carriage return, erase to the end of the line. */
class FakeTerminal {
  isTTY = true;
  columns = 80;
  writes = 0;
  screen: string[] = [""];
  #column = 0;
  readonly #listeners = new Set<() => void>();

  write(text: string): void {
    this.writes += 1;
    for (const token of text.split(sequences)) {
      const row = this.screen.length - 1;
      const line = this.screen[row] ?? "";
      if (token === "\n") {
        this.screen.push("");
        this.#column = 0;
      } else if (token === "\r") this.#column = 0;
      else if (token === "\u001B[K") this.screen[row] = line.slice(0, this.#column);
      else {
        if (token.includes("\u001B")) throw new Error(`Unexpected sequence in ${JSON.stringify(text)}`);
        this.screen[row] = line.slice(0, this.#column) + token + line.slice(this.#column + token.length);
        this.#column += token.length;
      }
    }
  }

  on(_: "resize", listener: () => void): void {
    this.#listeners.add(listener);
  }

  off(_: "resize", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  resize(columns: number): void {
    this.columns = columns;
    for (const listener of this.#listeners) listener();
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

interface Rig {
  readonly clock: FakeClock;
  readonly terminal: FakeTerminal;
  readonly line: ProgressLine;
}

function makeRig(): Rig {
  const clock = new FakeClock();
  const terminal = new FakeTerminal();
  return { clock, terminal, line: startProgressLine({ stream: terminal, colour: false, clock }) };
}

const turn: RunEvent = { type: "turn_started", turn: "t" };
const command = (text: string): RunEvent => ({ type: "command_started", item: text, command: text });

verifies("report.progress", "the line is there at once and its time goes on without events", () => {
  const { clock, terminal } = makeRig();
  expect(terminal.screen).toEqual(["0s · starting"]);
  clock.advance(65_000);
  expect(terminal.screen).toEqual(["1m05s · starting"]);
});

verifies(
  "report.progress",
  "an event after a quiet time is shown at once, a longer line is erased by a shorter one",
  () => {
    const { clock, terminal, line } = makeRig();
    clock.advance(500);
    line.report(command("npm run a-long-command"));
    expect(terminal.screen).toEqual(["0s · running npm run a-long-command"]);
    clock.advance(200);
    line.report(turn);
    expect(terminal.screen).toEqual(["0s · thinking"]);
  },
);

verifies(
  "report.progress",
  "a burst of events is drawn at most eight times a second and ends with the last one",
  () => {
    const { clock, terminal, line } = makeRig();
    const before = terminal.writes;
    for (let index = 0; index < 1000; index += 1) {
      line.report(command(`step ${index}`));
      clock.advance(1);
    }
    expect(terminal.writes - before).toBeLessThanOrEqual(8);
    clock.advance(200);
    expect(terminal.screen.join("")).toContain("step 999");
  },
);

verifies("report.progress", "nothing is written while nothing changes", () => {
  const { clock, terminal, line } = makeRig();
  clock.advance(200);
  const before = terminal.writes;
  line.report({ type: "warning", source: "x", message: "y" });
  clock.advance(100);
  expect(terminal.writes).toBe(before);
});

verifies("report.progress", "other lines are written above the live one and stay", () => {
  const { clock, terminal, line } = makeRig();
  line.printAbove("job kvbtrz");
  line.printAbove("two\nlines \u001B[2J\n");
  clock.advance(1000);
  expect(terminal.screen).toEqual(["job kvbtrz", "two", "lines \\u{1B}[2J", "1s · starting"]);
});

verifies("report.progress", "the end takes the line away, and leaves no timer and no listener", () => {
  const { clock, terminal, line } = makeRig();
  line.printAbove("job kvbtrz");
  line.stop();
  line.stop();
  line.report(turn);
  line.setPhase("cancelling");
  clock.advance(10_000);
  expect(terminal.screen).toEqual(["job kvbtrz", ""]);
  expect([clock.pending, terminal.listeners]).toEqual([0, 0]);
  line.printAbove("after");
  expect(terminal.screen).toEqual(["job kvbtrz", "after", ""]);
});

verifies("report.progress", "a phase that no event tells is shown", () => {
  const { clock, terminal, line } = makeRig();
  line.report(command("ls"));
  line.setPhase("waiting_approval");
  clock.advance(200);
  expect(terminal.screen).toEqual(["0s · waiting for your answer"]);
});

verifies("report.progress", "after a resize the line is drawn anew in the new width", () => {
  const { clock, terminal, line } = makeRig();
  clock.advance(200);
  line.report(command("a very long command of many words"));
  terminal.resize(20);
  expect(terminal.screen).toEqual(["0s · running a ver…"]);
});

verifies("report.progress-followed", "a run that began earlier counts from its beginning", () => {
  const clock = new FakeClock();
  clock.time = 5_000;
  const terminal = new FakeTerminal();
  startProgressLine({ stream: terminal, colour: false, clock, elapsedMs: 125_000 });
  expect(terminal.screen).toEqual(["2m05s · starting"]);
});

verifies("report.progress-followed", "the place in the queue is shown, and again when it changes", () => {
  const { clock, terminal, line } = makeRig();
  line.setQueuePlace(12);
  clock.advance(200);
  expect(terminal.screen).toEqual(["0s · 12th in the queue"]);
  line.setQueuePlace(1);
  clock.advance(200);
  expect(terminal.screen).toEqual(["0s · 1st in the queue"]);
});

verifies(
  "report.progress-followed",
  "while somebody is asked the line is away, then it is up to date",
  () => {
    const { clock, terminal, line } = makeRig();
    line.pause();
    const before = terminal.writes;
    line.report(command("npm test"));
    terminal.resize(60);
    clock.advance(10_000);
    expect([terminal.screen, terminal.writes]).toEqual([[""], before]);
    line.printAbove("Codex asks:");
    expect(terminal.screen).toEqual(["Codex asks:", ""]);
    line.resume();
    expect(terminal.screen).toEqual(["Codex asks:", "10s · running npm test"]);
    line.stop();
    line.pause();
    line.resume();
    clock.advance(5_000);
    expect(terminal.screen).toEqual(["Codex asks:", ""]);
  },
);

for (const [what, isTTY, environment] of [
  ["a pipe", false, {}],
  ["a dumb terminal", true, { terminal: "dumb" }],
] as const) {
  verifies("report.progress", `${what} gets no progress, only the lines that are meant to stay`, () => {
    const clock = new FakeClock();
    const terminal = new FakeTerminal();
    terminal.isTTY = isTTY;
    const line = startProgressLine({ stream: terminal, colour: true, clock, ...environment });
    line.report(turn);
    line.setPhase("queued");
    line.setQueuePlace(2);
    line.pause();
    line.resume();
    clock.advance(5000);
    expect([terminal.writes, clock.pending]).toEqual([0, 0]);
    line.printAbove("job kvbtrz");
    line.stop();
    expect(terminal.screen).toEqual(["job kvbtrz", ""]);
  });
}
