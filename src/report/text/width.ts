/**
 * Columns that `text` takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks and joiners.
 * Node has this only inside (`getStringWidth`). `text` holds no control characters; a tab counts as one.
 */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** ASCII, Latin letters and common punctuation: one column and one code unit each, and no look into Node's language data. */
function isPlain(text: string): boolean {
  return /^[\t\n -~\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u203B]*$/.test(text);
}

/** What a reader takes for single characters. */
export function graphemes(text: string): readonly string[] {
  if (isPlain(text)) return text.split("");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of one grapheme. */
export function graphemeWidth(grapheme: string): number {
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(grapheme)) return 2;
  return Array.from(grapheme).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** `text` cut at its end to at most `columns`, with an ellipsis in place of what is missing. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns - 1) break;
    cut += grapheme;
  }
  return columns < 1 ? "" : `${cut.trimEnd()}…`;
}

/** `text` followed by spaces up to `columns`. */
export function padToWidth(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** True for a character that takes two columns and that a line may be broken beside. */
export function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x1100 && wideRanges.some(([first, last]) => code >= first && code <= last);
}

/** Made when first needed: it loads Node's language data, which takes longer than the whole of a short command. */
let segmenter: Intl.Segmenter | undefined;

/** Wide and fullwidth blocks of EastAsianWidth.txt (Unicode 16) beside the emoji, whole blocks where only unassigned gaps differ. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11FF]/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}
