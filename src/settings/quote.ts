/** Longest part of a foreign value that a message shows, in characters. */
const shownLength = 80;

/**
 * A foreign value for a message: in JSON quotes, without characters that move the cursor or turn the writing
 * direction, and cut to a readable length. A repository writes such values.
 */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return escapeInvisible(shown);
}

/** A path for a message, as `quote` but whole: who is told of a file must be able to find it. */
export function quotePath(path: string): string {
  return escapeInvisible(JSON.stringify(path));
}

/** Writes control and format characters (also those that JSON leaves as they are) as `\uXXXX`. */
export function escapeInvisible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
