import { describe, expect } from "vitest";
import { isRecord } from "../../src/domain/json.ts";
import {
  consultAnswerSchema,
  findingSchema,
  nativeDetailSchema,
  reviewAnswerSchema,
} from "../../src/tasks/answer-schemas.ts";
import { strictJsonSchema } from "../../src/tasks/strict-schema.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const schemas = { findingSchema, reviewAnswerSchema, consultAnswerSchema, nativeDetailSchema };

/** What OpenAI's strict mode takes, written down apart from the code that keeps to it. */
const allowed = [
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "anyOf",
  "description",
];

/** Every schema inside a schema, itself included, with its place. */
function* nodes(
  node: unknown,
  place: string,
): Generator<readonly [place: string, node: Record<string, unknown>]> {
  if (!isRecord(node)) throw new Error(`${place} is no schema`);
  yield [place, node];
  if (isRecord(node["properties"]))
    for (const [name, below] of Object.entries(node["properties"])) yield* nodes(below, `${place}.${name}`);
  if ("items" in node) yield* nodes(node["items"], `${place}[]`);
  if (Array.isArray(node["anyOf"])) for (const below of node["anyOf"]) yield* nodes(below, `${place}|`);
}

for (const [name, schema] of Object.entries(schemas)) {
  describe(name, () => {
    verifies("tasks.schemas", "is of the strict subset at every place", () => {
      const all = [...nodes(strictJsonSchema(schema), name)];
      for (const [place, node] of all) {
        expect(
          Object.keys(node).filter((key) => !allowed.includes(key)),
          place,
        ).toEqual([]);
        if (node["type"] !== "object") continue;
        expect(node["additionalProperties"], place).toBe(false);
        expect(node["required"], place).toEqual(Object.keys(node["properties"] ?? {}));
      }
      expect(isRecord(all[0]?.[1]) && all[0][1]["type"]).toBe("object");
    });

    verifies("tasks.schemas", "takes every answer that the code takes", () => {
      const json = strictJsonSchema(schema);
      fc.assert(
        fc.property(answers(json), (value) => {
          // Drawn from the emitted schema: what is refused here has broken a limit that only our own schema holds.
          if (schema.safeParse(value).success) expect(faultsOf(value, json, name)).toEqual([]);
        }),
        fc.cases(200),
      );
    });

    verifies("tasks.schemas", "a field too few or too many is refused by what is sent", () => {
      const json = strictJsonSchema(schema);
      const [value = {}] = fc.sample(answers(json), 1);
      const whole = isRecord(value) ? value : {};
      expect(faultsOf({ ...whole, more: 1 }, json, name)).not.toEqual([]);
      for (const key of Object.keys(whole)) {
        const { [key]: _left, ...rest } = whole;
        expect(faultsOf(rest, json, name)).not.toEqual([]);
        expect(schema.safeParse(rest).success).toBe(false);
      }
    });
  });
}

verifies("tasks.schemas", "limits that strict mode does not know are held by our own schema", () => {
  const finding = {
    title: "t",
    severity: "low",
    category: "fact",
    file: null,
    lineStart: null,
    lineEnd: null,
    quote: null,
    failurePath: null,
    risk: null,
    recommendation: null,
    confidence: null,
  };
  expect(findingSchema.safeParse(finding).success).toBe(true);
  for (const change of [{ confidence: 1.5 }, { confidence: -0.1 }, { lineStart: 0 }, { lineStart: 1.5 }]) {
    expect(findingSchema.safeParse({ ...finding, ...change }).success).toBe(false);
    expect(faultsOf({ ...finding, ...change }, strictJsonSchema(findingSchema), "finding")).toEqual(
      change.lineStart === 1.5 ? [expect.stringContaining("lineStart")] : [],
    );
  }
});

verifies("tasks.schemas", "a field that is named like a keyword stays a field", async () => {
  const zod = await import("zod");
  const json = strictJsonSchema(zod.object({ minimum: zod.string(), oneOf: zod.number().max(3) }));
  expect(json).toMatchObject({
    properties: { minimum: { type: "string" }, oneOf: { type: "number" } },
    required: ["minimum", "oneOf"],
  });
  expect(JSON.stringify(json)).not.toContain("maximum");
});

/** Values of a schema that `strictJsonSchema` emits. */
function answers(node: unknown): fc.Arbitrary<unknown> {
  if (!isRecord(node)) throw new Error("no schema");
  if (Array.isArray(node["anyOf"])) return fc.oneof(...node["anyOf"].map(answers));
  if (Array.isArray(node["enum"])) return fc.constantFrom(...(node["enum"] as unknown[]));
  if (Array.isArray(node["type"])) return fc.oneof(...node["type"].map((type) => answers({ ...node, type })));
  switch (node["type"]) {
    case "object": {
      const properties = isRecord(node["properties"]) ? node["properties"] : {};
      return fc.record(
        Object.fromEntries(Object.entries(properties).map(([key, below]) => [key, answers(below)])),
      );
    }
    case "array":
      return fc.array(answers(node["items"]), { maxLength: 2 });
    case "integer":
      return fc.integer({ min: 0, max: 50 });
    case "number":
      return fc.double({ min: 0, max: 1, noNaN: true });
    case "null":
      return fc.constant(null);
    default:
      return fc.string();
  }
}

/** What a value breaks of an emitted schema; only the keywords of the strict subset are known. */
function faultsOf(value: unknown, node: unknown, place: string): readonly string[] {
  if (!isRecord(node)) return [`${place}: no schema`];
  if (Array.isArray(node["anyOf"]))
    return node["anyOf"].some((below) => faultsOf(value, below, place).length === 0)
      ? []
      : [`${place}: none of`];
  if (Array.isArray(node["enum"])) return node["enum"].includes(value) ? [] : [`${place}: another word`];
  const { type } = node;
  if (Array.isArray(type))
    return type.some((each) => faultsOf(value, { ...node, type: each }, place).length === 0)
      ? []
      : [`${place}: none of ${type.join(", ")}`];
  if (type === "null") return value === null ? [] : [`${place}: not null`];
  if (type === "string" || type === "boolean") return typeof value === type ? [] : [`${place}: no ${type}`];
  if (type === "number") return typeof value === "number" ? [] : [`${place}: no number`];
  if (type === "integer") return Number.isInteger(value) ? [] : [`${place}: no integer`];
  if (type === "array")
    return Array.isArray(value)
      ? value.flatMap((each, index) => faultsOf(each, node["items"], `${place}[${index}]`))
      : [`${place}: no list`];
  if (type !== "object" || !isRecord(value)) return [`${place}: no object`];
  const properties = isRecord(node["properties"]) ? node["properties"] : {};
  const required = Array.isArray(node["required"]) ? node["required"].map(String) : [];
  return [
    ...required.filter((key) => !(key in value)).map((key) => `${place}.${key}: missing`),
    ...Object.keys(value)
      .filter((key) => !(key in properties))
      .map((key) => `${place}.${key}: too many`),
    ...Object.entries(properties).flatMap(([key, below]) =>
      key in value ? faultsOf(value[key], below, `${place}.${key}`) : [],
    ),
  ];
}
