import { isRecord } from "../../domain/json.ts";
import type { ConfigValue } from "../config-value.ts";

/**
 * A value as TOML on one line, for `-c key=value`. Tables are inline tables: Codex 0.169 does not read quoted parts of a dotted
 * path (`-c a."b".c=1`), so keys with other characters than letters, digits, `_` and `-` can only stand inside a value.
 */
export function inlineToml(value: ConfigValue): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(inlineToml).join(",")}]`;
  if (!isRecord(value)) throw new TypeError("TOML has no null");
  return `{${Object.entries(value)
    .map(([key, part]) => `${quote(key)}=${inlineToml(part)}`)
    .join(",")}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = String(value);
  // The reader refuses integers that a number cannot hold exactly, so this was no integer.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A basic string of TOML: JSON's escapes are TOML's, but DEL must be escaped too, and half a surrogate pair is no character. */
function quote(text: string): string {
  return JSON.stringify(Buffer.from(text).toString()).replaceAll("\u007F", "\\u007F");
}
