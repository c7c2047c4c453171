import { type Finding, type Severity, severities } from "../../domain/finding.ts";
import { type Block, modelIndent as indent, joinBlocks, labelled, verbatim } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, proseColumns, type TextStyle, type Tone } from "./style.ts";
import { displayWidth } from "./width.ts";
import { flow, wrapText } from "./wrap.ts";

/** All findings, the gravest first, numbered so that people can speak of them. */
export function renderFindings(findings: readonly Finding[], style: TextStyle): Block {
  const sorted = findings.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
  return joinBlocks(sorted.map((finding, index) => renderFinding(finding, index + 1, style)));
}

/** `92% sure`, from 0 to 1. */
export function formatConfidence(confidence: number): string {
  return `${Math.round(Math.min(1, Math.max(0, confidence)) * 100)}% sure`;
}

/** `src/a.ts:42-58`; the path whole, so that a terminal can open it. */
export function formatLocation({ file, lineStart, lineEnd }: Finding): string | undefined {
  if (file === undefined) return undefined;
  const path = oneLine(file);
  if (lineStart === undefined) return path;
  return lineEnd === undefined || lineEnd === lineStart
    ? `${path}:${lineStart}`
    : `${path}:${lineStart}-${lineEnd}`;
}

const tones: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "caution",
  low: "accent",
  nit: "quiet",
};

function renderFinding(finding: Finding, number: number, style: TextStyle): Block {
  const columns = proseColumns(style);
  return [
    ...renderTitle(finding, number, style),
    ...renderFacts(finding, style),
    ...(finding.body === undefined ? [] : wrapText(finding.body.trim(), { columns, indent })),
    ...(finding.quote === undefined
      ? []
      : verbatim(finding.quote, `${indent}| `).map((line) =>
          paint(line === "" ? `${indent}|` : line, "quiet", style),
        )),
    ...renderPoint("Fails when:", finding.failurePath, style),
    ...renderPoint("Risk:", finding.risk, style),
    ...renderPoint("Fix:", finding.recommendation, style),
  ];
}

function renderTitle(finding: Finding, number: number, style: TextStyle): Block {
  const mark = `${number}. `.padEnd(indent.length);
  const start = `${mark}${finding.severity}  `;
  const lines = wrapText(oneLine(finding.title), {
    columns: proseColumns(style) - displayWidth(start) + indent.length,
    indent,
  });
  return lines.map((line, index) => {
    const words = paint(line.slice(indent.length), "title", style);
    return index === 0
      ? `${mark}${paint(finding.severity, tones[finding.severity], style)}  ${words}`
      : indent + words;
  });
}

function renderFacts(finding: Finding, style: TextStyle): Block {
  const location = formatLocation(finding);
  const facts = [
    location ?? "no file named",
    ...anchorRemark(finding),
    ...(finding.category === undefined || finding.category === "fact" ? [] : [finding.category]),
    finding.proof,
    ...(finding.confidence === undefined ? [] : [formatConfidence(finding.confidence)]),
  ];
  const rows = flow(facts, " · ", { columns: proseColumns(style), indent });
  return rows.map(
    (row) =>
      indent +
      row
        .map((fact) => paint(fact, fact === location ? "accent" : "quiet", style))
        .join(paint(" · ", "quiet", style)),
  );
}

function anchorRemark({ anchor, file }: Finding): readonly string[] {
  if (anchor === "exact") return [];
  if (anchor === "moved") return ["quote elsewhere"];
  return [file === undefined ? "cannot block" : "not found there, cannot block"];
}

function renderPoint(label: string, text: string | undefined, style: TextStyle): Block {
  return text === undefined || text.trim() === ""
    ? []
    : labelled(label, text, style, { indent, tone: "title" });
}
