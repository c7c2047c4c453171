import { describe, expect } from "vitest";
import type { TurnOutcome } from "../../src/codex/engine.ts";
import { reportError } from "../../src/domain/errors/tandem-error.ts";
import { runStructuredReview } from "../../src/tasks/structured-review.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture } from "../workspace/support.ts";
import { changedFixture, reviewWith } from "./review-world.ts";

const bare = {
  title: "Wrong",
  severity: "high",
  category: "fact",
  file: "a.txt",
  lineStart: null,
  lineEnd: null,
  quote: null,
  failurePath: null,
  risk: null,
  recommendation: null,
  confidence: null,
};

function answer(
  verdict: string,
  findings: readonly Readonly<Record<string, unknown>>[] = [],
  changes: Partial<TurnOutcome> = {},
): Partial<TurnOutcome> {
  const whole = findings.map((finding) => ({ ...bare, ...finding }));
  const text = { verdict, summary: "So it is.", confidence: 0.6, findings: whole, questions: ["Why?"] };
  return { answer: JSON.stringify(text), ...changes };
}

function read(...paths: readonly string[]): TurnOutcome["commands"] {
  return [{ command: "cat", status: "completed", exitCode: 0, reads: paths }];
}

describe("a review under our own prompt", () => {
  verifies(
    "review.structured",
    "passes when the model approves of a change that it was shown whole",
    async () => {
      const { result, session, opened } = await reviewWith(runStructuredReview, () => [answer("approve")]);
      expect(result.parts).toMatchObject({
        verdict: "pass",
        summary: "So it is.",
        confidence: 0.6,
        findings: [],
        questions: ["Why?"],
        coverage: { status: "complete", basis: "gathered", examined: ["a.txt"], omitted: [] },
      });
      expect(opened[0]).toMatchObject({ untrusted: true, tier: "read-only" });
      expect(JSON.stringify(session.inputs)).toContain("+changed two");
    },
  );

  const words: readonly (readonly [word: string, severity: string, verdict: string])[] = [
    ["approve", "nit", "pass"],
    ["approve", "medium", "concerns"],
    ["approve", "critical", "concerns"],
    ["concerns", "low", "concerns"],
    ["concerns", "high", "fail"],
    ["reject", "low", "concerns"],
    ["reject", "critical", "fail"],
  ];
  for (const [word, severity, verdict] of words) {
    verifies("review.structured", `${word} with a ${severity} finding: ${verdict}`, async () => {
      const { result } = await reviewWith(runStructuredReview, () => [
        answer(word, [{ severity, lineStart: 2 }]),
      ]);
      expect(result.parts).toMatchObject({ verdict, findings: [{ severity, anchor: "exact" }] });
    });
  }

  verifies("review.structured", "an approval before the turn failed counts for nothing", async () => {
    const error = reportError("network_unreachable", { cause: "gone" });
    const { result } = await reviewWith(runStructuredReview, () => [
      answer("approve", [], { status: "failed", error }),
    ]);
    expect(result.parts).toMatchObject({
      verdict: "none",
      findings: [],
      error: { kind: "network_unreachable" },
    });
    expect(result.parts.raw).toContain('"approve"');
    expect(result.parts).not.toHaveProperty("summary");
  });

  verifies("review.structured", "prose twice is schema_violation with its text, and no verdict", async () => {
    const { result, session } = await reviewWith(runStructuredReview, () => [
      { answer: "LGTM" },
      { answer: "LGTM!" },
    ]);
    expect(result.parts).toMatchObject({
      verdict: "none",
      raw: "LGTM!",
      error: { kind: "schema_violation" },
    });
    expect(session.inputs).toHaveLength(2);
  });

  verifies(
    "review.structured",
    "the answer of the repair turn counts, and its commands as well",
    async () => {
      const fixture = changedFixture();
      fixture.write({ "big.txt": "x".repeat(500) });
      const { result } = await reviewWith(
        runStructuredReview,
        () => [{ answer: "LGTM", commands: read("big.txt") }, answer("approve")],
        { fixture, request: { inputByteCap: 400 } },
      );
      expect(result.parts).toMatchObject({ verdict: "pass", coverage: { status: "complete", omitted: [] } });
      expect(result.turns).toHaveLength(2);
    },
  );

  verifies(
    "review.structured",
    "what did not fit is listed and keeps an approval from being a pass",
    async () => {
      const fixture = changedFixture();
      fixture.write({ "big.txt": "x".repeat(500) });
      const { result, session } = await reviewWith(runStructuredReview, () => [answer("approve")], {
        fixture,
        request: { inputByteCap: 400 },
      });
      expect(result.parts).toMatchObject({
        verdict: "none",
        coverage: {
          status: "partial",
          examined: ["a.txt"],
          omitted: [{ path: "big.txt", reason: expect.stringContaining("limit of 400 bytes") }],
        },
      });
      expect(result.parts.evidence).toContainEqual(
        expect.objectContaining({ check: "change shown whole", status: "failed" }),
      );
      expect(JSON.stringify(session.inputs)).toContain('- \\"big.txt\\": ');
      expect(JSON.stringify(session.inputs)).not.toContain("xxxxx");
    },
  );

  verifies("review.structured", "nothing shown and nothing read: no verdict at all", async () => {
    const { result } = await reviewWith(runStructuredReview, () => [answer("reject", [{ lineStart: 2 }])], {
      request: { inputByteCap: 10 },
    });
    expect(result.parts).toMatchObject({ verdict: "none", coverage: { status: "none", examined: [] } });
  });

  verifies(
    "review.structured",
    "a file that changed meanwhile keeps an approval from being a pass",
    async () => {
      const { result } = await reviewWith(runStructuredReview, () => [answer("approve")], {
        meanwhile: (fixture) => fixture.write({ "a.txt": "other\n" }),
      });
      expect(result.parts.verdict).toBe("none");
    },
  );

  verifies("review.structured", "the focus stands in the prompt as it was given", async () => {
    const focus = "races!\n--write $(id) `~~~~~~`";
    const { session } = await reviewWith(runStructuredReview, () => [answer("approve")], {
      review: { focus },
    });
    const [input] = session.inputs;
    expect(input?.type === "prompt" && input.text.includes(`in particular:\n${focus}\n`)).toBe(true);
  });
});

