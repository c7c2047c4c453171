import {
  escapeInline,
  renderPoints
} from "./chunk-BBPJNTDA.mjs";
import {
  printJson
} from "./chunk-5IX4SXJX.mjs";
import {
  byGravity,
  levelOf,
  linesOf,
  resultsOf,
  titleOf,
  treePathOf
} from "./chunk-FNLN3DMD.mjs";
import "./chunk-3K3OQXAC.mjs";
import "./chunk-3TNWXDK7.mjs";
import "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/render-rdjson.ts
function renderRdjson(envelope, layout) {
  const results = resultsOf(envelope);
  const diagnostics = results.flatMap((result) => [
    ...failureOf(result),
    ...byGravity(result.findings ?? []).map(diagnosticOf)
  ]);
  return printJson({ source, diagnostics }, layout);
}
var source = { name: "codex-tandem" };
var severities = { error: "ERROR", warning: "WARNING", note: "INFO" };
function diagnosticOf(finding) {
  const lines = linesOf(finding);
  const path = treePathOf(finding);
  const range = path === void 0 || lines === void 0 ? {} : { range: { start: { line: lines.first }, end: { line: lines.last } } };
  const message = [`**${escapeInline(titleOf(finding))}**`, ...renderPoints(finding)].join("\n\n");
  return {
    message,
    // Reviewdog reads the location of every diagnostic, so there is always one.
    location: { path: path ?? "", ...range },
    severity: severities[levelOf(finding)],
    source,
    code: { value: [finding.severity, finding.category ?? []].flat().join("/") },
    original_output: JSON.stringify(finding)
  };
}
function failureOf({ error }) {
  if (error === void 0) return [];
  const message = `**${error.kind}**: ${escapeInline(error.message)} ${escapeInline(error.repair.say)}`;
  return [{ message, location: { path: "" }, severity: "ERROR", source, code: { value: error.kind } }];
}
export {
  renderRdjson
};
