import { expect } from "vitest";
import * as z from "zod";
import { reportError } from "../../src/domain/errors/tandem-error.ts";
import { strictJsonSchema } from "../../src/tasks/strict-schema.ts";
import { runStructuredTurn } from "../../src/tasks/structured-turn.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { fakeSession, noLimits } from "./support.ts";

const schema = z.object({
  verdict: z.enum(["approve", "reject"]),
  confidence: z.number().min(0).max(1).nullable(),
});
const input = { type: "prompt", text: "Judge it.", images: ["/w/a.png"] } as const;
const valid = '{"verdict":"approve","confidence":0.5}';
const parsed = { verdict: "approve", confidence: 0.5 };

const accepted = [valid, `\n ${valid}\n`, `\`\`\`json\n${valid}\n\`\`\``, `\`\`\`\n${valid}\n\`\`\`  \n`];
for (const answer of accepted) {
  verifies("tasks.structured_turn", `${JSON.stringify(answer)} is taken as it is, in one turn`, async () => {
    const session = fakeSession([{ answer }]);
    const outcome = await runStructuredTurn(session, input, schema, noLimits());
    expect(outcome).toMatchObject({ ok: true, answer: parsed, raw: answer, turns: [{ turn: "turn-1" }] });
    expect(session.inputs).toEqual([{ ...input, outputSchema: strictJsonSchema(schema) }]);
  });
}

const refused: readonly (readonly [claim: string, answer: string, problem: RegExp])[] = [
  ["prose", "I approve.", /it is not JSON/],
  ["nothing", "", /it is empty/],
  ["blanks", " \n ", /it is empty/],
  ["half of the JSON", valid.slice(0, -5), /it is not JSON/],
  ["prose around the JSON", `Here: ${valid}`, /it is not JSON/],
  ["two fenced answers", `\`\`\`\n${valid}\n\`\`\`\n\n\`\`\`\n${valid}\n\`\`\``, /it is not JSON/],
  ["an unknown word", '{"verdict":"lgtm","confidence":null}', /^verdict: /],
  ["a missing field", '{"verdict":"approve"}', /^confidence: /],
  ["a number out of its range", '{"verdict":"approve","confidence":7}', /^confidence: /],
  ["a list", `[${valid}]`, /^the answer: /],
];

for (const [claim, answer, problem] of refused) {
  verifies(
    "tasks.structured_turn",
    `${claim}: one repair turn on the same thread, without the images`,
    async () => {
      const session = fakeSession([{ answer }, { answer: valid }]);
      const outcome = await runStructuredTurn(session, input, schema, noLimits());
      expect(outcome).toMatchObject({ ok: true, answer: parsed, raw: valid });
      expect(outcome.turns).toHaveLength(2);
      expect(session.inputs[1]).toMatchObject({
        type: "prompt",
        images: [],
        outputSchema: strictJsonSchema(schema),
      });
      expect(JSON.stringify(session.inputs[1])).not.toContain("Judge it.");
    },
  );

  verifies("tasks.structured_turn", `${claim} twice: schema_violation, with the last text kept`, async () => {
    const last = `${answer}?`;
    const session = fakeSession([{ answer: valid.slice(1) }, { answer: last }]);
    const outcome = await runStructuredTurn(session, input, schema, noLimits());
    expect(outcome).toMatchObject({ ok: false, error: { kind: "schema_violation" }, raw: last });
    expect(outcome.turns).toHaveLength(2);
  });

  verifies(
    "tasks.structured_turn",
    `${claim} where no second turn can follow: schema_violation`,
    async () => {
      const session = fakeSession([{ answer }], { takesFollowUps: false });
      const outcome = await runStructuredTurn(session, input, schema, noLimits());
      expect(outcome).toMatchObject({
        ok: false,
        error: { kind: "schema_violation", details: { problem: expect.stringMatching(problem) } },
        raw: answer,
      });
      expect(session.inputs).toHaveLength(1);
    },
  );
}

const quota = reportError("quota", { cause: "You've hit your usage limit." });

verifies("tasks.structured_turn", "a failed turn is its error, whatever it had said before", async () => {
  const session = fakeSession([{ status: "failed", answer: valid, error: quota }]);
  const outcome = await runStructuredTurn(session, input, schema, noLimits());
  expect(outcome).toMatchObject({ ok: false, error: { kind: "quota" }, raw: valid });
  expect(session.inputs).toHaveLength(1);
});

verifies("tasks.structured_turn", "a failed turn that said nothing keeps no text", async () => {
  const session = fakeSession([{ status: "failed", error: quota }]);
  const outcome = await runStructuredTurn(session, input, schema, noLimits());
  expect(outcome).toMatchObject({ ok: false, error: { kind: "quota" } });
  expect(outcome).not.toHaveProperty("raw");
});

verifies(
  "tasks.structured_turn",
  "a failed repair turn is its error, and the first text is kept",
  async () => {
    const session = fakeSession([{ answer: "I approve." }, { status: "failed", error: quota }]);
    const outcome = await runStructuredTurn(session, input, schema, noLimits());
    expect(outcome).toMatchObject({ ok: false, error: { kind: "quota" }, raw: "I approve." });
    expect(outcome.turns).toHaveLength(2);
  },
);

verifies("tasks.structured_turn", "no text but a valid answer ever comes out as an answer", async () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constantFrom(...accepted));
  await fc.assert(
    fc.asyncProperty(text, async (answer) => {
      const outcome = await runStructuredTurn(
        fakeSession([{ answer }], { takesFollowUps: false }),
        input,
        schema,
        noLimits(),
      );
      expect(outcome.ok).toBe(accepted.includes(answer));
      expect(outcome.raw).toBe(answer);
    }),
    fc.cases(300),
  );
});
