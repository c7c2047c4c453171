import { canonicalJson, isSameJson } from "./canonical.ts";
import { formats } from "./formats.ts";
import { patternOf } from "./keywords.ts";

/** A schema that is an object. */
export type Schema = Readonly<Record<string, unknown>>;

/** What concerns the value itself and nothing in it. */
export function plainProblem(value: unknown, schema: Schema): string | undefined {
  const { type, enum: allowed, const: only } = schema;
  const types = type === undefined ? [] : [type].flat();
  if (types.length > 0 && !types.some((each) => isOfType(value, each))) {
    return `it must be ${types.map(String).join(" or ")}, and is ${typeName(value)}`;
  }
  if (
    allowed !== undefined &&
    !(Array.isArray(allowed) ? allowed : []).some((each) => isSameJson(each, value))
  ) {
    return `it must be one of ${brief(canonicalJson(allowed))}`;
  }
  if (only !== undefined && !isSameJson(only, value)) return `it must be ${brief(canonicalJson(only))}`;
  if (typeof value === "number") return numberProblem(value, schema);
  return typeof value === "string" ? textProblem(value, schema) : undefined;
}

function numberProblem(value: number, schema: Schema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === "number" && value < minimum) return `it must be at least ${minimum}`;
  if (typeof maximum === "number" && value > maximum) return `it must be at most ${maximum}`;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) {
    return `it must be above ${exclusiveMinimum}`;
  }
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) {
    return `it must be below ${exclusiveMaximum}`;
  }
  if (typeof multipleOf === "number" && !Number.isInteger(value / multipleOf)) {
    return `it must be a multiple of ${multipleOf}`;
  }
  return undefined;
}

function textProblem(value: string, schema: Schema): string | undefined {
  const { minLength, maxLength, pattern, format } = schema;
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(value).length;
  const bounds = boundsProblem(length, minLength, maxLength, "characters");
  if (bounds !== undefined) return bounds;
  if (typeof pattern === "string" && !patternOf(pattern).test(value)) {
    return `it must match ${brief(JSON.stringify(pattern))}`;
  }
  const fits = typeof format === "string" && Object.hasOwn(formats, format) ? formats[format] : undefined;
  return fits === undefined || fits(value) ? undefined : `it must be of the format ${String(format)}`;
}

/** What is wrong with a size that has bounds. */
export function boundsProblem(size: number, min: unknown, max: unknown, what: string): string | undefined {
  if (typeof min === "number" && size < min) return `it must have at least ${min} ${what}, and has ${size}`;
  if (typeof max === "number" && size > max) return `it must have at most ${max} ${what}, and has ${size}`;
  return undefined;
}

function isOfType(value: unknown, type: unknown): boolean {
  return type === "integer"
    ? Number.isInteger(value)
    : type === "number"
      ? typeof value === "number"
      : typeName(value) === type;
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function brief(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
