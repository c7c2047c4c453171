import Ajv from "ajv";
import { expect } from "vitest";
import { formQuestions, readForm } from "../../../src/codex/app-server/elicitation-form.ts";
import type {
  McpElicitationPrimitiveSchema,
  McpElicitationSchema,
} from "../../../src/codex/protocol/generated.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

function form(field: McpElicitationPrimitiveSchema, required = true): McpElicitationSchema {
  return { type: "object", properties: { field }, ...(required ? { required: ["field"] } : {}) };
}

const twoPets: McpElicitationPrimitiveSchema = {
  type: "array",
  items: { type: "string", enum: ["cat", "dog", "a, b"] },
  maxItems: 2n,
};

const fits: readonly (readonly [McpElicitationPrimitiveSchema, string, unknown])[] = [
  [{ type: "string" }, "", ""],
  [{ type: "string", minLength: 2, maxLength: 3 }, "🜚🜚", "🜚🜚"],
  [{ type: "string", format: "email" }, "a@b", "a@b"],
  [{ type: "string", format: "uri" }, "https://x", "https://x"],
  [{ type: "string", format: "date" }, "2026-11-25", "2026-11-25"],
  [{ type: "string", format: "date-time" }, "2026-11-25T01:02:03Z", "2026-11-25T01:02:03Z"],
  [{ type: "string", enum: ["red", "blue"] }, "red", "red"],
  [{ type: "string", oneOf: [{ const: "r", title: "Red" }] }, "r", "r"],
  [{ type: "boolean" }, "true", true],
  [{ type: "boolean" }, "false", false],
  [{ type: "integer", minimum: -1, maximum: 3 }, "-1", -1],
  [{ type: "number" }, "1.5e3", 1500],
  [twoPets, "cat, dog", ["cat", "dog"]],
  [twoPets, "a, b", ["a, b"]],
  [twoPets, "", []],
  [{ type: "array", items: { anyOf: [{ const: "c", title: "Cat" }] } }, "c", ["c"]],
];
for (const [field, answer, value] of fits) {
  verifies("approvals.forms", `${JSON.stringify(answer)} as ${describeField(field)}`, () => {
    expect(readForm(form(field), { field: answer })).toEqual({ content: { field: value } });
  });
}

const misfits: readonly (readonly [McpElicitationPrimitiveSchema, string])[] = [
  [{ type: "string", minLength: 2 }, "a"],
  [{ type: "string", maxLength: 2 }, "abc"],
  [{ type: "string", format: "email" }, "nobody"],
  [{ type: "string", format: "uri" }, "x"],
  [{ type: "string", format: "date" }, "tomorrow"],
  [{ type: "string", format: "date-time" }, "2026-11-25"],
  [{ type: "string", enum: ["red", "blue"] }, "green"],
  [{ type: "string", oneOf: [{ const: "r", title: "Red" }] }, "Red"],
  [{ type: "boolean" }, "yes"],
  [{ type: "integer" }, "1.5"],
  [{ type: "integer" }, "0x10"],
  [{ type: "integer" }, "1e400"],
  [{ type: "integer", minimum: 1 }, "0"],
  [{ type: "number", maximum: 1 }, "2"],
  [{ type: "number" }, ""],
  [{ type: "number" }, "Infinity"],
  [twoPets, "cat, mouse"],
  [twoPets, "cat, dog, a"],
  [{ type: "array", items: { type: "string", enum: ["cat"] }, minItems: 1n }, ""],
  [{ type: "object" } as unknown as McpElicitationPrimitiveSchema, "{}"],
];
for (const [field, answer] of misfits) {
  verifies("approvals.forms", `${JSON.stringify(answer)} is not ${describeField(field)}`, () => {
    expect(readForm(form(field), { field: answer })).toEqual({ problem: expect.stringContaining("takes") });
  });
}

verifies("approvals.forms", "a field without an answer: left out, its default, or a problem", () => {
  expect(readForm(form({ type: "string", default: "x" }, false), {})).toEqual({ content: {} });
  expect(readForm(form({ type: "string", default: "x" }), {})).toEqual({ content: { field: "x" } });
  expect(readForm(form({ type: "boolean", default: false }), {})).toEqual({ content: { field: false } });
  expect(readForm(form({ type: "string" }), {})).toEqual({ problem: '"field" has no answer' });
});

verifies("approvals.forms", "names of an object's own machinery are names like others", () => {
  const properties = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}');
  const schema: McpElicitationSchema = { type: "object", properties, required: ["constructor"] };
  expect(readForm(schema, {})).toEqual({ problem: '"constructor" has no answer' });
  const answers = JSON.parse('{"__proto__":"a","constructor":"b"}');
  expect(JSON.stringify(readForm(schema, answers))).toBe('{"content":{"__proto__":"a","constructor":"b"}}');
  expect(readForm(form({ type: "string" }), { toString: "x" })).toMatchObject({
    problem: expect.stringContaining("toString"),
  });
});

verifies("approvals.forms", "the questions say what each field takes", () => {
  const schema: McpElicitationSchema = {
    type: "object",
    properties: {
      age: { type: "integer", title: "Your age", description: "in years", minimum: 1, maximum: 150 },
      mail: { type: "string", format: "email", maxLength: 50 },
      colour: { type: "string", enum: ["red", "blue"] },
      pets: twoPets,
    },
    required: ["age"],
  };
  expect(formQuestions(schema)).toEqual([
    { id: "age", text: "Your age - in years - a whole number, at least 1, at most 150", choices: [] },
    { id: "mail", text: "mail - a text of the form email, at most 50 characters - optional", choices: [] },
    { id: "colour", text: "colour - optional", choices: ["red", "blue"] },
    {
      id: "pets",
      text: "pets - one or more of cat, dog, a, b, separated by commas, at most 2 - optional",
      choices: ["cat", "dog", "a, b"],
    },
  ]);
});

verifies(
  "approvals.forms",
  "whatever is answered, what goes back is valid under the server's own schema",
  () => {
    const words = fc.constantFrom("red", "blue", "", "7", "true", "-3", "1.5", "x", "red,blue");
    const field = fc.oneof(
      fc.record({ type: fc.constant("string"), minLength: fc.nat(3), maxLength: fc.nat(9) }),
      fc.record({ type: fc.constant("string"), enum: fc.uniqueArray(words, { minLength: 1 }) }),
      fc.record({ type: fc.constant("boolean") }),
      fc.record({
        type: fc.constantFrom("integer", "number"),
        minimum: fc.integer({ max: 0 }),
        maximum: fc.nat(),
      }),
      fc.record({
        type: fc.constant("array"),
        minItems: fc.nat(2),
        items: fc.record({ type: fc.constant("string"), enum: fc.uniqueArray(words, { minLength: 1 }) }),
      }),
    );
    const names = fc.constantFrom("a", "b", "c");
    fc.assert(
      fc.property(
        fc.dictionary(names, field),
        fc.uniqueArray(names),
        fc.dictionary(names, fc.oneof(words, fc.string())),
        (properties, required, answers) => {
          const schema = {
            type: "object",
            properties,
            required: required.filter((name) => name in properties),
          };
          const reading = readForm(schema as unknown as McpElicitationSchema, answers);
          if ("problem" in reading) return;
          const validate = new Ajv().compile(schema);
          expect(validate(reading.content), JSON.stringify([schema, answers, validate.errors])).toBe(true);
        },
      ),
      fc.cases(300),
    );
  },
);

function describeField(field: object): string {
  return JSON.stringify(field, (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
}
