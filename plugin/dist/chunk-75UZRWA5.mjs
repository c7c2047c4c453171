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

// src/report/text/width.ts
function displayWidth(text) {
  if (isPlain(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}
function isPlain(text) {
  return /^[\t\n -~\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u203B]*$/.test(text);
}
function graphemes(text) {
  if (isPlain(text)) return text.split("");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
function graphemeWidth(grapheme) {
  if (new RegExp("\\p{Emoji_Presentation}|\\uFE0F", "u").test(grapheme)) return 2;
  return Array.from(grapheme).reduce((sum, character) => sum + characterWidth(character), 0);
}
function cutToWidth(text, columns) {
  if (displayWidth(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns - 1) break;
    cut += grapheme;
  }
  return columns < 1 ? "" : `${cut.trimEnd()}\u2026`;
}
function padToWidth(text, columns) {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}
function isWide(character) {
  const code = character.codePointAt(0) ?? 0;
  return code >= 4352 && wideRanges.some(([first, last]) => code >= first && code <= last);
}
var segmenter;
var wideRanges = [
  [4352, 4447],
  [9001, 9002],
  [11904, 12350],
  [12353, 42191],
  [43360, 43391],
  [44032, 55203],
  [63744, 64255],
  [65040, 65049],
  [65072, 65135],
  [65281, 65376],
  [65504, 65510],
  [94176, 101887],
  [110576, 111359],
  [119552, 119670],
  [127488, 127589],
  [131072, 262141]
];
function characterWidth(character) {
  if (/[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11FF]/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}

export {
  sanitise,
  oneLine,
  sanitiseDeep,
  displayWidth,
  graphemes,
  cutToWidth,
  padToWidth,
  isWide
};
