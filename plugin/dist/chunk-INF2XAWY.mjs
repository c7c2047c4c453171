// src/report/text/sanitise.ts
function sanitise(text) {
  if (/^[\t\n -~]*$/.test(text)) return text;
  return text.replace(/\r\n/g, "\n").replace(colourSequence, dropColour).replace(hiddenCharacter, escapeUnlessNeeded);
}
function oneLine(text) {
  return sanitise(text).replace(/\s+/g, " ").trim();
}
function sanitiseDeep(value) {
  return sanitiseUnknown(value);
}
var escapeCharacter = "\x1B";
var colourSequence = new RegExp("\\p{Cc}\\[[\\d;:]*m", "gu");
var hiddenCharacter = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu;
var joiningScript = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}]$/u;
var emojiBefore = new RegExp("\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]?$", "u");
var emojiAfter = new RegExp("^\\p{Extended_Pictographic}", "u");
var emojiOrKeycapBefore = new RegExp("\\p{Emoji}$", "u");
function dropColour(sequence) {
  return sequence.startsWith(escapeCharacter) ? "" : sequence;
}
function escapeUnlessNeeded(character, offset, text) {
  return isNeeded(character, offset, text) ? character : codePointEscape(character);
}
function isNeeded(character, offset, text) {
  if (character === "\n" || character === "	") return true;
  const before = text.slice(Math.max(0, offset - 4), offset);
  const after = text.slice(offset + character.length, offset + character.length + 2);
  if (character === "\u200D") {
    return emojiBefore.test(before) && emojiAfter.test(after) || joiningScript.test(before);
  }
  if (character === "\u200C") return joiningScript.test(before);
  if (character === "\uFE0E" || character === "\uFE0F") return emojiOrKeycapBefore.test(before);
  return false;
}
function codePointEscape(character) {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function sanitiseUnknown(value) {
  if (typeof value === "string") return sanitise(value);
  if (Array.isArray(value)) return value.map(sanitiseUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [sanitise(key), sanitiseUnknown(inner)])
  );
}

export {
  sanitise,
  oneLine,
  sanitiseDeep
};
