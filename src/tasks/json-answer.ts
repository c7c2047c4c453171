import { parseJson } from "../domain/json.ts";

/** The value of an answer that is JSON, or undefined. A model that wraps its JSON in a code block has still given it. */
export function parseJsonAnswer(text: string): unknown {
  const trimmed = text.trim();
  const [first = ""] = trimmed.split("\n", 1);
  const isFenced = /^```(?:json)?\s*$/.test(first) && trimmed.endsWith("\n```");
  return parseJson(isFenced ? trimmed.slice(first.length + 1, -"\n```".length) : trimmed);
}
