import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { TurnOutcome } from "../../src/codex/engine.ts";
import { reportError } from "../../src/domain/errors/tandem-error.ts";
import { runNativeReview } from "../../src/tasks/native-review.ts";
import { verifies } from "../support/requirements.ts";
import { changedFixture, type ReviewWorldOptions, reviewWith } from "./review-world.ts";

/** A reviewer's finding at a line of a.txt. */
function finding(root: string, line: number, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    title: `[P1] Line ${line} is wrong`,
    body: "It breaks.",
    confidence_score: 0.9,
    priority: 1,
    code_location: { absolute_file_path: join(root, "a.txt"), line_range: { start: line, end: line } },
    ...changes,
  };
}

function reviewer(
  findings: readonly unknown[],
  word: string,
  changes: Partial<TurnOutcome> = {},
): Partial<TurnOutcome> {
  const message = { findings, overall_correctness: word, overall_explanation: "Why." };
  return {
    reviewerMessage: JSON.stringify(message),
    answer: "rendered",
    commands: [read("a.txt")],
    ...changes,
  };
}

function read(...paths: readonly string[]): TurnOutcome["commands"][number] {
  return { command: "git diff", status: "completed", exitCode: 0, reads: paths };
}

const details = (...findings: readonly unknown[]) => ({ answer: JSON.stringify({ findings }) });
const detail = {
  number: 1,
  category: "fact",
  quote: "changed two",
  failurePath: "Open it.",
  risk: "Data is lost.",
  recommendation: "Undo it.",
};
const nativeOnly: ReviewWorldOptions = { review: { isNativeOnly: true, form: "native" } };
const correct = "patch is correct";
const incorrect = "patch is incorrect";

