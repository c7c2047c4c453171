import { stripVTControlCharacters } from "node:util";
import { describe, expect } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import { watchLines } from "../../../src/report/progress/watch-lines.ts";
import { displayWidth } from "../../../src/report/text/width.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { hostileText } from "../formats/hostile.ts";
import { watchedEvents } from "./watched-events.ts";

/** 12:00:00 where the machine is. */
const noon = new Date(2026, 2, 4, 12).toISOString();

function watch(event: RunEvent, columns = 80, colour = false): readonly string[] {
  return watchLines(event, noon, { columns, colour });
}

function watchAll(columns: number, colour = false): string {
  return watchedEvents.flatMap((event) => watch(event, columns, colour)).join("\n");
}

/** A copy with every text changed but the words that tell events apart. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return /^[a-z_-]+$/.test(value) ? value : change(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}

describe("events as lines", () => {
  for (const columns of [80, 120]) {
    verifies(
      "report.watch",
      `a run in which everything happens looks as recorded at ${columns} columns`,
      async () => {
        await expect(`${watchAll(columns)}\n`).toMatchFileSnapshot(
          `snapshots/watch-at-${columns}-columns.txt`,
        );
      },
    );
  }

  verifies("report.watch", "each event has its time once, in front of its first line", () => {
    for (const event of watchedEvents) {
      const [first, ...rest] = watch(event);
      if (first === undefined) continue;
      expect(first).toMatch(/^12:00:00 {2}\S/);
      for (const line of rest) expect(line).toMatch(/^( {10}|$)/);
    }
    expect(
      watchLines({ type: "turn_started", turn: "t" }, "not a time", { columns: 80, colour: false }),
    ).toEqual(["--:--:--  turn started"]);
  });

  verifies(
    "report.watch",
    "a command ends with its exit code and time, a failed one with the end of its output",
    () => {
      const failed = watchedEvents.filter(({ type }) => type === "command_completed")[0];
      expect(failed && watch(failed)).toEqual([
        "12:00:00  exit 1 · 12.3 s · npm test -- --run",
        "          | not ok 3 - refunds",
        "          | expected 1",
        "          | received 2",
      ]);
      const refused: RunEvent = {
        type: "command_completed",
        item: "1",
        command: "ls",
        status: "declined",
        exitCode: -1,
        reads: [],
      };
      expect(watch(refused)).toEqual(["12:00:00  declined · ls"]);
    },
  );

  verifies("report.watch", "of a long script the beginning is shown and the rest counted", () => {
    const lines = watch({ type: "command_started", item: "1", command: "a\nb\nc\nd\ne\nf" });
    expect(lines.map((line) => line.slice(10))).toEqual(["$ a", "  b", "  c", "  d", "  … and 2 more lines"]);
  });

  verifies("report.watch", "of Codex's thoughts the headings are shown; empty texts give nothing", () => {
    expect(watch({ type: "reasoning", text: "**One**\n\nwords\n\n**Two**\n" })).toEqual([
      "12:00:00  One",
      "          Two",
    ]);
    for (const event of [
      { type: "reasoning", text: " \n" },
      { type: "message", item: "1", text: "\n" },
      { type: "stray_output", source: "stderr", text: "\n" },
    ] as const) {
      expect(watch(event)).toEqual([]);
    }
  });

  verifies("report.watch", "a request says what it is, shows all of its text and how to answer it", () => {
    const event: RunEvent = {
      type: "request_opened",
      request: "1",
      kind: "patch",
      text: "update /etc/hosts\n  +x",
    };
    expect(watchLines(event, noon, { columns: 80, colour: false, job: "kvbtrz" })).toEqual([
      "12:00:00  WAITS FOR AN ANSWER: a change of files OUTSIDE the sandbox",
      "            | update /etc/hosts",
      "            |   +x",
      "          how to answer it: tandem status kvbtrz",
    ]);
  });

  verifies(
    "report.watch",
    "what was accepted outside of the sandbox is marked, what was declined is not",
    () => {
      const event: RunEvent = {
        type: "request_answered",
        method: "m",
        decision: "accepted",
        text: "npm publish",
        origin: "terminal",
      };
      expect(watch({ ...event, isFullAccess: true })).toEqual([
        "12:00:00  accepted on a terminal: npm publish",
        "          FULL ACCESS: it runs outside the sandbox",
      ]);
      expect(watch({ ...event, decision: "declined", origin: "expiry" })).toEqual([
        "12:00:00  declined since nobody answered in time: npm publish",
      ]);
    },
  );

  verifies("report.watch", "a run without sandbox, and one with network, is marked when it starts", () => {
    const sandbox = { tier: "danger-full-access", network: true, approvals: "never" } as const;
    expect(watch({ type: "thread_started", thread: "", sandbox })).toEqual([
      "12:00:00  thread without a name yet",
      "          FULL ACCESS (no sandbox) · network on",
    ]);
  });

  verifies("report.watch", "what belongs to an inner turn of Codex is left out", () => {
    expect(watch({ type: "unknown", name: "item/started of another turn", payload: {} })).toEqual([]);
  });

  verifies(
    "report.watch",
    "a command keeps its lines and is broken between words; no time is shown where Codex measured none",
    () => {
      const command = `git diff ${"--no-color ".repeat(8)}--src-prefix=a/
git status`;
      const lines = watch({ type: "command_started", item: "1", command });
      expect(lines).toEqual([
        `12:00:00  $ git diff ${"--no-color ".repeat(5)}`.trimEnd(),
        "            --no-color --no-color --no-color --src-prefix=a/",
        "            git status",
      ]);
      const event = {
        type: "command_completed",
        item: "1",
        command: "ls",
        status: "completed",
        reads: [],
      } as const;
      expect(watch({ ...event, exitCode: 0, durationMs: 0 })).toEqual(["12:00:00  exit 0 · ls"]);
    },
  );

  verifies("report.watch", "an unknown event, of this version or a later one, gives one short line", () => {
    expect(watch({ type: "unknown", name: "x".repeat(500), payload: { a: "b".repeat(9_000) } })).toHaveLength(
      1,
    );
    const later = { type: "novel_event", text: "x" } as unknown as RunEvent;
    expect(watch(later)).toEqual(["12:00:00  other event: novel_event"]);
  });
});

describe("hostile events", () => {
  const plain = /^(?:[^\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\u2028\u2029])*$/u;

  verifies(
    "report.watch",
    "whatever an event says, its lines fit the terminal and none of it is obeyed",
    () => {
      const event = fc.constantFrom(...watchedEvents);
      const texts = fc.oneof(
        hostileText,
        hostileText.map((text) => text.repeat(40)),
      );
      fc.assert(
        fc.property(event, texts, fc.integer({ min: 40, max: 140 }), (sample, suffix, columns) => {
          const hostile = mapTexts(sample, (text) => text + suffix) as RunEvent;
          for (const line of watch(hostile, columns)) {
            expect(displayWidth(line)).toBeLessThanOrEqual(columns);
            expect(line.replace(/\u200C|\u200D|\uFE0E|\uFE0F/gu, "")).toMatch(plain);
          }
        }),
        fc.cases(500),
      );
    },
  );

  verifies(
    "report.watch",
    "a message of 100,000 characters without a space is shown in order and in full",
    () => {
      const text = "0123456789".repeat(10_000);
      const lines = watch({ type: "message", item: "1", text });
      expect(
        lines
          .slice(1)
          .map((line) => line.slice(10))
          .join(""),
      ).toBe(text);
    },
  );

  verifies("report.watch", "colour never changes the text", () => {
    const coloured = watchAll(80, true);
    expect(coloured).toContain("\u001B[");
    expect(stripVTControlCharacters(coloured)).toBe(watchAll(80));
  });
});
