import { redact } from "../privacy/redact.ts";

/** Longest title that is made of a text, in characters. */
const titleLength = 60;

/** A title made of the first line of a text. */
export function titleFrom(text: string): string {
  const [line = ""] = text.trim().split(/[\r\n\u2028\u2029]/, 1);
  // By code points: half a character would make the message to Codex invalid.
  const characters = Array.from(cleanTitle(line));
  if (characters.length <= titleLength) return characters.join("");
  return `${characters
    .slice(0, titleLength - 3)
    .join("")
    .trimEnd()}...`;
}

/**
 * A title without characters that move the cursor, break the line or turn the writing direction, and without secrets: Codex lists it
 * as it is, and so does every list of jobs.
 */
export function cleanTitle(title: string): string {
  return redact(title.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim());
}
