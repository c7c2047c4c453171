import { isRecord } from "./json.ts";

/** Says whether a value that came from outside has the shape that its reader counts on. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === "string";
/** JSON can write a number that is too great for one of ours (`1e999`), and that cannot be written again. */
export const isNumber: Check = (value) => Number.isFinite(value);
export const isFlag: Check = (value) => typeof value === "boolean";

/** One of the words of a list that a reader looks up; any other one would mean nothing to it. */
export function isOneOf(words: readonly string[]): Check {
  return (value) => words.some((word) => word === value);
}

export function isListOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every((item) => check(item));
}

export const isTexts: Check = isListOf(isText);

/** An object whose every field holds such a value, whatever the names. */
export function isMapOf(check: Check): Check {
  return (value) => isRecord(value) && Object.values(value).every((item) => check(item));
}

/** Fields that hold texts, for `hasShape`. */
export function texts(...names: readonly string[]): Readonly<Record<string, Check>> {
  return Object.fromEntries(names.map((name) => [name, isText]));
}

/** Fields that hold numbers, for `hasShape`. */
export function numbers(...names: readonly string[]): Readonly<Record<string, Check>> {
  return Object.fromEntries(names.map((name) => [name, isNumber]));
}

/** An object with all of `required`, and of `optional` what is there. Fields that are not named may hold anything. */
export function hasShape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const needed = Object.entries(required);
  const possible = Object.entries(optional);
  return (value) =>
    isRecord(value) &&
    needed.every(([name, check]) => check(value[name])) &&
    possible.every(([name, check]) => value[name] === undefined || check(value[name]));
}
