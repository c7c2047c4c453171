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
  displayWidth,
  graphemes,
  cutToWidth,
  padToWidth,
  isWide
};
