import { isRecord } from "../../../domain/json.ts";
import { type SettingKey, settingOf } from "../../../settings/table.ts";
import { bad, good, type JsonSchema, type Reading } from "../../../settings/value-kind.ts";

/** One argument of a tool: what the client is told of it, and how what comes is read. */
export interface Field<Value> {
  /** For the model, in a sentence or two. */
  readonly about: string;
  readonly schema: JsonSchema;
  /** The problem of a reading completes the sentence "`name` …" and never holds the value. */
  readonly read: (given: unknown) => Reading<Value>;
  readonly isRequired?: true;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** An argument that must be there. */
export type Required<Value> = Field<Value> & { readonly isRequired: true };

export function required<Value>(field: Field<Value>): Required<Value> {
  return { ...field, isRequired: true };
}

/** Longest text of an author, in characters; the byte cap of the settings is the real limit and says more when it is met. */
export const longestText = 4_000_000;
/** Longest path, in characters. */
const longestPath = 4_096;

/** Text that must say something. */
export function text(about: string, longest: number = longestText): Field<string> {
  const schema = longest === longestText ? { type: "string" } : { type: "string", maxLength: longest };
  return { about, schema, read: (given) => readText(given, longest) };
}

/** A path of a file or folder; where it leads is judged later. */
export function path(about: string): Field<string> {
  return { about, schema: { type: "string" }, read: readPath };
}

export function paths(about: string, most: number): Field<readonly string[]> {
  return { about, schema: listSchema(most), read: (given) => readList(given, most, readPath) };
}

export function texts(about: string, most: number, longest: number): Field<readonly string[]> {
  return {
    about,
    schema: listSchema(most),
    read: (given) => readList(given, most, (item) => readText(item, longest)),
  };
}

/** One of some words. */
export function choice<const Choice extends string>(
  about: string,
  choices: readonly Choice[],
): Field<Choice> {
  return {
    about,
    schema: { enum: choices },
    read: (given) => {
      const chosen = choices.find((candidate) => candidate === given);
      return chosen === undefined ? bad(`must be one of ${choices.join(", ")}`) : good(chosen);
    },
  };
}

export function flag(about: string): Field<boolean> {
  return {
    about,
    schema: { type: "boolean" },
    read: (given) => (typeof given === "boolean" ? good(given) : bad("must be true or false")),
  };
}

export function wholeNumber(about: string, minimum: number, maximum: number): Field<number> {
  return {
    about,
    schema: { type: "integer", minimum, maximum },
    read: (given) =>
      typeof given === "number" && Number.isSafeInteger(given) && given >= minimum && given <= maximum
        ? good(given)
        : bad(`must be a whole number from ${minimum} to ${maximum}`),
  };
}

/** Texts by names that the caller has from elsewhere. */
export function namedTexts(about: string): Field<Readonly<Record<string, string>>> {
  return {
    about,
    schema: { type: "object", additionalProperties: { type: "string" } },
    read: (given) => {
      if (!isRecord(given)) return bad("must be an object with a text for each name");
      const named: [string, string][] = [];
      for (const [name, value] of Object.entries(given)) {
        const reading = readText(value, longestText);
        if (!reading.ok) return bad(`must hold texts only; one of them ${reading.problem}`);
        named.push([name, reading.value]);
      }
      return named.length === 0 ? bad("must hold at least one text") : good(Object.fromEntries(named));
    },
  };
}

/** Values by names that the caller has from elsewhere: texts, numbers, and lists of texts. */
export function namedValues(about: string): Field<Readonly<Record<string, unknown>>> {
  const value = { anyOf: [{ type: "string" }, { type: "number" }, listSchema(mostValues)] };
  return {
    about,
    schema: { type: "object", additionalProperties: value },
    read: (given) => {
      if (!isRecord(given)) return bad("must be an object with a value for each name");
      const isValue = (each: unknown) =>
        typeof each === "number" ||
        (Array.isArray(each) ? each.length <= mostValues && each.every(isText) : isText(each));
      return Object.values(given).every(isValue)
        ? good(given)
        : bad("must hold texts, numbers and lists of texts only");
    },
  };
}

const mostValues = 1_000;

function isText(given: unknown): boolean {
  return typeof given === "string" && given.length <= longestText;
}

/** An argument that is a setting for this call; its kind decides what is fine. */
export function ofSetting(about: string, key: SettingKey): Field<string> {
  const { kind } = settingOf(key);
  return {
    about,
    schema: kind.schema,
    read: (given) => {
      const reading = kind.read(given, process.platform);
      if (!reading.ok || typeof reading.value !== "string") return bad(`must be ${kind.accepts}`);
      return good(reading.value);
    },
  };
}

function readText(given: unknown, longest: number): Reading<string> {
  if (typeof given !== "string") return bad("must be a text");
  if (given.trim() === "") return bad("must not be blank");
  if (given.length > longest) return bad(`must have at most ${longest} characters`);
  // Codex drops a message with half a character in it, unread (0.169).
  return /\p{Cs}/u.test(given) ? bad("must not hold half of a character (a lone surrogate)") : good(given);
}

function readPath(given: unknown): Reading<string> {
  const reading = readText(given, longestPath);
  return reading.ok && reading.value.includes("\0") ? bad("must not hold NUL") : reading;
}

function readList<Item>(
  given: unknown,
  most: number,
  readItem: (item: unknown) => Reading<Item>,
): Reading<readonly Item[]> {
  if (!Array.isArray(given)) return bad("must be a list");
  if (given.length === 0 || given.length > most) return bad(`must have 1 to ${most} entries`);
  const items: Item[] = [];
  for (const item of given) {
    const reading = readItem(item);
    if (!reading.ok) return bad(`has an entry that ${reading.problem}`);
    items.push(reading.value);
  }
  return good(items);
}

function listSchema(most: number): JsonSchema {
  return { type: "array", items: { type: "string" }, minItems: 1, maxItems: most };
}
