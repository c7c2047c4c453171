import type { Block } from "./parts.ts";
import { paint, proseColumns, type TextStyle, type Tone } from "./style.ts";
import { wrapText } from "./wrap.ts";

const labelWidth = 10;

/** A fact behind its name, further lines under the first: `Login     ChatGPT, plan pro`. */
export function row(label: string, text: string, style: TextStyle, tone?: Tone): Block {
  const indent = " ".repeat(labelWidth);
  return wrapText(text, { columns: proseColumns(style), indent }).map((line, index) => {
    const words = line.slice(labelWidth);
    const painted = tone === undefined ? words : paint(words, tone, style);
    return (index === 0 ? paint(label.padEnd(labelWidth), "quiet", style) : indent) + painted;
  });
}
