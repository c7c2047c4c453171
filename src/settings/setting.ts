import type { ValueKind } from "./value-kind.ts";

/** One setting: everything that its help, its documentation, its schema and its loading are made from. */
export interface Setting<Value> {
  readonly group:
    | "Codex"
    | "Limits"
    | "Rights"
    | "Background"
    | "Delegate"
    | "Review gate"
    | "Kept results"
    | "Log";
  /** What it decides, in one or two sentences. */
  readonly about: string;
  readonly kind: ValueKind<Exclude<Value, undefined>>;
  readonly default: Value;
  /** Stands for the default in help and documentation where the default is nothing. */
  readonly defaultText?: string;
  /** The option of the command line that sets it for one run. Without it no flag and no tool argument sets it. */
  readonly flag?: string;
  /**
   * `derived`: `TANDEM_` and the key in capitals. `never`: no variable sets it, because a repository can bring variables
   * along (`.claude/settings.json` has an `env` section).
   */
  readonly environment: "derived" | "never";
  /** A second, shorter variable. The derived one wins. */
  readonly shortVariable?: string;
  /** Whether `.tandem/config.toml` of a repository may make the value narrower. */
  readonly project: "narrow" | "never";
  /** Smallest value that a repository may ask for, so that it cannot make runs fail. In the unit of the setting. */
  readonly projectMinimum?: number;
}

/** Keeps the value type of an entry while it is listed in the table. */
export function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}
