import { paint, type TextStyle, type Tone } from "./style.ts";
import { cutToWidth, displayWidth, padToWidth } from "./width.ts";

export interface TableColumn {
  readonly heading: string;
  /** Columns with the highest number are left out first when the lines are too narrow; 0 is never left out. */
  readonly expendable: number;
  /** Kept free for texts that change, so that the columns after it stay where they are. */
  readonly least?: number;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  /** Whole lines under the row, painted and as wide as they shall be. */
  readonly notes?: readonly string[];
}

/** What notes under a row begin with. */
export const noteIndent = "        ";

/** A table without rules; its last column takes what the others leave and is cut to that. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  style: TextStyle,
): readonly string[] {
  const natural = columns.map((column, index) => naturalWidth(column, rows, index));
  const kept = keepColumns(columns, natural, style.columns);
  const widths = kept.map((index) => natural[index] ?? 0);
  const headings = kept.map((index) => ({ text: columns[index]?.heading ?? "", tone: "quiet" as const }));
  return [
    renderRow(headings, widths, style),
    ...rows.flatMap(({ cells, notes = [] }) => [
      renderRow(
        kept.map((index) => cells[index] ?? { text: "" }),
        widths,
        style,
      ),
      ...notes,
    ]),
  ];
}

const gap = "  ";
/** Below this a title says too little; expendable columns give way. */
const smallestLast = 24;

/** The columns that are shown: those that say something, without the most expendable ones while the last has too little room. */
function keepColumns(
  columns: readonly TableColumn[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  let kept = columns.map((_, index) => index).filter((index) => (natural[index] ?? 0) > 0);
  while (roomForLast(kept, natural, width) < smallestLast) {
    const worst = kept.slice(0, -1).reduce<number | undefined>((chosen, index) => {
      const rank = columns[index]?.expendable ?? 0;
      return rank > (chosen === undefined ? 0 : (columns[chosen]?.expendable ?? 0)) ? index : chosen;
    }, undefined);
    if (worst === undefined) break;
    kept = kept.filter((index) => index !== worst);
  }
  return kept;
}

function roomForLast(kept: readonly number[], natural: readonly number[], width: number): number {
  return kept.slice(0, -1).reduce((rest, index) => rest - (natural[index] ?? 0) - gap.length, width);
}

/** 0 when no row says anything in this column. */
function naturalWidth(column: TableColumn, rows: readonly TableRow[], index: number): number {
  const widest = rows.reduce((most, { cells }) => Math.max(most, displayWidth(cells[index]?.text ?? "")), 0);
  return widest === 0 ? 0 : Math.max(widest, displayWidth(column.heading), column.least ?? 0);
}

function renderRow(cells: readonly Cell[], widths: readonly number[], style: TextStyle): string {
  let used = 0;
  const pieces = cells.map(({ text, tone }, position) => {
    const isLast = position === cells.length - 1;
    const width = widths[position] ?? 0;
    const plain = isLast ? cutToWidth(text, style.columns - used) : padToWidth(text, width);
    used += width + gap.length;
    return tone === undefined ? plain : paint(plain, tone, style);
  });
  return pieces.join(gap).trimEnd();
}
