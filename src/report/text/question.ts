import type { PendingKind } from "../../domain/pending.ts";
import { consequenceOf } from "./answer-command.ts";
import { hardWrap } from "./hard-wrap.ts";
import { oneLine, sanitiseExactly } from "./sanitise.ts";
import { paint, proseColumns, type TextStyle } from "./style.ts";
import { wrapText } from "./wrap.ts";

export interface QuestionStyle {
  /** Width of the terminal; 80 when absent. */
  readonly columns?: number;
  readonly colour?: boolean;
  /** What is asked for: says what accepting would mean. */
  readonly kind?: PendingKind;
}

/**
 * A request of Codex as it is put before somebody at the terminal, ending where the answer is typed. All of the text is shown, and
 * every line of it stands behind a bar, so that none can be taken for one of ours.
 */
export function renderQuestion(
  text: string,
  choices: readonly string[],
  { columns = 80, colour = false, kind }: QuestionStyle = {},
): string {
  const style = { columns: proseColumns({ columns, colour }), colour };
  const isDecision = choices.length > 0 && choices.every((choice) => /^[a-z]{1,12}$/.test(choice));
  const lines = [
    paint("Codex asks:", "caution", style),
    ...quote(text, style.columns),
    ...(isDecision ? [] : choices.flatMap((choice) => quote(`- ${oneLine(choice)}`, style.columns))),
    ...(kind === undefined ? [] : renderConsequence(kind, style)),
  ];
  return `${lines.join("\n")}\n${isDecision ? choices.join(", ") : "Your answer"}: `;
}

/** What accepting a request means, loud. */
export function renderConsequence(kind: PendingKind, style: TextStyle): readonly string[] {
  const words = consequenceOf(kind);
  if (words === undefined) return [];
  return wrapText(words, { columns: proseColumns(style), indent: "  " }).map((line) =>
    paint(line, "caution", style),
  );
}

/** Text of somebody else behind bars, none of its lines wider than `columns`. */
export function quote(text: string, columns: number): readonly string[] {
  return hardWrap(sanitiseExactly(text).trimEnd(), columns, { line: "  | ", continued: "  … " });
}