describe("where a finding points", () => {
  const old = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const text = (lines: readonly string[], end = "\n") => `${lines.join(end)}${end}`;

  async function anchorsOf(fixture: Fixture, places: readonly Readonly<Record<string, unknown>>[]) {
    const { result } = await reviewWith(runStructuredReview, () => [answer("concerns", places)], { fixture });
    return (result.parts.findings ?? []).map(({ anchor }) => anchor);
  }

  verifies("tasks.anchors", "in a modified file: hunks, quotes, removed lines, nothing", async () => {
    const fixture = Fixture.withCommit({ "a.txt": text(old) });
    fixture.write({ "a.txt": text(["first", ...old.slice(0, 20), "\tchanged  ", ...old.slice(21)]) });
    const places = [
      { lineStart: 1 },
      { lineStart: 22, quote: "changed" },
      { lineStart: 25, quote: "anything at all" },
      { lineStart: 9, quote: "changed" },
      { lineStart: 9, quote: "line 1\nline 2" },
      { lineStart: 9, quote: "line 21" },
      { lineStart: 9, quote: "line 20\nline 21\nline 22" },
      { lineStart: 9, quote: "line 9" },
      { lineStart: 9, quote: "nobody wrote this" },
      { lineStart: 9, quote: " \n" },
      { lineStart: 9 },
      {},
      { file: `${fixture.root}/a.txt`, lineStart: 1 },
      { file: "./a.txt", lineStart: 1 },
      { file: "other.txt", lineStart: 1 },
      { file: "/etc/passwd", lineStart: 1 },
      { file: null },
    ];
    const found = ["exact", "exact", "exact", "moved", "moved", "moved", "moved", "missing", "missing"];
    const unquoted = ["moved", "moved", "moved", "exact", "exact", "missing", "missing", "missing"];
    expect(await anchorsOf(fixture, places)).toEqual([...found, ...unquoted]);
  });

  verifies("tasks.anchors", "in a renamed file: by both names, lines by the new one", async () => {
    const fixture = Fixture.withCommit({ "old.txt": text(old) });
    fixture.git("mv", "old.txt", "new.txt");
    fixture.write({ "new.txt": text(old.with(2, "changed")) });
    const places = [
      { file: "new.txt", lineStart: 3 },
      { file: "new.txt", lineStart: 20, quote: "changed" },
      { file: "old.txt", lineStart: 3 },
      { file: "old.txt", lineStart: 3, quote: "line 3" },
      { file: "old.txt", lineStart: 3, quote: "nobody wrote this" },
    ];
    expect(await anchorsOf(fixture, places)).toEqual(["exact", "moved", "moved", "moved", "missing"]);
  });

  verifies("tasks.anchors", "in a deleted file: what was deleted was under review", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\ntwo\n", "b.txt": "b\n" });
    fixture.git("rm", "--quiet", "a.txt");
    const places = [{ lineStart: 1 }, {}, { quote: "one\ntwo" }, { lineStart: 1, quote: "three" }];
    expect(await anchorsOf(fixture, places)).toEqual(["moved", "moved", "moved", "missing"]);
  });

  verifies(
    "tasks.anchors",
    "in a new file, with Windows line ends, and in one whose patch was left out",
    async () => {
      const fixture = Fixture.withCommit({ "b.txt": "b\n" });
      fixture.write({ "a.txt": text(["one", "\ttwo", "three"], "\r\n"), "one.txt": "x" });
      expect(
        await anchorsOf(fixture, [
          { lineStart: 2, quote: "two" },
          { quote: "one\r\n\ttwo\r\n" },
          { quote: "one\n  two" },
          { file: "one.txt", lineStart: 1, quote: "x" },
          { file: "one.txt", lineStart: 9, quote: "x" },
        ]),
      ).toEqual(["exact", "moved", "moved", "exact", "moved"]);
      fixture.write({ "b.txt": "y".repeat(500) });
      const { result } = await reviewWith(
        runStructuredReview,
        () => [
          answer("concerns", [
            { file: "b.txt", lineStart: 1, quote: "unknown" },
            { file: "b.txt", lineStart: 7 },
          ]),
        ],
        { fixture, request: { inputByteCap: 400 } },
      );
      expect(result.parts.findings).toMatchObject([
        { anchor: "exact", proof: "claim" },
        { anchor: "moved", proof: "claim" },
      ]);
    },
  );

  verifies(
    "tasks.anchors",
    "says what the model said: nothing is filled in for what it left out",
    async () => {
      const { result } = await reviewWith(runStructuredReview, () => [answer("concerns", [{ file: null }])]);
      expect(result.parts.findings).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f]{12}$/),
          severity: "high",
          category: "fact",
          title: "Wrong",
          anchor: "missing",
          proof: "claim",
        },
      ]);
    },
  );
});
