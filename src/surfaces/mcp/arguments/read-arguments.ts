import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isRecord } from "../../../domain/json.ts";
import { suggest } from "../../../settings/suggest.ts";
import type { Field, Fields } from "./fields.ts";

type ValueOf<Entry> = Entry extends Field<infer Value> ? Value : never;
type RequiredName<Table extends Fields> = {
  [Name in keyof Table]: Table[Name] extends { readonly isRequired: true } ? Name : never;
}[keyof Table];

/** The arguments of a call as their fields have read them. */
export type Arguments<Table extends Fields> = {
  readonly [Name in RequiredName<Table>]: ValueOf<Table[Name]>;
} & { readonly [Name in Exclude<keyof Table, RequiredName<Table>>]?: ValueOf<Table[Name]> };

/** How many names or problems a message lists. */
const shownAtMost = 5;

/**
 * Reads the arguments of a call. Throws `usage` with every problem at once: the argument, why, and what is allowed, never the value,
 * which may be a secret in the wrong place.
 */
export function readArguments<Table extends Fields>(fields: Table, given: unknown): Arguments<Table> {
  if (!isRecord(given)) throw refusal(["The arguments must be an object."], fields);
  const problems = unknownNames(Object.keys(given), Object.keys(fields));
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) {
      if (field.isRequired === true) problems.push(`\`${name}\` is missing: ${field.about}`);
      continue;
    }
    const reading = field.read(value);
    if (reading.ok) read[name] = reading.value;
    else problems.push(`\`${name}\` ${reading.problem}.`);
  }
  if (problems.length > 0) throw refusal(problems, fields);
  // Each value was read by the field of its name; the loop over all of them loses that type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return read as Arguments<Table>;
}

function unknownNames(given: readonly string[], known: readonly string[]): string[] {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  // A name is the client's text too: only what looks like one is repeated.
  const shown = unknown.filter((name) => /^[\w.-]{1,40}$/.test(name)).slice(0, shownAtMost);
  const hidden = unknown.length - shown.length;
  const words = [
    ...shown.map((name) => {
      const meant = suggest(name, known);
      return `\`${name}\`${meant === undefined ? "" : ` (did you mean \`${meant}\`?)`}`;
    }),
    ...(hidden === 0 ? [] : [`${hidden} ${shown.length === 0 ? "" : "more "}whose name is not shown`]),
  ];
  const plural = unknown.length === 1 ? "" : "s";
  return [`Unknown argument${plural}: ${words.join(", ")}. Allowed: ${known.join(", ") || "none"}.`];
}

function refusal(problems: readonly string[], fields: Fields): TandemError<"usage"> {
  const shown = problems.slice(0, shownAtMost);
  const hidden = problems.length - shown.length;
  const corrected = Object.keys(fields).length === 0 ? "no arguments" : "corrected arguments";
  return new TandemError("usage", {
    problem: [...shown, ...(hidden === 0 ? [] : [`And ${hidden} more.`])].join(" "),
    hint: `Nothing was started. Call it again with ${corrected}.`,
  });
}
