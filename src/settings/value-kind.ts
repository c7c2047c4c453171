/** What reading a value gave. `problem` completes the sentence "<value> …". */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** A JSON Schema (2020-12) fragment. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One kind of value: how it is read, written, described and compared. */
export interface ValueKind<Value> {
  /** Type and limits in words, for help and documentation. */
  readonly accepts: string;
  /** Reads a value from a flag or variable (text) or from TOML (any type). */
  readonly read: (given: unknown, platform: NodeJS.Platform) => Reading<Value>;
  /** Writes a value the way a person would write it. */
  readonly format: (value: Value) => string;
  /** Present when a value may hold a secret: how it is shown then. */
  readonly conceal?: (value: Value) => string;
  readonly schema: JsonSchema;
  /**
   * Present when values of this kind can be compared. `limit`: the smaller number is the narrower one; it is a
   * preference, so the word of the user wins. `permission`: the subset is the narrower one.
   */
  readonly narrowing?: {
    readonly as: "limit" | "permission";
    readonly isWithin: (asked: Value, allowed: Value) => boolean;
  };
}

/** A reading that succeeded. */
export function good<Value>(value: Value): Reading<Value> {
  return { ok: true, value };
}

/** A reading that failed. */
export function bad(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
