import {
  displayWidth,
  graphemes,
  isWide
} from "./chunk-3TNWXDK7.mjs";
import {
  oneLine
} from "./chunk-INF2XAWY.mjs";
import {
  severities
} from "./chunk-VD2U5BDO.mjs";
import {
  paint,
  paintStart,
  proseColumns
} from "./chunk-SQSA5K2W.mjs";

// src/report/text/wrap.ts
function wrapText(text, options) {
  const indent = options.indent ?? "";
  const width = Math.max(10, options.columns - displayWidth(indent));
  let fence;
  return text.split("\n").flatMap((line) => {
    const wasFenced = fence !== void 0;
    fence = fenceAfter(line, fence);
    const lines = wasFenced || fence !== void 0 || isPreformatted(line) ? [line] : wrapLine(line, width);
    return lines.map((piece) => piece === "" ? "" : indent + piece);
  });
}
function flow(pieces, separator, options) {
  const width = options.columns - displayWidth(options.indent ?? "");
  const rows = [];
  let used = 0;
  for (const piece of pieces) {
    const pieceWidth = displayWidth(piece);
    const row = rows.at(-1);
    if (row !== void 0 && used + displayWidth(separator) + pieceWidth <= width) {
      row.push(piece);
      used += displayWidth(separator) + pieceWidth;
    } else {
      rows.push([piece]);
      used = pieceWidth;
    }
  }
  return rows;
}
function fenceAfter(line, fence) {
  const marker = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
  if (marker === void 0) return fence;
  if (fence === void 0) return marker;
  return marker.startsWith(fence) ? void 0 : fence;
}
function isPreformatted(line) {
  return /^( {4}|\t|\s*\|)/.test(line);
}
function wrapLine(line, width) {
  if (displayWidth(line) <= width) return [line.trimEnd()];
  const [lead = "", bullet = ""] = /^\s*([-*+>]\s+|\d{1,3}[.)]\s+)?/.exec(line) ?? [];
  const hang2 = " ".repeat(displayWidth(lead.slice(0, lead.length - bullet.length)) + displayWidth(bullet));
  const lines = [];
  let current = lead;
  let isEmpty = true;
  for (const unit of breakUnits(line.slice(lead.length))) {
    const space = unit.afterSpace && !isEmpty ? " " : "";
    if (!isEmpty && displayWidth(current + space + unit.text) > width) {
      lines.push(current);
      current = hang2 + unit.text;
    } else {
      current += space + unit.text;
    }
    isEmpty = false;
  }
  return [...lines, current];
}
function breakUnits(text) {
  return text.split(/\s+/).filter((word) => word !== "").flatMap(
    (word, wordIndex) => splitWideCharacters(word).map((piece, pieceIndex) => ({
      text: piece,
      afterSpace: pieceIndex === 0 && wordIndex > 0
    }))
  );
}
var neverFirst = /^[、。，．：；？！）」』】〕》〉・ー]/u;
function splitWideCharacters(word) {
  if (!Array.from(word).some(isWide)) return [word];
  const pieces = [];
  let previousIsWide = false;
  for (const grapheme of graphemes(word)) {
    const wide = isWide(grapheme);
    const last = pieces.length - 1;
    const glued = last >= 0 && (!wide && !previousIsWide || neverFirst.test(grapheme));
    if (glued) pieces[last] += grapheme;
    else pieces.push(grapheme);
    previousIsWide = wide;
  }
  return pieces;
}

