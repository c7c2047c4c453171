import type { Usage } from "../../domain/events.ts";
import { formatTokens } from "../text/format.ts";
import { oneLine, sanitise } from "../text/sanitise.ts";
import type { TextStyle, Tone } from "../text/style.ts";
import { cutToWidth, displayWidth } from "../text/width.ts";
import { wrapText } from "../text/wrap.ts";

/** A line of `tandem watch` without its time. */
export interface WatchLine {
  readonly text: string;
  readonly tone?: Tone;
}

/** `text` in one line, cut where the terminal ends. */
export function firstLine(text: string, style: TextStyle, tone?: Tone): WatchLine {
  const cut = cutToWidth(oneLine(text), style.columns);
  return tone === undefined ? { text: cut } : { text: cut, tone };
}

/** All of `text`, wrapped, behind a label. Short text stands beside the label, several lines below it. */
export function wrapped(label: string, text: string, style: TextStyle, tone: Tone): readonly WatchLine[] {
  const clean = sanitise(text).trim();
  if (clean === "") return [];
  const columns = Math.min(style.columns, widestProse);
  const beside = `${label} ${clean}`;
  if (!clean.includes("\n") && displayWidth(beside) <= columns) {
    return [{ text: beside, ...(labelsStandOut.has(tone) ? { tone } : {}) }];
  }
  return [{ text: label, tone }, ...wrapText(clean, { columns }).map((line) => ({ text: line }))];
}

const widestProse = 100;
/** Of short lines the whole is in the label's colour, since nothing in it is more important. */
const labelsStandOut: ReadonlySet<Tone> = new Set(["caution", "bad"]);

export const words = {
  usage({ inputTokens, cachedInputTokens, outputTokens }: Usage): string {
    const cached = cachedInputTokens > 0 ? ` (${formatTokens(cachedInputTokens)} of them cached)` : "";
    return `${formatTokens(inputTokens + outputTokens)} tokens so far${cached}`;
  },
};
