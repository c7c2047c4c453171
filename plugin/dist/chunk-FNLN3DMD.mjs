import {
  formatConfidence
} from "./chunk-3K3OQXAC.mjs";
import {
  oneLine,
  sanitise
} from "./chunk-INF2XAWY.mjs";
import {
  severities
} from "./chunk-VD2U5BDO.mjs";

// src/report/formats/finding-text.ts
function levelOf({ severity, anchor }) {
  if (anchor === "missing") return "note";
  if (severity === "critical" || severity === "high") return "error";
  return severity === "medium" ? "warning" : "note";
}
function byGravity(findings) {
  return findings.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity)
  );
}
function resultsOf(envelope) {
  const { results = [] } = envelope;
  return results.length === 0 ? [envelope] : results.flatMap(resultsOf);
}
function pointsOf({
  body,
  failurePath,
  risk,
  recommendation
}) {
  return [
    { label: "", text: body },
    { label: "Fails when:", text: failurePath },
    { label: "Risk:", text: risk },
    { label: "Fix:", text: recommendation }
  ].flatMap(
    ({ label, text }) => text === void 0 || text.trim() === "" ? [] : [{ label, text: sanitise(text).trim() }]
  );
}
function factsOf({ category, proof, confidence, anchor, file }) {
  return [
    ...category === void 0 ? [] : [category],
    proof,
    ...confidence === void 0 ? [] : [formatConfidence(confidence)],
    ...anchor === "moved" ? ["quote elsewhere"] : [],
    ...anchor === "missing" ? [file === void 0 ? "cannot block" : "not found there, cannot block"] : []
  ];
}
function plainText(finding) {
  const paragraphs = pointsOf(finding).map(({ label, text }) => label === "" ? text : `${label} ${text}`);
  return [...paragraphs, `(${[finding.severity, ...factsOf(finding)].join(" \xB7 ")})`].join("\n\n");
}
function titleOf({ title }) {
  const line = oneLine(title);
  return line === "" ? "A finding without a title" : line;
}
function linesOf({
  lineStart,
  lineEnd
}) {
  if (lineStart === void 0 || !Number.isSafeInteger(lineStart) || lineStart < 1) return void 0;
  const isRange = lineEnd !== void 0 && Number.isSafeInteger(lineEnd) && lineEnd > lineStart;
  return { first: lineStart, last: isRange ? lineEnd : lineStart };
}
function treePathOf({ file }) {
  if (file === void 0 || file.trim() === "" || /^(?:[\\/]|[A-Za-z]:[\\/])/.test(file)) return void 0;
  return file.split("/").some((part) => part === ".." || part === "." || part === "") ? void 0 : file;
}

export {
  levelOf,
  byGravity,
  resultsOf,
  pointsOf,
  factsOf,
  plainText,
  titleOf,
  linesOf,
  treePathOf
};
