import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { InputSpec, InputValue, OperatorContract } from "../../domain/operator.ts";
import { isInside } from "../../settings/paths.ts";
import { quote } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";

/** Values as somebody gave them, by the names of the inputs. */
export type GivenInputs = Readonly<Record<string, unknown>>;

/** What a path of an input means where it was given. */
export interface InputPlace {
  /** The folder of the run, absolute and without links. */
  readonly cwd: string;
  /** Refuses a path that leads out of where its giver may look; gives the one to use. Absent for a person, who may look anywhere. */
  readonly confine?: (path: string, name: string) => string;
}

const longestText = 4_000_000;

/** The inputs of a run, checked and with defaults. Throws `usage` for what is missing, unknown or of another type. */
export function resolveInputs(
  { inputs, name }: OperatorContract,
  given: GivenInputs,
  place: InputPlace,
): Readonly<Record<string, InputValue>> {
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(inputs, key)) continue;
    const meant = suggest(key, Object.keys(inputs));
    throw problem(
      `The operator ${name} has no input ${quote(key)}.`,
      meant === undefined
        ? `Inputs: ${Object.keys(inputs).join(", ") || "none"}.`
        : `Did you mean ${quote(meant)}?`,
    );
  }
  const values: Record<string, InputValue> = {};
  for (const [key, spec] of Object.entries(inputs)) {
    const isGiven = Object.hasOwn(given, key);
    const value = isGiven ? given[key] : spec.default;
    if (value === undefined && spec.required === true) {
      throw problem(
        `The input ${quote(key)} is missing${spec.about === undefined ? "" : ` (${spec.about})`}.`,
      );
    }
    if (value === undefined) continue;
    values[key] = resolveInput(key, value, spec, isGiven ? place : ofContract(place));
  }
  for (const [key, { needs = [] }] of Object.entries(inputs)) {
    const missing = needs.find((needed) => values[needed] === undefined);
    if (missing === undefined || !Object.hasOwn(given, key)) continue;
    throw problem(
      `The input ${quote(key)} needs the input ${quote(missing)}.`,
      `Give --input ${missing}=… as well.`,
    );
  }
  return values;
}

/** What a contract itself names stays in the folder of the run, whoever asked for the run. */
function ofContract({ cwd, confine }: InputPlace): InputPlace {
  return {
    cwd,
    confine: (path, name) => {
      if (isInside(withoutLinks(path), cwd, process.platform)) return confine?.(path, name) ?? path;
      throw problem(
        `The default of the input ${quote(name)} leads out of the folder of the run.`,
        "Who means another place gives it as the input.",
      );
    },
  };
}

/** The real path, as far as there is something. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet; then its folder tells.
    return dirname(path) === path ? path : join(withoutLinks(dirname(path)), basename(path));
  }
}

function resolveInput(key: string, value: unknown, spec: InputSpec, place: InputPlace): InputValue {
  const { type, values = [] } = spec;
  const wrong = (what: string) => problem(`The input ${quote(key)} must be ${what}.`);
  switch (type) {
    case "number": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) throw wrong("a number");
      refuseBounds(key, number, spec, "");
      return number;
    }
    case "enum":
      if (typeof value !== "string" || !values.includes(value)) throw wrong(`one of ${values.join(", ")}`);
      return value;
    case "string":
      if (typeof value !== "string" || value.length > longestText) throw wrong("a text");
      // Codex drops a message with half a character in it, unread (0.169).
      if (/\p{Cs}/u.test(value)) throw wrong("text without half a character (a lone surrogate)");
      refuseBounds(key, value.length, spec, " characters");
      return value;
    case "path":
      return resolvePath(key, Array.isArray(value) && value.length === 1 ? value[0] : value, spec, place);
    case "paths": {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      refuseBounds(key, list.length, spec, " paths");
      return [...new Set(list.map((each) => resolvePath(key, each, spec, place)))];
    }
  }
}

function resolvePath(key: string, value: unknown, spec: InputSpec, { cwd, confine }: InputPlace): string {
  if (typeof value !== "string" || value.trim() === "" || /[\0\p{Cs}]/u.test(value)) {
    throw problem(`The input ${quote(key)} must be a path.`);
  }
  const absolute = resolve(cwd, value);
  const path = confine?.(absolute, key) ?? absolute;
  if (spec.exists === false) return path;
  try {
    statSync(path);
    return path;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new TandemError("input_unreadable", { path, cause });
  }
}

function refuseBounds(key: string, size: number, { min, max }: InputSpec, unit: string): void {
  if (min !== undefined && size < min) {
    throw problem(`The input ${quote(key)} must be at least ${min}${unit}; it is ${size}.`);
  }
  if (max !== undefined && size > max) {
    throw problem(`The input ${quote(key)} must be at most ${max}${unit}; it is ${size}.`);
  }
}

function problem(text: string, hint?: string): TandemError<"usage"> {
  return new TandemError("usage", { problem: text, ...(hint === undefined ? {} : { hint }) });
}
