import type { OperatorSummary } from "../../domain/operator.ts";
import type { Block } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle } from "./style.ts";
import { noteIndent, renderTable } from "./table.ts";

/** Operators in a line each: name, whose it is, and what it is for; then its inputs. */
export function renderOperators(operators: readonly OperatorSummary[] | undefined, style: TextStyle): Block {
  if (operators === undefined) return [];
  const rows = operators.map((operator) => ({
    cells: [
      { text: oneLine(operator.name), tone: "accent" as const },
      { text: operator.origin },
      { text: oneLine(operator.goal ?? (operator.problem === undefined ? "" : "it cannot be used")) },
    ],
    notes: notesOf(operator, style),
  }));
  return renderTable(columns, rows, style);
}

const columns = [
  { heading: "operator", expendable: 0 },
  { heading: "from", expendable: 1 },
  { heading: "goal", expendable: 0 },
];

function notesOf({ inputs = [], mayRun, problem }: OperatorSummary, style: TextStyle): readonly string[] {
  const names = inputs.map(({ name, required }) => (required ? oneLine(name) : `[${oneLine(name)}]`));
  return [
    ...(names.length === 0 ? [] : [paint(`${noteIndent}inputs: ${names.join(" ")}`, "quiet", style)]),
    ...(problem !== undefined ? [paint(`${noteIndent}${oneLine(problem)}`, "bad", style)] : []),
    ...(mayRun === false ? [paint(`${noteIndent}nobody has accepted it yet`, "caution", style)] : []),
  ];
}
