import type { PendingQuestion } from "../../domain/pending.ts";
import type { McpElicitationPrimitiveSchema, McpElicitationSchema } from "../protocol/generated.ts";

type Field = McpElicitationPrimitiveSchema;
type FieldValue = string | number | boolean | readonly string[];

/** What goes back to the server, or why the answers do not fit what it asked for. */
export type FormReading =
  | { readonly content: Readonly<Record<string, FieldValue>> }
  | { readonly problem: string };

/** The fields of a form as questions. */
export function formQuestions({
  properties,
  required = [],
}: McpElicitationSchema): readonly PendingQuestion[] {
  return fieldsOf(properties).map(([id, field]) => ({
    id,
    text: [
      field.title ?? id,
      field.description,
      hintOf(field),
      required.includes(id) ? undefined : "optional",
    ]
      .filter(Boolean)
      .join(" - "),
    choices: choicesOf(field),
  }));
}

/**
 * Reads answers, which are texts, as the values that the form asks for: Codex passes on whatever it is given (0.169). An optional
 * field without an answer is left out, a required one takes its default where it has one.
 */
export function readForm(
  { properties, required = [] }: McpElicitationSchema,
  answers: Readonly<Record<string, string>>,
): FormReading {
  const fields = fieldsOf(properties);
  const unknown = Object.keys(answers).find((id) => !fields.some(([name]) => name === id));
  if (unknown !== undefined) return { problem: `the form has no field ${JSON.stringify(unknown)}` };
  const content: [string, FieldValue][] = [];
  for (const [id, field] of fields) {
    const given = Object.hasOwn(answers, id) ? answers[id] : undefined;
    if (given !== undefined) {
      const value = readField(field, given);
      if (value === undefined) return { problem: `${JSON.stringify(id)} takes ${expectationOf(field)}` };
      content.push([id, value]);
    } else if (required.includes(id)) {
      if (field.default === undefined) return { problem: `${JSON.stringify(id)} has no answer` };
      content.push([id, field.default]);
    }
  }
  return { content: Object.fromEntries(content) };
}

function fieldsOf(properties: McpElicitationSchema["properties"]): readonly (readonly [string, Field])[] {
  return Object.entries(properties).flatMap(([id, field]) =>
    field === undefined ? [] : [[id, field] as const],
  );
}

function readField(field: Field, text: string): FieldValue | undefined {
  switch (field.type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "number":
    case "integer":
      return readNumber(field, text);
    case "array":
      return readSelection(field, text);
    case "string":
      return readText(field, text);
    // A type that a newer Codex may pass on.
    default:
      return undefined;
  }
}

function readNumber(field: Extract<Field, { type: "number" | "integer" }>, text: string): number | undefined {
  const value = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || (field.type === "integer" && !Number.isSafeInteger(value))) return undefined;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
  return value >= minimum && value <= maximum ? value : undefined;
}

function readText(field: Extract<Field, { type: "string" }>, text: string): string | undefined {
  const choices = choicesOf(field);
  if (choices.length > 0) return choices.includes(text) ? text : undefined;
  if (!("format" in field || "minLength" in field || "maxLength" in field)) return text;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format } = field;
  const { length } = Array.from(text);
  if (length < minLength || length > maxLength) return undefined;
  return format === undefined || formats[format].test(text) ? text : undefined;
}

/** Rough forms: what a slip of the keyboard gets past them the server still has to check. */
const formats = {
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  date: /^\d{4}-\d{2}-\d{2}$/,
  "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i,
};

/** Several choices are separated by commas; one that holds a comma itself can only stand alone. */
function readSelection(
  field: Extract<Field, { type: "array" }>,
  text: string,
): readonly string[] | undefined {
  const choices = choicesOf(field);
  const parts = text.split(",").map((part) => part.trim());
  const chosen = choices.includes(text) ? [text] : [...new Set(parts.filter((part) => part !== ""))];
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = field;
  const fits = chosen.every((part) => choices.includes(part));
  return fits && chosen.length >= minItems && chosen.length <= maxItems ? chosen : undefined;
}

function choicesOf(field: Field): readonly string[] {
  if (field.type === "boolean") return ["true", "false"];
  if ("enum" in field) return field.enum;
  if ("oneOf" in field) return field.oneOf.map((option) => option.const);
  if (field.type !== "array") return [];
  return "enum" in field.items ? field.items.enum : field.items.anyOf.map((option) => option.const);
}

function hintOf(field: Field): string | undefined {
  const choices = choicesOf(field);
  return choices.length > 0 && field.type !== "array" ? undefined : expectationOf(field);
}

function expectationOf(field: Field): string {
  const choices = choicesOf(field);
  if (field.type === "array")
    return `one or more of ${choices.join(", ")}, separated by commas${range(field, "Items")}`;
  if (choices.length > 0) return `one of ${choices.join(", ")}`;
  if (field.type === "number") return `a number${range(field, "imum")}`;
  if (field.type === "integer") return `a whole number${range(field, "imum")}`;
  if (!("format" in field || "minLength" in field || "maxLength" in field)) return "a text";
  return `${field.format === undefined ? "a text" : `a text of the form ${field.format}`}${range(field, "Length")}`;
}

/** The limits of a field in words: `min` and `max` with one ending. */
function range(field: object, ending: "imum" | "Length" | "Items"): string {
  const limits = new Map<string, unknown>(Object.entries(field));
  const [minimum, maximum] = [limits.get(`min${ending}`), limits.get(`max${ending}`)];
  const unit = ending === "Length" ? " characters" : "";
  return [
    minimum === undefined ? "" : `, at least ${String(minimum)}${unit}`,
    maximum === undefined ? "" : `, at most ${String(maximum)}${unit}`,
  ].join("");
}
