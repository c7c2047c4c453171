import { styleText } from "node:util";

/** How text for people is laid out. */
export interface TextStyle {
  /** Width of the terminal, or 80 where there is none. */
  readonly columns: number;
  readonly colour: boolean;
  /** What ages are counted from; the present when absent. */
  readonly now?: Date;
  /** A model has tools where a person has commands. */
  readonly reader?: "model";
}

/** The time from which ages are counted. */
export function nowOf(style: TextStyle): Date {
  return style.now ?? new Date();
}

/** What a piece of text is, not which colour it gets. */
export type Tone = keyof typeof formats;

/** `text` in the colours of its tone, or as it is when colour is off. Give it whole lines: widths are measured before. */
export function paint(text: string, tone: Tone, style: { readonly colour: boolean }): string {
  if (!style.colour || text === "") return text;
  // We decide about colour; Node's own check would look at stdout, which is not always where the text goes.
  return styleText([...formats[tone]], text, { validateStream: false });
}

/** Paints only the first `length` characters of a line. */
export function paintStart(
  line: string,
  length: number,
  tone: Tone,
  style: { readonly colour: boolean },
): string {
  return paint(line.slice(0, length), tone, style) + line.slice(length);
}

/** Prose is not set wider than this: long lines are hard to read. */
const widestProse = 100;
const narrowest = 40;

/** The width in which text is set on a terminal of `style.columns`. */
export function proseColumns(style: TextStyle): number {
  return Math.min(widestProse, Math.max(narrowest, style.columns));
}

/** The world as far as it decides about colour. */
export interface ColourQuestion {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/**
 * True when colours may be written. NO_COLOR (not empty, no-color.org) wins over all; then FORCE_COLOR (`0` or `false`
 * switches off, anything else on); then a terminal that is not `TERM=dumb`.
 */
export function mayUseColour({ environment, isTerminal }: ColourQuestion): boolean {
  if (environment["NO_COLOR"]) return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}

const formats = {
  title: ["bold"],
  quiet: ["dim"],
  good: ["green", "bold"],
  caution: ["yellow", "bold"],
  bad: ["red", "bold"],
  accent: ["cyan"],
} as const;
