import { parseJson } from "../domain/json.ts";
import { isFullyQualified } from "./paths.ts";
import { bad, good, type ValueKind } from "./value-kind.ts";

/** One word of a given form. `pattern` is anchored by us. */
export function word(noun: string, pattern: string): ValueKind<string> {
  // Made when a value is read: most settings of a start have none.
  const form = () => new RegExp(`^(?:${pattern})$`, "u");
  return {
    accepts: noun,
    read: (given) => (typeof given === "string" && form().test(given) ? good(given) : bad(`is not ${noun}`)),
    format: (value) => value,
    schema: { type: "string", pattern: `^(?:${pattern})$` },
  };
}

/** One of some words. */
export function choice<const Choice extends string>(choices: readonly Choice[]): ValueKind<Choice> {
  const noun = `one of ${choices.join(", ")}`;
  return {
    accepts: noun,
    read: (given) => {
      const chosen = choices.find((candidate) => candidate === given);
      return chosen === undefined ? bad(`is not ${noun}`) : good(chosen);
    },
    format: (value) => value,
    schema: { enum: choices },
  };
}

const switchWords: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** Yes or no. */
export function switchKind(): ValueKind<boolean> {
  return {
    accepts: "true or false (also yes, no, on, off, 1, 0)",
    read: (given) => {
      if (typeof given === "boolean") return good(given);
      const name = typeof given === "string" || typeof given === "number" ? String(given).toLowerCase() : "";
      const value = Object.hasOwn(switchWords, name) ? switchWords[name] : undefined;
      return value === undefined ? bad("is neither true nor false") : good(value);
    },
    format: String,
    schema: { type: "boolean" },
  };
}

/**
 * A list of words: an array in TOML, separated by commas elsewhere. A word may end in `*` where the pattern allows it. `stands`
 * tells whether a listed word stands for another.
 */
export function list(noun: string, pattern: string, stands = covers): ValueKind<readonly string[]> {
  return {
    accepts: `a list of ${noun}, separated by commas (an array in a file)`,
    read: (given) => {
      const form = new RegExp(`^(?:${pattern})$`, "u");
      const isWord = (item: unknown): item is string => typeof item === "string" && form.test(item);
      const items: unknown = typeof given === "string" ? splitList(given) : given;
      if (!Array.isArray(items) || !items.every(isWord)) return bad(`is not a list of ${noun}`);
      return good([...new Set(items)]);
    },
    format: (value) => (value.every(isPlain) ? value.join(",") : JSON.stringify(value)),
    schema: { type: "array", uniqueItems: true, items: { type: "string", pattern: `^(?:${pattern})$` } },
    narrowing: {
      as: "permission",
      isWithin: (asked, allowed) =>
        asked.every((name) => allowed.some((permitted) => stands(permitted, name))),
    },
  };
}

/** True when a listed word stands for this name: itself, or a prefix that ends in `*`. */
export function covers(permitted: string, name: string): boolean {
  return permitted.endsWith("*") ? name.startsWith(permitted.slice(0, -1)) : permitted === name;
}

/** True when an entry `server` or `server.tool` stands for another one. */
export function coversTool(permitted: string, name: string): boolean {
  return permitted === name || name.startsWith(`${permitted}.`);
}

/** An absolute path. */
export function absolutePath(): ValueKind<string> {
  return {
    accepts: "an absolute path",
    read: (given, platform) =>
      typeof given === "string" && isFullyQualified(given, platform) && !given.includes("\0")
        ? good(given)
        : bad("is not an absolute path"),
    format: (value) => value,
    schema: { type: "string" },
  };
}

/** It comes back as it is when it stands in a list with commas. */
function isPlain(item: string): boolean {
  return !item.includes(",") && item.trim() === item && !item.startsWith("[");
}

/** What a list with commas cannot hold is written as a JSON array. */
function splitList(text: string): readonly unknown[] {
  const array = text.startsWith("[") ? parseJson(text) : undefined;
  if (Array.isArray(array)) return array;
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
