import { paint, type TextStyle } from "./style.ts";
import type { Cell } from "./table.ts";
import { cutToWidth, displayWidth } from "./width.ts";

/**
 * Facts in one line, cut where the terminal ends: `active 3 s ago · 12.3k tokens · $ npm test`. Facts without a tone are quiet.
 * A fact of which nearly nothing would be left is left out.
 */
export function factLine(facts: readonly Cell[], indent: string, style: TextStyle): string {
  let room = style.columns - displayWidth(indent);
  const pieces: string[] = [];
  for (const { text, tone } of facts) {
    const space = pieces.length === 0 ? 0 : displayWidth(separator);
    const shown = cutToWidth(text, room - space);
    if (shown === "" || (pieces.length > 0 && shown !== text && room - space < shortestRest)) break;
    room -= space + displayWidth(shown);
    pieces.push(paint(shown, tone ?? "quiet", style));
    if (shown !== text) break;
  }
  return indent + pieces.join(paint(separator, "quiet", style));
}

const separator = " · ";
const shortestRest = 8;
