import { isRecord, parseJson } from "../domain/json.ts";

/** A JSON object of unknown content. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The entries of a list that are objects; nothing for anything else. */
export function recordsIn(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The text, or undefined for anything that is not a text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The object that a text holds as JSON, or undefined. */
export function parseRecord(text: string): JsonRecord | undefined {
  const parsed = parseJson(text);
  return isRecord(parsed) ? parsed : undefined;
}