// src/report/text/parts.ts
var modelIndent = "   ";
function labelled(label, text, style, options = {}) {
  const indent = options.indent ?? "";
  const [first = "", ...rest] = hang(`${label} ${text.trim()}`, { columns: proseColumns(style), indent });
  const painted = paintStart(first.slice(indent.length), label.length, options.tone ?? "quiet", style);
  return [indent + painted, ...rest];
}
function list(heading, entries, style) {
  const [only] = entries;
  if (only === void 0) return [];
  if (entries.length === 1) {
    if (isCommand(only)) return [paint(`${heading.one}:`, "quiet", style) + ` ${oneLine(only)}`];
    return labelled(`${heading.one}:`, only, style);
  }
  return [
    paint(heading.many, "quiet", style),
    ...entries.flatMap((entry) => isCommand(entry) ? [`  ${oneLine(entry)}`] : hanging(entry, style))
  ];
}
function hanging(text, style) {
  return hang(text.trim(), { columns: proseColumns(style), indent: "  " });
}
function verbatim(text, indent = "") {
  return trimBlankEnds(text).split("\n").map((line) => line === "" ? "" : indent + line);
}
function joinBlocks(blocks) {
  const filled = blocks.filter((block) => block.length > 0);
  return filled.flatMap((block, index) => index === 0 ? block : ["", ...block]);
}
function isCommand(entry) {
  return entry.startsWith("tandem ");
}
function hang(text, { columns, indent }) {
  const lines = wrapText(text, { columns: columns - 2, indent });
  return lines.map((line, index) => index === 0 || line === "" ? line : `  ${line}`);
}
function trimBlankEnds(text) {
  return text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
}

// src/report/text/findings.ts
function renderFindings(findings, style) {
  const sorted = findings.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity)
  );
  return joinBlocks(sorted.map((finding, index) => renderFinding(finding, index + 1, style)));
}
function formatConfidence(confidence) {
  return `${Math.round(Math.min(1, Math.max(0, confidence)) * 100)}% sure`;
}
function formatLocation({ file, lineStart, lineEnd }) {
  if (file === void 0) return void 0;
  const path = oneLine(file);
  if (lineStart === void 0) return path;
  return lineEnd === void 0 || lineEnd === lineStart ? `${path}:${lineStart}` : `${path}:${lineStart}-${lineEnd}`;
}
var tones = {
  critical: "bad",
  high: "bad",
  medium: "caution",
  low: "accent",
  nit: "quiet"
};
function renderFinding(finding, number, style) {
  const columns = proseColumns(style);
  return [
    ...renderTitle(finding, number, style),
    ...renderFacts(finding, style),
    ...finding.body === void 0 ? [] : wrapText(finding.body.trim(), { columns, indent: modelIndent }),
    ...finding.quote === void 0 ? [] : verbatim(finding.quote, `${modelIndent}| `).map(
      (line) => paint(line === "" ? `${modelIndent}|` : line, "quiet", style)
    ),
    ...renderPoint("Fails when:", finding.failurePath, style),
    ...renderPoint("Risk:", finding.risk, style),
    ...renderPoint("Fix:", finding.recommendation, style)
  ];
}
function renderTitle(finding, number, style) {
  const mark = `${number}. `.padEnd(modelIndent.length);
  const start = `${mark}${finding.severity}  `;
  const lines = wrapText(oneLine(finding.title), {
    columns: proseColumns(style) - displayWidth(start) + modelIndent.length,
    indent: modelIndent
  });
  return lines.map((line, index) => {
    const words = paint(line.slice(modelIndent.length), "title", style);
    return index === 0 ? `${mark}${paint(finding.severity, tones[finding.severity], style)}  ${words}` : modelIndent + words;
  });
}
function renderFacts(finding, style) {
  const location = formatLocation(finding);
  const facts = [
    location ?? "no file named",
    ...anchorRemark(finding),
    ...finding.category === void 0 || finding.category === "fact" ? [] : [finding.category],
    finding.proof,
    ...finding.confidence === void 0 ? [] : [formatConfidence(finding.confidence)]
  ];
  const rows = flow(facts, " \xB7 ", { columns: proseColumns(style), indent: modelIndent });
  return rows.map(
    (row) => modelIndent + row.map((fact) => paint(fact, fact === location ? "accent" : "quiet", style)).join(paint(" \xB7 ", "quiet", style))
  );
}
function anchorRemark({ anchor, file }) {
  if (anchor === "exact") return [];
  if (anchor === "moved") return ["quote elsewhere"];
  return [file === void 0 ? "cannot block" : "not found there, cannot block"];
}
function renderPoint(label, text, style) {
  return text === void 0 || text.trim() === "" ? [] : labelled(label, text, style, { indent: modelIndent, tone: "title" });
}

export {
  wrapText,
  flow,
  modelIndent,
  labelled,
  list,
  hanging,
  verbatim,
  joinBlocks,
  renderFindings,
  formatConfidence,
  formatLocation
};
