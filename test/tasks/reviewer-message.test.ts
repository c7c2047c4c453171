import { describe, expect } from "vitest";
import { readRenderedReview, readReviewerData } from "../../src/tasks/reviewer-message.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const finding = {
  title: "[P1] Off by one",
  body: "The loop ends early.",
  confidence_score: 0.8,
  priority: 1,
  code_location: { absolute_file_path: "/w/a.ts", line_range: { start: 3, end: 4 } },
};
const review = {
  findings: [finding],
  overall_correctness: "patch is incorrect",
  overall_explanation: "One bug.",
  overall_confidence_score: 0.7,
};

describe("the reviewer's data", () => {
  verifies("tasks.reviewer", "comes out whole, priorities as severities", async () => {
    expect(await readReviewerData(JSON.stringify(review))).toEqual({
      basis: "data",
      overall: "incorrect",
      explanation: "One bug.",
      confidence: 0.7,
      findings: [
        {
          title: "Off by one",
          body: "The loop ends early.",
          severity: "high",
          confidence: 0.8,
          path: "/w/a.ts",
          lineStart: 3,
          lineEnd: 4,
        },
      ],
    });
  });

  const fences = ["```json\nX\n```", "```\nX\n```", "\n\n```json  \nX\n```\n", "  X\n"];
  for (const fence of fences) {
    verifies("tasks.reviewer", `is read from ${JSON.stringify(fence)}`, async () => {
      const text = fence.replace("X", () => JSON.stringify(review, undefined, 2));
      expect(await readReviewerData(text)).toMatchObject({ overall: "incorrect", findings: [{}] });
    });
  }

  const severities: readonly (readonly [priority: unknown, title: string, severity: string])[] = [
    [0, "x", "critical"],
    [1, "x", "high"],
    [2, "x", "medium"],
    [3, "x", "low"],
    [null, "[P0] x", "critical"],
    [undefined, "[P3] x", "low"],
    [null, "x", "medium"],
    [2, "[P0] x", "medium"],
  ];
  for (const [priority, title, severity] of severities) {
    verifies(
      "tasks.reviewer",
      `priority ${String(priority)} of ${JSON.stringify(title)} is ${severity}`,
      async () => {
        const read = await readReviewerData(
          JSON.stringify({ ...review, findings: [{ ...finding, title, priority }] }),
        );
        expect(read?.findings[0]).toMatchObject({ severity, title: "x" });
      },
    );
  }

  const refused: readonly (readonly [claim: string, text: string])[] = [
    ["half of the JSON", JSON.stringify(review).slice(0, 60)],
    ["an opened fence", `\`\`\`json\n${JSON.stringify(review)}`],
    ["prose", "Looks good to me."],
    ["prose around the JSON", `Here it is: ${JSON.stringify(review)}`],
    ["nothing", ""],
    ["another object", "{}"],
    ["a list", JSON.stringify([review])],
    ["null", "null"],
    [
      "a priority that does not exist",
      JSON.stringify({ ...review, findings: [{ ...finding, priority: 4 }] }),
    ],
    ["a priority in words", JSON.stringify({ ...review, findings: [{ ...finding, priority: "P1" }] })],
    ["findings that are no list", JSON.stringify({ ...review, findings: "none" })],
    ["a missing judgement", JSON.stringify({ ...review, overall_correctness: undefined })],
    ["a judgement that is no text", JSON.stringify({ ...review, overall_correctness: true })],
  ];
  for (const [claim, text] of refused) {
    verifies("tasks.reviewer", `is not made out of ${claim}`, async () => {
      expect(await readReviewerData(text)).toBeUndefined();
    });
  }

  const judgements: readonly (readonly [text: string, overall: string | undefined])[] = [
    ["patch is correct", "correct"],
    ["Patch is correct.", "correct"],
    ["the patch is incorrect", "incorrect"],
    ["patch is not correct", undefined],
    ["correct", undefined],
    ["mostly correct", undefined],
    ["patch is correct if nobody calls it", undefined],
    ["patch is correct and incorrect", undefined],
    ["approve", undefined],
    ["", undefined],
  ];
  for (const [text, overall] of judgements) {
    verifies("tasks.reviewer", `the judgement ${JSON.stringify(text)} is ${overall ?? "none"}`, async () => {
      const read = await readReviewerData(
        JSON.stringify({ ...review, findings: [], overall_correctness: text }),
      );
      expect(read?.basis).toBe("data");
      expect(read?.overall).toBe(overall);
    });
  }

  verifies("tasks.reviewer", "leaves out what is null, absent or out of its range", async () => {
    const bare = {
      findings: [
        { title: "a", body: "b" },
        { title: "a", body: "b", priority: null, confidence_score: 7, code_location: null },
        {
          title: "a",
          body: "b",
          confidence_score: -1,
          code_location: { absolute_file_path: "x", line_range: null },
        },
        {
          title: "a",
          body: "b",
          code_location: { absolute_file_path: "x", line_range: { start: 0, end: 0 } },
        },
      ],
      overall_correctness: "patch is correct",
      overall_explanation: "",
      overall_confidence_score: 80,
    };
    const plain = { title: "a", body: "b", severity: "medium" };
    expect(await readReviewerData(JSON.stringify(bare))).toEqual({
      basis: "data",
      overall: "correct",
      explanation: "",
      findings: [plain, plain, { ...plain, path: "x" }, { ...plain, path: "x" }],
    });
  });
});

