import { describe, expect } from "vitest";
import type { RunEvent } from "../../../src/domain/events.ts";
import { digestOf } from "../../../src/evidence/digest.ts";
import { plainPng } from "../../../src/rehearsal/scripted-images.ts";
import type { CollectedOutput } from "../../../src/tasks/operator/collected-output.ts";
import { judge } from "../../../src/tasks/operator/judge.ts";
import { faultOfRun } from "../../../src/tasks/operator/outcome.ts";
import { renderContract } from "../../../src/tasks/operator/render-contract.ts";
import { emptyLedger, noteEvent } from "../../../src/tasks/operator/run-ledger.ts";
import { onePixel } from "../../support/images.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { contractHead, operatorOf } from "./support.ts";

const thread: RunEvent = {
  type: "thread_started",
  thread: "t",
  sandbox: { tier: "read-only", network: false, approvals: "never" },
};
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constant(thread),
  fc
    .constantFrom("completed", "failed", "interrupted")
    .map((status): RunEvent => ({ type: "turn_completed", turn: "u", status: status as "completed" })),
  fc.record({
    type: fc.constant("command_completed" as const),
    item: fc.constant("i"),
    command: fc.constantFrom("ls", "curl x"),
    status: fc.constantFrom("completed", "failed", "declined"),
    reads: fc.constant([]),
  }),
  fc.record({
    type: fc.constant("tool_completed" as const),
    item: fc.constant("i"),
    server: fc.constant("docs"),
    tool: fc.constantFrom("look", "write"),
    status: fc.constantFrom("completed", "failed"),
  }),
  fc.constant<RunEvent>({ type: "image_generated", item: "i", sha256: "a".repeat(64) }),
  fc.constant<RunEvent>({ type: "image_generated", item: "i", failure: "usageLimitExceeded" }),
  fc.string().map((text): RunEvent => ({ type: "message", item: "i", text })),
  fc.constant<RunEvent>({ type: "unknown", name: "item imagination", payload: {} }),
);
const anyAnswer = fc.oneof(
  fc.constantFrom('{"status":"ok"}', "ok", 'done\n{"status":"ok"}', '{"status":"failed"}', ""),
  fc.string(),
);

describe("the judgement of a run", () => {
  verifies("operator.evidence", "is never success without what the contract asks for", async () => {
    const operator = operatorOf(
      `${contractHead}tier: workspace-write\noutputs:\n  out: {}\ntools: {require: [shell, image_gen, docs.look]}\n`,
    );
    const [declared] = operator.outputs;
    if (declared === undefined) throw new Error("one output is declared");
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 12 }),
        anyAnswer,
        fc.boolean(),
        fc.constantFrom("completed" as const, "failed" as const, "interrupted" as const),
        async (events, answer, isThere, status) => {
          const ledger = events.reduce(noteEvent, emptyLedger);
          const content = Buffer.from("x");
          const output: CollectedOutput = isThere
            ? { declared, label: "out", content, digest: digestOf(content) }
            : { declared, label: "out", problem: "it was not made" };
          const rows = await judge({
            request: operator,
            ledger,
            turn: { status, answer },
            outputs: [output],
          });
          const has = (type: RunEvent["type"], fits: (event: RunEvent) => boolean = () => true) =>
            events.some((event) => event.type === type && fits(event));
          const isProven =
            isThere &&
            status === "completed" &&
            has("thread_started") &&
            has("turn_completed", (event) => "status" in event && event.status === "completed") &&
            has("command_completed", (event) => "status" in event && event.status === "completed") &&
            has("image_generated", (event) => "sha256" in event && event.sha256 !== undefined) &&
            has(
              "tool_completed",
              (event) =>
                event.type === "tool_completed" && event.tool === "look" && event.status === "completed",
            );
          const fault = faultOfRun(rows, undefined);
          if (!isProven) expect(fault).toBeDefined();
          // And the other way round: what is proven fails by the agent's own word alone.
          else if (!answer.includes("failed")) expect(fault).toBeUndefined();
        },
      ),
      fc.cases(300),
    );
  });

  verifies("operator.evidence", "tells what ended the turn before all else", async () => {
    const operator = operatorOf(`${contractHead}tier: workspace-write\noutputs:\n  out: {}\n`);
    const rows = await judge({
      request: operator,
      ledger: emptyLedger,
      turn: { status: "failed" },
      outputs: [],
    });
    const quota = { kind: "quota", message: "used up", retryable: false, repair: { say: "Wait." } } as const;
    expect(faultOfRun(rows, quota)).toBe(quota);
    expect(faultOfRun(rows, undefined)?.kind).toBe("agent_refused");
    expect(faultOfRun([], undefined)).toBeDefined();
  });
});

