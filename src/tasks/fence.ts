/** A fence of the given sign that no row of it in the text can end: `shortest` signs, or one more than the longest row. */
export function fenceFor(text: string, sign: "`" | "~" | "=", shortest: number): string {
  let longest = shortest - 1;
  let row = 0;
  for (const character of text) {
    row = character === sign ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return sign.repeat(longest + 1);
}
