import * as z from "zod";

/** Keywords of JSON Schema that OpenAI's strict mode accepts in what we emit (openai-node#1709 and its documentation). */
export const strictKeywords = [
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "anyOf",
  "description",
] as const;

/**
 * The JSON Schema of an answer in the strict subset that OpenAI accepts: every key required, nothing additional, no limits and no
 * defaults. The answer is validated with the zod schema itself, limits included.
 */
export function strictJsonSchema(schema: z.ZodType): unknown {
  return keepStrict(z.toJSONSchema(schema));
}

function keepStrict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(keepStrict);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).flatMap(([key, value]): [string, unknown][] => {
    if (key === "oneOf") return [["anyOf", keepStrict(value)]];
    if (key === "properties") return [[key, mapValues(value)]];
    return strictKeywords.some((keyword) => keyword === key) ? [[key, keepStrict(value)]] : [];
  });
  return Object.fromEntries(entries);
}

/** Below `properties` the keys are names of fields, not keywords. */
function mapValues(properties: unknown): unknown {
  if (typeof properties !== "object" || properties === null) return properties;
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, keepStrict(value)]));
}
