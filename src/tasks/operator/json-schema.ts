import * as z from "zod/v4";
import { messageOf } from "../../domain/errors/tandem-error.ts";

/** Why a JSON Schema cannot be held against a value; undefined when it can. */
export function jsonSchemaProblem(schema: unknown): string | undefined {
  try {
    compile(schema);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What in the value is not of the schema, in words; undefined when it fits. Throws for a schema that cannot be used. */
export function schemaMismatch(value: unknown, schema: unknown): string | undefined {
  const parsed = compile(schema).safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
  return `${where}${issue?.message ?? "it does not fit"}`;
}

function compile(schema: unknown) {
  if (
    typeof schema !== "boolean" &&
    (typeof schema !== "object" || schema === null || Array.isArray(schema))
  ) {
    throw new Error("it is neither an object nor true or false");
  }
  // A JSON Schema is data of the contract; what zod does not know of it, it refuses.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}
