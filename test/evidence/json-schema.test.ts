import Ajv from "ajv";
import { describe, expect } from "vitest";
import { jsonSchemaProblem } from "../../src/evidence/json-schema/schema-problem.ts";
import { schemaMismatch } from "../../src/evidence/json-schema/value-mismatch.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const names = fc.constantFrom("a", "b", "c");
const count = fc.integer({ min: 0, max: 3 });
const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 6);
const word = fc.constantFrom("", "a", "ab", "abc", "ü🎉", "2026-01-31", "1");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(null, true, false),
    number,
    word,
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(names, tie("any"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;
const type = fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "null");

/** Schemas of every keyword that draft 7 has, which is what the other implementation knows. */
const schema = fc.letrec((tie) => {
  const inner = tie("any");
  const some = fc.array(inner, { minLength: 1, maxLength: 2 });
  const byName = fc.dictionary(names, inner, { maxKeys: 2, noNullPrototype: true });
  const record = fc.record(
    {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }),
      const: value,
      allOf: some,
      anyOf: some,
      oneOf: some,
      not: inner,
      if: inner,
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
      // oxlint-disable-next-line unicorn/no-thenable
      then: inner,
      else: inner,
      properties: byName,
      patternProperties: fc.dictionary(fc.constantFrom("^a", "b$", "."), inner, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: inner,
      propertyNames: inner,
      required: fc.uniqueArray(names, { maxLength: 2 }),
      minProperties: count,
      maxProperties: count,
      dependencies: fc.dictionary(names, fc.oneof(inner, fc.uniqueArray(names)), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      items: fc.oneof(inner, some),
      additionalItems: inner,
      contains: inner,
      minItems: count,
      maxItems: count,
      uniqueItems: fc.boolean(),
      minLength: count,
      maxLength: count,
      // The other one counts what is outside of the basic plane twice in a pattern: "." would tell them apart.
      pattern: fc.constantFrom("^a", "b", "^[a-z]{2}$"),
      minimum: number,
      maximum: number,
      exclusiveMinimum: number,
      exclusiveMaximum: number,
      multipleOf: fc.constantFrom(0.5, 1, 3),
    },
    { requiredKeys: [] },
  );
  const few = record.chain((whole) =>
    fc
      .subarray(Object.keys(whole), { maxLength: 3 })
      .map((kept) => Object.fromEntries(Object.entries(whole).filter(([name]) => kept.includes(name)))),
  );
  return { any: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.boolean(), few) };
}).any;

describe("a JSON Schema", () => {
  verifies("operator.json_schema", "is read as another implementation reads it", () => {
    fc.assert(
      fc.property(schema, value, (wanted, given) => {
        expect(jsonSchemaProblem(wanted)).toBeUndefined();
        const isValid = new Ajv({ logger: false }).validate(wanted, given);
        expect(schemaMismatch(given, wanted) === undefined).toBe(isValid);
      }),
      fc.cases(200),
    );
  });

  const cases: readonly [string, unknown, unknown, string | undefined][] = [
    ["a key that must be there, without a type", { required: ["a"] }, {}, '"a" is missing'],
    ["too many items, without a schema of them", { maxItems: 1 }, [1, 2], "at most 1 items, and has 2"],
    [
      "a place in it",
      { properties: { a: { items: { type: "null" } } } },
      { a: [null, 1] },
      "a.1: it must be null",
    ],
    [
      "definitions",
      { $defs: { n: { type: "number" } }, items: { $ref: "#/$defs/n" } },
      [1, "x"],
      "1: it must be number",
    ],
    [
      "itself",
      { type: "object", properties: { in: { $ref: "#" } }, required: ["a"] },
      { a: 1, in: {} },
      'in: "a"',
    ],
    ["a tuple", { prefixItems: [{ type: "string" }], items: false }, ["a", 1], "1: nothing may be here"],
    ["a number of items of a kind", { contains: { type: "number" }, minContains: 2 }, [1, "x"], "at least 2"],
    ["keys that belong together", { dependentRequired: { a: ["b"] } }, { a: 1 }, '"b" is missing beside a'],
    ["a day that is none", { format: "date" }, "2026-02-30", "of the format date"],
    ["a time with its zone", { format: "date-time" }, "2026-02-28T23:59:60Z", undefined],
    ["an address", { format: "ipv4" }, "10.0.0.256", "of the format ipv4"],
    ["a format that nobody knows", { format: "double" }, "x", undefined],
    ["a key of the prototype", { required: ["constructor"] }, {}, '"constructor" is missing'],
    ["the older escapes in a pattern", { pattern: "^[a\\-b]+$" }, "c", "must match"],
  ];
  for (const [what, wanted, given, problem] of cases) {
    verifies("operator.json_schema", `knows ${what}`, () => {
      expect(jsonSchemaProblem(wanted)).toBeUndefined();
      const found = schemaMismatch(given, wanted);
      if (problem === undefined) expect(found).toBeUndefined();
      else expect(found).toContain(problem);
    });
  }

  const refused: readonly [string, unknown, string][] = [
    [
      "a keyword that is not known",
      { properties: { a: { requires: ["b"] } } },
      '#/properties/a has the keyword "requires"',
    ],
    ["a type that is none", { type: "text" }, "#/type must be one of"],
    ["a pattern that is none", { pattern: "(" }, "#/pattern must be a regular expression"],
    ["a name that is none", { patternProperties: { "(": true } }, "no regular expression"],
    ["a reference to nowhere", { $ref: "#/$defs/x" }, "which is not there"],
    [
      "a reference to another document",
      { $ref: "https://example.invalid/x" },
      "must be a place in this schema",
    ],
    ["a fault behind a reference", { $ref: "#/examples/0", examples: [{ type: 1 }] }, "must be one of"],
    ["older bounds", { exclusiveMinimum: true }, "must be a number"],
    ["no schema", "text", "# must be an object"],
  ];
  for (const [what, wanted, problem] of refused) {
    verifies("operator.json_schema", `is refused with ${what}`, () => {
      expect(jsonSchemaProblem(wanted)).toContain(problem);
    });
  }

  verifies("operator.json_schema", "without end is given up", () => {
    expect(() => schemaMismatch(1, { $ref: "#" })).toThrow("without end");
    expect(() => schemaMismatch(`${"a".repeat(60)}!`, { pattern: "^(a+)+$" })).toThrow("it took longer than");
    const deep = JSON.parse(`${'{"not":'.repeat(5_000)}true${"}".repeat(5_000)}`);
    expect(jsonSchemaProblem(deep)).toContain("too deeply");
  });
});
