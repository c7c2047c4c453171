/**
 * The same text with everything that a terminal obeys, or that hides from the reader, made visible as `\u{1B}`: control
 * characters but newline and tab, bidirectional controls, zero-width and tag characters. Complete colour sequences are
 * dropped, since they carry no text. Joiners and variation selectors stay where a script or an emoji needs them.
 * Line ends become `\n`.
 */
export function sanitise(text: string): string {
  // Nearly every text; the patterns below load Node's tables of characters.
  if (/^[\t\n -~]*$/.test(text)) return text;
  return text
    .replace(/\r\n/g, "\n")
    .replace(colourSequence(), dropColour)
    .replace(hiddenCharacter(), escapeUnlessNeeded);
}

/** The same without dropping anything: for text on which somebody decides. */
export function sanitiseExactly(text: string): string {
  return sanitise(text.replaceAll(escapeCharacter, codePointEscape(escapeCharacter)));
}

/** One line of sanitised text: line ends and tabs become spaces. For names, titles, paths and commands in a line of ours. */
export function oneLine(text: string): string {
  return sanitise(text).replace(/\s+/g, " ").trim();
}

/** Sanitises every string and key inside `value`, so that no renderer can forget one. */
export function sanitiseDeep<Value>(value: Value): Value {
  // The copy has the same shape: only the characters of its strings change.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return sanitiseUnknown(value) as Value;
}

const escapeCharacter = "\u001B";

// Functions, because Node looks up the characters of such a pattern where it is made, which takes a millisecond for all of them.
const colourSequence = () => /\p{Cc}\[[\d;:]*m/gu;
const hiddenCharacter = () => /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu;

/** Scripts in which a zero-width joiner or non-joiner changes how visible letters are drawn. */
const joiningScript = () =>
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}]$/u;
const emojiBefore = () => /\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?$/u;
const emojiAfter = () => /^\p{Extended_Pictographic}/u;
const emojiOrKeycapBefore = () => /\p{Emoji}$/u;

function dropColour(sequence: string): string {
  return sequence.startsWith(escapeCharacter) ? "" : sequence;
}

function escapeUnlessNeeded(character: string, offset: number, text: string): string {
  return isNeeded(character, offset, text) ? character : codePointEscape(character);
}

function isNeeded(character: string, offset: number, text: string): boolean {
  if (character === "\n" || character === "\t") return true;
  // Enough for an emoji with its modifier, each of two UTF-16 units.
  const before = text.slice(Math.max(0, offset - 4), offset);
  const after = text.slice(offset + character.length, offset + character.length + 2);
  if (character === "\u200D") {
    return (emojiBefore().test(before) && emojiAfter().test(after)) || joiningScript().test(before);
  }
  if (character === "\u200C") return joiningScript().test(before);
  if (character === "\uFE0E" || character === "\uFE0F") return emojiOrKeycapBefore().test(before);
  return false;
}

function codePointEscape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

function sanitiseUnknown(value: unknown): unknown {
  if (typeof value === "string") return sanitise(value);
  if (Array.isArray(value)) return value.map(sanitiseUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [sanitise(key), sanitiseUnknown(inner)]),
  );
}
