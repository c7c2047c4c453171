import { isRecord } from "../../domain/json.ts";

/** What the value of a keyword has to be. */
type Form =
  | "schema"
  | "schema or schemas"
  | "schemas"
  | "schemas by name"
  | "schemas by pattern"
  | "schemas or names by name"
  | "types"
  | "text"
  | "pattern"
  | "reference"
  | "number"
  | "positive number"
  | "count"
  | "switch"
  | "list"
  | "names"
  | "names by name"
  | "anything";

/** The keywords that are held against a value, and those that say something to readers only. Every other one is refused. */
export const keywords: Readonly<Record<string, Form>> = {
  $ref: "reference",
  $defs: "schemas by name",
  definitions: "schemas by name",
  type: "types",
  enum: "list",
  const: "anything",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
  if: "schema",
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
  // oxlint-disable-next-line unicorn/no-thenable
  then: "schema",
  else: "schema",
  properties: "schemas by name",
  patternProperties: "schemas by pattern",
  additionalProperties: "schema",
  propertyNames: "schema",
  required: "names",
  minProperties: "count",
  maxProperties: "count",
  dependentRequired: "names by name",
  dependentSchemas: "schemas by name",
  dependencies: "schemas or names by name",
  prefixItems: "schemas",
  items: "schema or schemas",
  additionalItems: "schema",
  contains: "schema",
  minContains: "count",
  maxContains: "count",
  minItems: "count",
  maxItems: "count",
  uniqueItems: "switch",
  minLength: "count",
  maxLength: "count",
  pattern: "pattern",
  format: "text",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  multipleOf: "positive number",
  $schema: "text",
  $id: "text",
  $comment: "text",
  title: "text",
  description: "text",
  default: "anything",
  examples: "anything",
  deprecated: "switch",
  readOnly: "switch",
  writeOnly: "switch",
  contentEncoding: "text",
  contentMediaType: "text",
};

export const jsonTypes = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;

/** A pattern as JSON Schema means it; of patterns that are none with `u`, the older reading. Throws for what is no pattern. */
export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch {
    // What is escaped without need (`\-`) is an error with `u` alone.
    return new RegExp(text);
  }
}

/** The schemas that the value of a keyword holds, with their places below it. */
export function schemasIn(form: Form, value: unknown): readonly (readonly [string, unknown])[] {
  switch (form) {
    case "schema":
      return [["", value]];
    case "schemas":
      return Array.isArray(value) ? value.map((each: unknown, index) => [`/${index}`, each]) : [];
    case "schema or schemas":
      return Array.isArray(value) ? schemasIn("schemas", value) : [["", value]];
    case "schemas by name":
    case "schemas by pattern":
      return isRecord(value) ? Object.entries(value).map(([name, each]) => [`/${name}`, each]) : [];
    case "schemas or names by name":
      return schemasIn("schemas by name", value).filter(([, each]) => !Array.isArray(each));
    default:
      return [];
  }
}

/** What is wrong with the value of a keyword, apart from the schemas in it. */
export function formProblem(form: Form, value: unknown): string | undefined {
  const must = (ok: boolean, what: string) => (ok ? undefined : `must be ${what}`);
  switch (form) {
    case "schemas":
      return must(Array.isArray(value) && value.length > 0, "a list of schemas");
    case "schemas by name":
    case "schemas by pattern":
    case "schemas or names by name":
    case "names by name":
      return must(isRecord(value), "an object") ?? patternsProblem(form, value) ?? namesProblem(form, value);
    case "types":
      return must(
        [value].flat().every((each) => jsonTypes.some((type) => type === each)) && [value].flat().length > 0,
        `one of ${jsonTypes.join(", ")}, or a list of them`,
      );
    case "text":
      return must(typeof value === "string", "a text");
    case "pattern":
      return must(typeof value === "string" && isPattern(value), "a regular expression");
    case "reference":
      return must(
        typeof value === "string" && /^#(?:\/|$)/.test(value),
        "a place in this schema, as #/$defs/name",
      );
    case "number":
      return must(typeof value === "number", "a number");
    case "positive number":
      return must(typeof value === "number" && value > 0, "a number above 0");
    case "count":
      return must(Number.isInteger(value) && Number(value) >= 0, "a whole number from 0");
    case "switch":
      return must(typeof value === "boolean", "true or false");
    case "list":
      return must(Array.isArray(value), "a list");
    case "names":
      return must(isNames(value), "a list of names");
    case "schema":
    case "schema or schemas":
    case "anything":
      return undefined;
  }
}

function patternsProblem(form: Form, value: unknown): string | undefined {
  if (form !== "schemas by pattern" || !isRecord(value)) return undefined;
  const bad = Object.keys(value).find((pattern) => !isPattern(pattern));
  return bad === undefined ? undefined : `has ${JSON.stringify(bad)}, which is no regular expression`;
}

function namesProblem(form: Form, value: unknown): string | undefined {
  if (form !== "names by name" && form !== "schemas or names by name") return undefined;
  const bad = Object.values(isRecord(value) ? value : {}).some((each) =>
    form === "names by name" ? !isNames(each) : Array.isArray(each) && !isNames(each),
  );
  return bad ? "must hold lists of names" : undefined;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isPattern(text: string): boolean {
  try {
    return patternOf(text) instanceof RegExp;
  } catch {
    // Not one.
    return false;
  }
}
