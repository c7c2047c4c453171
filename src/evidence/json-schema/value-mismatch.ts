import { isRecord } from "../../domain/json.ts";
import { withinTime } from "../within-time.ts";
import { canonicalJson } from "./canonical.ts";
import { patternOf } from "./keywords.ts";
import { boundsProblem, plainProblem, type Schema } from "./plain-problem.ts";
import { pointedAt } from "./schema-problem.ts";

/** How long a value may take to be looked at. */
const limitMs = 1_000;
/** How deep schemas and references may lead; more is a schema that refers to itself without end. */
const deepest = 500;

/**
 * What in a value is not of the schema, in words and with its place; undefined when it fits. The schema has been looked at by
 * `jsonSchemaProblem`. Throws when the two cannot be held together in time.
 */
export function schemaMismatch(value: unknown, schema: unknown): string | undefined {
  return withinTime(limitMs, () => new Comparison(schema).mismatch(value, schema, "", 0));
}

class Comparison {
  readonly #root: unknown;

  constructor(root: unknown) {
    this.#root = root;
  }

  mismatch(value: unknown, schema: unknown, place: string, depth: number): string | undefined {
    if (depth > deepest) throw new Error("the schema refers to itself without end");
    if (schema === false) return say(place, "nothing may be here");
    if (!isRecord(schema)) return undefined;
    const at = (inner: unknown, below: unknown, name: string | number) =>
      this.mismatch(inner, below, place === "" ? String(name) : `${place}.${name}`, depth + 1);
    const here = (below: unknown) => this.mismatch(value, below, place, depth + 1);
    const plain = plainProblem(value, schema);
    return (
      (plain === undefined ? undefined : say(place, plain)) ??
      this.#combined(schema, here, place) ??
      (isRecord(value) ? objectMismatch(value, schema, { at, here, place }) : undefined) ??
      (Array.isArray(value) ? listMismatch(value, schema, { at, here, place }) : undefined)
    );
  }

  #combined(schema: Schema, here: Here, place: string): string | undefined {
    const { $ref, allOf, anyOf, oneOf, not, if: condition } = schema;
    if (typeof $ref === "string") {
      const problem = here(pointedAt(this.#root, $ref));
      if (problem !== undefined) return problem;
    }
    for (const each of listOf(allOf)) {
      const problem = here(each);
      if (problem !== undefined) return problem;
    }
    if (anyOf !== undefined && !listOf(anyOf).some((each) => here(each) === undefined)) {
      return say(place, `it fits none of ${listOf(anyOf).length} schemas (anyOf)`);
    }
    if (oneOf !== undefined) {
      const fitting = listOf(oneOf).filter((each) => here(each) === undefined).length;
      if (fitting !== 1) return say(place, `it fits ${fitting} schemas, and must fit one (oneOf)`);
    }
    if (not !== undefined && here(not) === undefined) return say(place, "it fits what it must not (not)");
    if (condition === undefined) return undefined;
    return here(here(condition) === undefined ? schema["then"] : schema["else"]);
  }
}

type Here = (schema: unknown) => string | undefined;

interface Places {
  /** Something inside of the value against a schema. */
  readonly at: (value: unknown, schema: unknown, name: string | number) => string | undefined;
  /** The value itself against another schema. */
  readonly here: Here;
  readonly place: string;
}

function objectMismatch(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  { at, here, place }: Places,
): string | undefined {
  const names = Object.keys(value);
  const missing = listOf(schema["required"]).find((name) => !Object.hasOwn(value, String(name)));
  if (missing !== undefined) return say(place, `${JSON.stringify(missing)} is missing`);
  const bounds = boundsProblem(names.length, schema["minProperties"], schema["maxProperties"], "keys");
  if (bounds !== undefined) return say(place, bounds);
  const properties = recordOf(schema["properties"]);
  const patterns = Object.entries(recordOf(schema["patternProperties"])).map(
    ([pattern, below]) => [patternOf(pattern), below] as const,
  );
  for (const [name, inner] of Object.entries(value)) {
    const fitting = patterns.filter(([pattern]) => pattern.test(name)).map(([, below]) => below);
    const own = Object.hasOwn(properties, name) ? [properties[name], ...fitting] : fitting;
    const schemas = own.length > 0 ? own : [schema["additionalProperties"]];
    if (own.length === 0 && schema["additionalProperties"] === false) {
      return say(place, `there is a key ${JSON.stringify(name)}, which is not of the schema`);
    }
    for (const below of schemas) {
      const problem = at(inner, below, name);
      if (problem !== undefined) return problem;
    }
    const { propertyNames } = schema;
    if (propertyNames !== undefined && at(name, propertyNames, name) !== undefined) {
      return say(place, `the key ${JSON.stringify(name)} is not one that may be here`);
    }
  }
  const { dependencies, dependentRequired, dependentSchemas } = schema;
  const dependent = [dependencies, dependentRequired, dependentSchemas].map(recordOf).flatMap(Object.entries);
  for (const [name, needs] of dependent) {
    if (!Object.hasOwn(value, name)) continue;
    const absent = Array.isArray(needs)
      ? needs.find((each) => !Object.hasOwn(value, String(each)))
      : undefined;
    if (absent !== undefined) return say(place, `${JSON.stringify(absent)} is missing beside ${name}`);
    const problem = Array.isArray(needs) ? undefined : here(needs);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function listMismatch(value: readonly unknown[], schema: Schema, { at, place }: Places): string | undefined {
  const bounds = boundsProblem(value.length, schema["minItems"], schema["maxItems"], "items");
  if (bounds !== undefined) return say(place, bounds);
  if (schema["uniqueItems"] === true && new Set(value.map(canonicalJson)).size < value.length) {
    return say(place, "two of its items are the same");
  }
  // A list of schemas in `items` is what older drafts call `prefixItems`.
  const { items, prefixItems, additionalItems, contains } = schema;
  const first = Array.isArray(items) ? listOf(items) : listOf(prefixItems);
  const rest = Array.isArray(items) ? additionalItems : items;
  for (const [index, each] of value.entries()) {
    const problem = at(each, index < first.length ? first[index] : rest, index);
    if (problem !== undefined) return problem;
  }
  if (contains === undefined) return undefined;
  const found = value.filter((each, index) => at(each, contains, index) === undefined).length;
  const { minContains = 1, maxContains } = schema;
  const problem = boundsProblem(found, minContains, maxContains, "items of the kind that it must hold");
  return problem === undefined ? undefined : say(place, problem);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function say(place: string, problem: string): string {
  return place === "" ? problem : `${place}: ${problem}`;
}
