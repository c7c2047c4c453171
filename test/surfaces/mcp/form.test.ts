import { expect } from "vitest";
import type { Pending } from "../../../src/domain/pending.ts";
import { answerOf, formOf } from "../../../src/surfaces/mcp/forms/form.ts";
import { verifies } from "../../support/requirements.ts";

const expiresAt = "2026-01-01T00:00:00.000Z";
const command: Pending = {
  id: "1",
  kind: "command",
  text: "Codex wants to run a command:\n  rm -rf /\u001b[2Kx",
  choices: ["accept", "decline", "cancel"],
  expiresAt,
};
const question: Pending = {
  id: "2",
  kind: "question",
  text: "Which?",
  choices: [],
  questions: [
    { id: "colour", text: "Which colour?", choices: ["red", "blue"] },
    { id: "size", text: "Which size?", choices: [] },
  ],
  expiresAt,
};

verifies("mcp.forms", "a form shows all of a request, what accepting means, and declines first", () => {
  const { message, requestedSchema } = formOf(command, "kqvbgm");
  expect(message).toMatch(/^Codex asks \(job kqvbgm\):\n\nCodex wants to run a command:\n {2}rm -rf \//);
  expect(message).not.toContain("\u001b");
  expect(message).toContain("OUTSIDE of Codex's sandbox");
  expect(requestedSchema).toEqual({
    type: "object",
    properties: {
      tandem_decision: { type: "string", title: "Your decision", enum: ["decline", "accept", "cancel"] },
    },
    required: ["tandem_decision"],
  });
  expect(
    formOf({ ...command, choices: ["decline", "cancel"] }, "x").requestedSchema.properties,
  ).toMatchObject({
    tandem_decision: { enum: ["decline", "cancel"] },
  });
});

verifies("mcp.forms", "a question is a form of its own inputs", () => {
  expect(formOf(question, "x").requestedSchema).toEqual({
    type: "object",
    properties: {
      colour: { type: "string", title: "Which colour?", enum: ["red", "blue"] },
      size: { type: "string", title: "Which size?" },
    },
    required: ["colour", "size"],
  });
  expect(answerOf(question, { action: "accept", content: { colour: "red", size: 7 } })).toEqual({
    decision: "accept",
    answers: { colour: "red", size: "7" },
    origin: "form",
  });
});

verifies("mcp.forms", "only a clear yes accepts; a form that was closed or filled in badly declines", () => {
  const decided = (content?: Record<string, unknown>) =>
    answerOf(command, { action: "accept", content }).decision;
  expect(decided({ tandem_decision: "accept" })).toBe("accept");
  expect(decided({ tandem_decision: "cancel" })).toBe("cancel");
  for (const word of ["decline", "Accept", "yes", true, 1, ["accept"], undefined]) {
    expect(decided({ tandem_decision: word }), String(word)).toBe("decline");
  }
  expect(decided()).toBe("decline");
  expect(decided({ decision: "accept" })).toBe("decline");
  for (const action of ["decline", "cancel"] as const) {
    expect(answerOf(command, { action, content: { tandem_decision: "accept" } })).toEqual({
      decision: "decline",
      origin: "form",
    });
    expect(answerOf(question, { action }).decision).toBe("decline");
  }
});
