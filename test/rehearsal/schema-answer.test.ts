import { expect } from "vitest";
import { demoFindings } from "../../src/rehearsal/demo-findings.ts";
import { answerFor } from "../../src/rehearsal/schema-answer.ts";
import { verifies } from "../support/requirements.ts";

const known = demoFindings.map((finding) => ({ ...finding, lineStart: 1, lineEnd: 2 }));

verifies("rehearsal.demo_schema", "every kind of JSON schema value is filled, and nothing is made up", () => {
  const schema = {
    type: "object",
    properties: {
      answer: { type: "string" },
      verdict: { enum: ["pass", "none", "fail"] },
      confidence: { type: "number" },
      count: { type: ["integer", "null"] },
      done: { type: "boolean" },
      kind: { const: "review" },
      color: { type: "string", enum: ["red", "blue"] },
      detail: { anyOf: [{ type: "string" }, { type: "null" }] },
      steps: { type: "array", items: { type: "string" } },
      pair: { type: "array", items: { type: "integer" }, minItems: 2 },
      findings: { type: "array", items: { $ref: "#/$defs/finding" } },
    },
    $defs: {
      finding: {
        type: "object",
        properties: {
          line_start: { anyOf: [{ type: "integer" }, { type: "null" }] },
          other: { type: "string" },
        },
      },
    },
  };
  const nothing = {
    answer: "Note",
    verdict: "none",
    confidence: 0,
    count: null,
    done: false,
    kind: "review",
    color: "red",
    detail: null,
    steps: [],
    pair: [0, 0],
    findings: [],
  };
  expect(answerFor(schema, { note: "Note", findings: [] })).toEqual(nothing);
  expect(answerFor(schema, { note: "Note", findings: known })).toEqual({
    ...nothing,
    verdict: "fail",
    confidence: 0.9,
    findings: [
      { line_start: 1, other: "Note" },
      { line_start: 1, other: "Note" },
    ],
  });
});