describe("the rendered text", () => {
  verifies("tasks.reviewer", "gives one comment with its body", () => {
    const text = "It breaks.\n\nReview comment:\n\n- [P1] Bad line — /w/f.txt:2-3\n  it breaks\n  \n  twice";
    expect(readRenderedReview(text)).toEqual({
      basis: "rendered",
      overall: "incorrect",
      explanation: "It breaks.",
      findings: [
        {
          title: "Bad line",
          body: "it breaks\n\ntwice",
          severity: "high",
          path: "/w/f.txt",
          lineStart: 2,
          lineEnd: 3,
        },
      ],
    });
  });

  verifies("tasks.reviewer", "gives several comments, with and without priority and tick box", () => {
    const text = [
      "Three.",
      "",
      "Full review comments:",
      "",
      "- [P0] One — /w/a b.txt:1-1",
      "  body one",
      "",
      "- [x] [P3] Two — C:\\w\\b.txt:10-12",
      "- Three — /w/c.txt:0-0",
      "  body three",
    ].join("\n");
    expect(readRenderedReview(text).findings).toEqual([
      { title: "One", body: "body one", severity: "critical", path: "/w/a b.txt", lineStart: 1, lineEnd: 1 },
      { title: "Two", body: "", severity: "low", path: "C:\\w\\b.txt", lineStart: 10, lineEnd: 12 },
      { title: "Three", body: "body three", severity: "medium", path: "/w/c.txt" },
    ]);
  });

  verifies("tasks.reviewer", "a title with em dashes and places keeps them; the last place counts", () => {
    const heading = "- [P1] Broken — see /etc/passwd:1-2 — again — /w/f.txt:2-2";
    expect(readRenderedReview(`x\n\nReview comment:\n\n${heading}`).findings).toMatchObject([
      { title: "Broken — see /etc/passwd:1-2 — again", path: "/w/f.txt", lineStart: 2 },
    ]);
  });

  verifies(
    "tasks.reviewer",
    "a title that is broken over lines gives no judgement and no false finding",
    () => {
      const text = "x\n\nReview comment:\n\n- [P1] first\nsecond — /w/f.txt:2-2\n  body";
      expect(readRenderedReview(text)).toMatchObject({ overall: undefined, findings: [] });
    },
  );

  verifies("tasks.reviewer", "headings inside a body stay part of the body", () => {
    const text = "x\n\nReview comment:\n\n- One — /w/f.txt:1-1\n  - [P0] Two — /w/g.txt:1-1";
    expect(readRenderedReview(text).findings).toMatchObject([{ body: "- [P0] Two — /w/g.txt:1-1" }]);
  });

  for (const text of ["", "Looks good to me.", "Review was interrupted.", "patch is correct", "- [P1] x"]) {
    verifies("tasks.reviewer", `${JSON.stringify(text)} is no judgement`, () => {
      expect(readRenderedReview(text)).toEqual({
        basis: "rendered",
        overall: undefined,
        explanation: text,
        findings: [],
      });
    });
  }
});

describe("whatever the reviewer writes", () => {
  const words = ["\n", "\n\n", "- ", "[P1] ", " — ", "/w/a.ts", ":1-2", ":0-0", "  ", "patch is correct"];
  const frames = ["\n\nReview comment:\n\n", "\n\nFull review comments:\n\n", "```json\n", "\n```"];
  const pieces = fc.constantFrom(...words, ...frames, JSON.stringify(review), '{"findings":[', "💥");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 30 }).map((it) => it.join("")),
  );

  verifies("tasks.reviewer", "never throws, and rendered text never comes out as correct", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        const rendered = readRenderedReview(given);
        expect(rendered.overall).toBe(rendered.findings.length > 0 ? "incorrect" : undefined);
        for (const { title, path } of rendered.findings) expect(`${title}${path}`).not.toContain("\n");
        await readReviewerData(given);
      }),
      fc.cases(500),
    );
  });

  verifies("tasks.reviewer", "is correct only by the reviewer's own word", async () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("patch is correct", "Patch is correct.", "correct"),
    );
    await fc.assert(
      fc.asyncProperty(anything, anything, async (judgement, findings) => {
        const read = await readReviewerData(
          JSON.stringify({ ...review, findings, overall_correctness: judgement }),
        );
        if (read?.overall === "correct") expect(judgement).toMatch(/^patch is correct\.?$/i);
      }),
      fc.cases(500),
    );
  });

  verifies("tasks.reviewer", "is read in one pass, however long and repetitive it is", async () => {
    const much = 300_000;
    for (const hostile of [
      `\`\`\`${"\n".repeat(much)}x`,
      `\`\`\`json\n${"\n```\n".repeat(much / 4)}x`,
      `x\n\nReview comment:\n\n- ${" — ".repeat(much)}`,
      `x\n\nReview comment:\n\n- ${":1-1 ".repeat(much)}`,
      `x\n\nReview comment:\n\n- a — b:1-1\n${"  line\n".repeat(much)}`,
    ]) {
      expect(await readReviewerData(hostile)).toBeUndefined();
      expect(readRenderedReview(hostile).overall).not.toBe("correct");
    }
  });
});