describe("a check of an output", () => {
  const big = plainPng(320, 180, [1, 2, 3]);
  const rows: readonly [string, string, Buffer, boolean][] = [
    ["a type", "{check: type, output: out, is: png}", onePixel.png, true],
    ["a type by its bytes", "{check: type, output: out, is: jpeg}", onePixel.png, false],
    ["JSON as text", "{check: type, output: out, is: text}", Buffer.from("{}"), true],
    ["a size", "{check: size, output: out, min: 2, max: 3}", Buffer.from("abc"), true],
    ["a size that is too small", "{check: size, output: out, min: 4}", Buffer.from("abc"), false],
    ["a width", "{check: image, output: out, width: 320}", big, true],
    ["a height in a range", "{check: image, output: out, height: {min: 181}}", big, false],
    ["an aspect", '{check: image, output: out, aspect: "16:9"}', big, true],
    ["another aspect", '{check: image, output: out, aspect: "1:1"}', big, false],
    ["no alpha", "{check: image, output: out, alpha: true}", big, false],
    ["an image that is cut off", "{check: image, output: out}", big.subarray(0, 60), false],
    ["a JPEG", "{check: image, output: out, width: 1, height: 1}", onePixel.jpeg, true],
    ["a GIF", "{check: image, output: out, width: 1, height: 1}", onePixel.gif, true],
    ["a WebP", "{check: image, output: out, width: 1, height: 1}", onePixel.webp, true],
    ["a schema", "{check: schema, output: out, schema: {type: array}}", Buffer.from("[1]"), true],
    ["another schema", "{check: schema, output: out, schema: {type: object}}", Buffer.from("[1]"), false],
    ["no JSON", "{check: schema, output: out, schema: true}", Buffer.from("[1"), false],
    [
      "a value",
      '{check: value, output: out, at: "$.a.0.b", equals: {c: 1, d: 2}}',
      Buffer.from('{"a":[{"b":{"d":2,"c":1}}]}'),
      true,
    ],
    ["a value that is not there", "{check: value, output: out, at: a.b}", Buffer.from('{"a":1}'), false],
    ["a value of the prototype", "{check: value, output: out, at: constructor}", Buffer.from("{}"), false],
    ["a pattern", "{check: text, output: out, pattern: ^b+$}", Buffer.from("a\nbb\n"), true],
    [
      "a pattern that must be absent",
      "{check: text, output: out, pattern: b, absent: true}",
      Buffer.from("b"),
      false,
    ],
    [
      "a pattern without end",
      "{check: text, output: out, pattern: ^(a+)+$}",
      Buffer.from(`${"a".repeat(60)}!`),
      false,
    ],
  ];
  for (const [what, check, content, passes] of rows) {
    verifies("operator.checks", `knows ${what}`, async () => {
      const operator = operatorOf(
        `${contractHead}tier: workspace-write\noutputs:\n  out: {}\nchecks:\n  - ${check}\n`,
      );
      const [declared] = operator.outputs;
      if (declared === undefined) throw new Error("one output is declared");
      const output = { declared, label: "out", content, digest: digestOf(content) };
      const ledger = { ...emptyLedger, thread: "t", completedTurns: 1 };
      const turn = { status: "completed", answer: '{"status":"ok"}' } as const;
      const judged = await judge({ request: operator, ledger, turn, outputs: [output] });
      expect(judged.at(-2)).toMatchObject({ status: passes ? "passed" : "failed" });
    });
  }
});

describe("a check's command", () => {
  verifies(
    "operator.command_check",
    "gets each file of a list as a word, and nothing of what was not given",
    async () => {
      const text = [
        contractHead.trimEnd(),
        "tier: workspace-write",
        "inputs: {word: {type: string}, none: {type: string}}",
        "outputs: {one: {}, two: {}}",
        "checks:",
        '  - {check: command, run: [look, "{{outputs.one}}", "-x={{word}}", "{{none}}", "{{ word }}"]}',
      ].join("\n");
      const operator = operatorOf(text, { given: { word: "a b; {{none}} $(id)" } });
      const [declared] = operator.outputs;
      if (declared === undefined) throw new Error("two outputs are declared");
      const kept = (path: string): CollectedOutput => ({ declared, label: path, kept: path });
      const run = async (outputs: readonly CollectedOutput[]) => {
        const asked: (readonly string[])[] = [];
        const rows = await judge({
          request: operator,
          ledger: { ...emptyLedger, thread: "t", completedTurns: 1 },
          turn: { status: "completed", answer: '{"status":"ok"}' },
          outputs,
          runCommand: async (command) => {
            asked.push(command);
            return { exitCode: 0, output: "" };
          },
        });
        return { asked, status: rows.find(({ check }) => check.startsWith("command"))?.status };
      };
      expect(await run([kept("/k/1"), kept("/k/2")])).toEqual({
        asked: [["look", "/k/1", "/k/2", "-x=a b; {{none}} $(id)", "a b; {{none}} $(id)"]],
        status: "passed",
      });
      const lost: CollectedOutput = { declared, label: "lost", problem: "it was not made" };
      expect(await run([kept("/k/1"), lost])).toEqual({ asked: [], status: "skipped" });
    },
  );
});

describe("the text of a contract", () => {
  const text = `${contractHead}inputs:\n  words: {type: string}\nreturns: {type: object}\n`;

  verifies("operator.rendering", "has six sections in one order", () => {
    const rendered = renderContract(operatorOf(text, { given: { words: "hello" } }), {
      workspace: "/w",
      scratchPaths: [],
    });
    expect(rendered.match(/^# .*$/gm)).toEqual([
      "# TASK",
      "# INPUTS",
      "# STEPS",
      "# HARD CONSTRAINTS",
      "# VERIFICATION",
      "# FINAL FORMAT",
    ]);
    expect(rendered).toContain('Input "words" (string):\n========\nhello\n========');
  });

  verifies("operator.rendering", "keeps every value between fences that are not in it", () => {
    const parts = fc.constantFrom("=", "\n", "# FINAL FORMAT", "{{words}}", "$&", "x", "========", "\r");
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 40 }).map((words) => words.join("")),
        (words) => {
          const rendered = renderContract(operatorOf(text, { given: { words } }), {
            workspace: "/w",
            scratchPaths: [],
          });
          const [, fence = ""] = /Input "words" \(string\):\n(=+)\n/.exec(rendered) ?? [];
          expect(words.includes(fence)).toBe(false);
          expect(rendered).toContain(`\n${fence}\n${words}\n${fence}\n`);
        },
      ),
    );
  });
});