describe("the verdict of a native review", () => {
  verifies("tasks.verdict", "is a pass when the reviewer read everything and found nothing", async () => {
    const { result, session, opened } = await reviewWith(runNativeReview, () => [reviewer([], correct)]);
    expect(result.parts).toMatchObject({
      verdict: "pass",
      summary: "Why.",
      findings: [],
      coverage: { status: "complete", basis: "codex", examined: ["a.txt"], omitted: [] },
    });
    expect(result.warnings).toEqual([]);
    expect(result.parts.evidence?.map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
    expect(session.inputs).toEqual([{ type: "review", target: { type: "uncommittedChanges" } }]);
    expect(opened[0]).toMatchObject({ untrusted: true });
  });

  verifies("tasks.verdict", "is none when no command printed a changed file", async () => {
    for (const commands of [[], [read("b.txt")], [read("/elsewhere/a.txt")]]) {
      const { result } = await reviewWith(runNativeReview, () => [reviewer([], correct, { commands })]);
      expect(result.parts).toMatchObject({ verdict: "none", coverage: { status: "none" } });
      expect(result.warnings).toEqual([expect.stringMatching(/read none/)]);
    }
  });

  verifies(
    "tasks.verdict",
    "is none where not every changed file was printed, and they are listed",
    async () => {
      const fixture = changedFixture();
      fixture.write({ "b.txt": "changed\n", "new.txt": "new\n" });
      const { result } = await reviewWith(
        runNativeReview,
        () => [reviewer([], correct, { commands: [read("a.txt"), read(join(fixture.root, "new.txt"))] })],
        { fixture },
      );
      expect(result.parts).toMatchObject({
        verdict: "none",
        coverage: {
          status: "partial",
          examined: ["a.txt", "new.txt"],
          omitted: [{ path: "b.txt", reason: expect.any(String) }],
        },
      });
    },
  );

  verifies("tasks.verdict", "is none when the files changed during the review", async () => {
    const { result } = await reviewWith(runNativeReview, () => [reviewer([], correct)], {
      meanwhile: (fixture) => fixture.write({ "b.txt": "changed meanwhile\n" }),
    });
    expect(result.parts.verdict).toBe("none");
    expect(result.warnings).toEqual([
      expect.stringMatching(/changed during the review; it may/),
      expect.stringMatching(/^No verdict: The files changed/),
    ]);
    expect(result.parts.evidence).toContainEqual(
      expect.objectContaining({ check: "files unchanged", status: "failed" }),
    );
  });

  verifies("tasks.verdict", "is none when the repository is gone afterwards", async () => {
    const { result } = await reviewWith(runNativeReview, () => [reviewer([], correct)], {
      meanwhile: (fixture) => rmSync(join(fixture.root, ".git"), { recursive: true }),
    });
    expect(result.parts.verdict).toBe("none");
    expect(result.warnings[0]).toMatch(/could not be compared/);
  });

  verifies(
    "tasks.verdict",
    "is a fail for a high finding in a changed hunk, concerns for one at nothing",
    async () => {
      const { result } = await reviewWith(
        runNativeReview,
        ({ root }) => [reviewer([finding(root, 2)], incorrect)],
        nativeOnly,
      );
      expect(result.parts).toMatchObject({
        verdict: "fail",
        findings: [{ anchor: "exact", proof: "witnessed" }],
      });
      const other = await reviewWith(
        runNativeReview,
        () => [reviewer([finding("/elsewhere", 2)], incorrect)],
        nativeOnly,
      );
      expect(other.result.parts).toMatchObject({
        verdict: "concerns",
        findings: [{ anchor: "missing", proof: "claim", file: "/elsewhere/a.txt" }],
      });
    },
  );

  const unread: readonly (readonly [claim: string, outcome: Partial<TurnOutcome>])[] = [
    ["a judgement of an unknown word", reviewer([], "looks fine")],
    ["no data and no finding in the text", { answer: "Looks good to me.", commands: [read("a.txt")] }],
    ["half of the data", { ...reviewer([], correct), reviewerMessage: '{"findings":[],"overall_correct' }],
    ["an unknown priority", reviewer([{ ...finding("/w", 2), priority: 9 }], correct)],
  ];
  for (const [claim, outcome] of unread) {
    verifies("tasks.verdict", `is none with ${claim}, and the text is kept`, async () => {
      const { result } = await reviewWith(runNativeReview, () => [outcome], nativeOnly);
      expect(result.parts).toMatchObject({ verdict: "none", raw: outcome.reviewerMessage ?? outcome.answer });
      expect(result.warnings.at(-1)).toMatch(/^No verdict: The reviewer's answer could not be read/);
    });
  }

  verifies("tasks.verdict", "is none when the turn failed, although an approval had arrived", async () => {
    const { result } = await reviewWith(runNativeReview, () => [
      reviewer([], correct, { status: "failed", error: reportError("quota", { cause: "used up" }) }),
    ]);
    expect(result.parts).toMatchObject({ verdict: "none", findings: [], error: { kind: "quota" } });
    expect(result.parts).toHaveProperty("raw");
    expect(result.parts).not.toHaveProperty("summary");
    expect(result.parts.evidence).toContainEqual(
      expect.objectContaining({ check: "turn completed", status: "failed" }),
    );
  });

  verifies("tasks.verdict", "is never a pass in a rehearsal", async () => {
    const { result } = await reviewWith(runNativeReview, () => [reviewer([], correct)], {
      request: { rehearsal: true },
    });
    expect(result.parts.verdict).toBe("none");
  });
});

describe("the schema turn after a native review", () => {
  verifies("review.details", "fills in what the reviewer left out, and nothing else", async () => {
    const { result, session } = await reviewWith(runNativeReview, ({ root }) => [
      reviewer([finding(root, 2), finding(root, 15)], incorrect),
      details(detail, {
        ...detail,
        number: 2,
        category: "question",
        quote: null,
        failurePath: null,
        risk: null,
      }),
    ]);
    const [first, second] = result.parts.findings ?? [];
    expect(first).toMatchObject({
      title: "Line 2 is wrong",
      body: "It breaks.",
      severity: "high",
      category: "fact",
      quote: "changed two",
      failurePath: "Open it.",
      risk: "Data is lost.",
      recommendation: "Undo it.",
      confidence: 0.9,
      anchor: "exact",
    });
    expect(second).toMatchObject({ title: "Line 15 is wrong", category: "question", anchor: "moved" });
    for (const key of ["quote", "failurePath", "risk"]) expect(second).not.toHaveProperty(key);
    expect(session.inputs).toHaveLength(2);
    expect(JSON.stringify(session.inputs[1])).toContain(
      "1. Line 2 is wrong (a.txt:2)\\n2. Line 15 is wrong (a.txt:15)",
    );
    expect(result.turns).toHaveLength(2);
  });

  verifies(
    "review.details",
    "a quote decides the anchor outside of the changed lines, and is part of the id",
    async () => {
      const outcomes = (quote: string) => async () => {
        const { result } = await reviewWith(runNativeReview, ({ root }) => [
          reviewer([finding(root, 15)], incorrect),
          details({ ...detail, quote }),
        ]);
        return result.parts;
      };
      const found = await outcomes("line 4")();
      const nowhere = await outcomes("nobody wrote this")();
      expect(found).toMatchObject({ verdict: "fail", findings: [{ anchor: "moved" }] });
      expect(nowhere).toMatchObject({ verdict: "concerns", findings: [{ anchor: "missing" }] });
      expect(found.findings?.[0]?.id).not.toBe(nowhere.findings?.[0]?.id);
    },
  );

  verifies(
    "review.details",
    "keeps findings that it has no details for, and ignores details of no finding",
    async () => {
      const { result } = await reviewWith(runNativeReview, ({ root }) => [
        reviewer([finding(root, 2), finding(root, 3)], incorrect),
        details({ ...detail, number: 2 }, { ...detail, number: 7 }),
      ]);
      expect(result.parts.findings).toHaveLength(2);
      expect(result.parts.findings?.[0]).not.toHaveProperty("quote");
      expect(result.parts.findings?.[1]).toMatchObject({ quote: "changed two" });
    },
  );

  verifies("review.details", "a cancel during it cancels the run, and what was found stays", async () => {
    const { result } = await reviewWith(runNativeReview, ({ root }) => [
      reviewer([finding(root, 2)], incorrect),
      { status: "interrupted", error: reportError("cancelled", { by: "on request" }) },
    ]);
    expect(result.parts).toMatchObject({
      error: { kind: "cancelled" },
      findings: [{ title: "Line 2 is wrong" }],
    });
    const turnRow = result.parts.evidence?.find(({ check }) => check === "turn completed");
    expect(turnRow?.status).toBe("passed");
  });

  const failing: readonly (readonly [claim: string, turns: readonly Partial<TurnOutcome>[]])[] = [
    ["prose twice", [{ answer: "I said it all." }, { answer: "Really." }]],
    ["an error", [{ status: "failed", error: reportError("quota", { cause: "used up" }) }]],
    ["a limit of time", [{ status: "failed", error: reportError("timeout", { afterMs: 1 }) }]],
  ];
  for (const [claim, turns] of failing) {
    verifies("review.details", `${claim}: the findings and the verdict stay, with a warning`, async () => {
      const { result } = await reviewWith(runNativeReview, ({ root }) => [
        reviewer([finding(root, 2)], incorrect),
        ...turns,
      ]);
      expect(result.parts).toMatchObject({
        verdict: "fail",
        findings: [{ title: "Line 2 is wrong", anchor: "exact" }],
      });
      expect(result.parts).not.toHaveProperty("error");
      expect(result.warnings).toEqual([
        expect.stringMatching(/^The findings have no quotes and failure paths: /),
      ]);
    });
  }

  verifies(
    "review.details",
    "is not asked for with --native-only, nor when there is no finding",
    async () => {
      for (const options of [nativeOnly, {}]) {
        const { session } = await reviewWith(
          runNativeReview,
          ({ root }) => [reviewer(options === nativeOnly ? [finding(root, 2)] : [], incorrect)],
          options,
        );
        expect(session.inputs).toHaveLength(1);
      }
    },
  );
});
