import { paint, type TextStyle, type Tone } from "./style.ts";
import { cutToWidth, displayWidth, padToWidth } from "./width.ts";

export interface TableColumn {
  readonly heading: string;
  /** Columns with the highest number are left out first when the lines are too narrow; 0 is never left out. */
  readonly expendable: number;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  /** A line of its own under the row. */
  readonly note?: string;
}

/** A table without lines; its last column takes what the others leave and is cut to that. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  style: TextStyle,
): readonly string[] {
  const kept = keepColumns(columns, rows, style.columns);
  const widths = kept.map((index) => naturalWidth(columns, rows, index));
  const headings = kept.map((index) => ({ text: columns[index]?.heading ?? "", tone: "quiet" as const }));
  return [
    renderRow(headings, widths, style),
    ...rows.flatMap(({ cells, note }) => [
      renderRow(
        kept.map((index) => cells[index] ?? { text: "" }),
        widths,
        style,
      ),
      ...(note === undefined ? [] : [paint(cutToWidth(`        ${note}`, style.columns), "quiet", style)]),
    ]),
  ];
}

const gap = "  ";
const smallestLast = 20;

function keepColumns(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  width: number,
): readonly number[] {
  let kept = columns.map((_, index) => index).filter((index) => naturalWidth(columns, rows, index) > 0);
  while (spaceForLast(kept, columns, rows, width) < smallestLast) {
    const worst = kept.slice(0, -1).reduce<number | undefined>((chosen, index) => {
      const rank = columns[index]?.expendable ?? 0;
      return rank > (chosen === undefined ? 0 : (columns[chosen]?.expendable ?? 0)) ? index : chosen;
    }, undefined);
    if (worst === undefined) break;
    kept = kept.filter((index) => index !== worst);
  }
  return kept;
}

function spaceForLast(
  kept: readonly number[],
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  width: number,
): number {
  return kept
    .slice(0, -1)
    .reduce((rest, index) => rest - naturalWidth(columns, rows, index) - gap.length, width);
}

/** 0 when no row says anything in this column. */
function naturalWidth(columns: readonly TableColumn[], rows: readonly TableRow[], index: number): number {
  const widest = Math.max(0, ...rows.map(({ cells }) => displayWidth(cells[index]?.text ?? "")));
  return widest === 0 ? 0 : Math.max(widest, displayWidth(columns[index]?.heading ?? ""));
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
