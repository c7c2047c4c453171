import {
  renderEnvelope,
  renderHeader,
  renderVerdict
} from "./chunk-5UFBTHLQ.mjs";
import {
  formatCount
} from "./chunk-LECVKPZU.mjs";
import "./chunk-XT4QHU2W.mjs";
import {
  codeBlock,
  codeSpan,
  escapeInline,
  neutraliseLine,
  neutraliseMarkdown,
  renderFindings
} from "./chunk-BBPJNTDA.mjs";
import "./chunk-FNLN3DMD.mjs";
import "./chunk-3K3OQXAC.mjs";
import "./chunk-3TNWXDK7.mjs";
import "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/markdown/render-markdown.ts
function renderMarkdown(envelope, now = /* @__PURE__ */ new Date()) {
  return `${blocksOf(envelope, now).map((block) => block.trimEnd()).filter((block) => block !== "").join("\n\n")}
`;
}
var plain = { columns: 100, colour: false };
function blocksOf(envelope, now) {
  const { results = [], job, jobs, readiness, dryRun, version, error, answer, findings = [] } = envelope;
  if (results.length > 0)
    return results.flatMap((result, index) => (index === 0 ? [] : ["---"]).concat(blocksOf(result, now)));
  const isRun = error !== void 0 || answer !== void 0 || envelope.verdict !== void 0;
  if (jobs ?? readiness ?? dryRun ?? version ?? (isRun ? void 0 : job)) {
    return [codeBlock(renderEnvelope(envelope, { ...plain, now }))];
  }
  return [
    ...renderHead(envelope),
    ...renderError(error),
    ...renderSummary(envelope),
    ...renderAnswer(envelope),
    ...renderFindings(findings),
    ...renderList("Questions", envelope.questions, neutraliseLine),
    ...renderChecks(envelope),
    ...renderCoverage(envelope.coverage),
    ...renderList(
      "Next",
      envelope.nextSteps,
      (step) => step.startsWith("tandem ") ? codeSpan(step) : neutraliseLine(step)
    )
  ];
}
function renderHead(envelope) {
  const [first = "Result", ...facts] = renderHeader(envelope, plain);
  const verdict = renderVerdict(envelope, plain).map((line) => line.trim());
  return [
    `## ${escapeInline(first)}`,
    facts.map(escapeInline).join("  \n"),
    ...verdict.length === 0 ? [] : [`**${escapeInline(verdict.join(" "))}**`]
  ];
}
function renderError(error) {
  if (error === void 0) return [];
  const { kind, message, repair } = error;
  return [
    `**Error (${kind}):** ${escapeInline(message)}`,
    escapeInline(repair.say),
    ...repair.command === void 0 ? [] : [codeBlock(repair.command)]
  ];
}
function renderSummary({ summary = "", answer }) {
  return summary.trim() === "" || summary.trim() === answer?.trim() ? [] : [neutraliseMarkdown(summary.trim())];
}
function renderAnswer({ answer = "", raw = "", summary, findings = [], error }) {
  if (answer.trim() !== "") return [neutraliseMarkdown(answer.trim())];
  const isTold = summary !== void 0 || findings.length > 0;
  return raw.trim() === "" || isTold && error === void 0 ? [] : [codeBlock(raw)];
}
function renderChecks({ evidence = [], run }) {
  const open = evidence.filter(({ status }) => status !== "passed");
  return [
    ...renderList(
      "Checks",
      open.map(({ check, status, detail }) => `${status}: ${check} (${detail})`),
      escapeInline
    ),
    ...renderList("Warnings", run?.warnings, escapeInline)
  ];
}
var pathsShown = 20;
function renderCoverage(coverage) {
  if (coverage === void 0 || coverage.examined.length + coverage.omitted.length === 0) return [];
  const examined = `Examined: ${formatCount(coverage.examined.length, "path")}`;
  if (coverage.omitted.length === 0) return [`${examined}.`];
  const shown = coverage.omitted.slice(0, pathsShown).map(({ path, reason }) => `- ${codeSpan(path)}: ${escapeInline(reason)}`);
  const rest = coverage.omitted.length - shown.length;
  return [
    `**Not examined: ${formatCount(coverage.omitted.length, "path")}** (${examined.toLowerCase()})`,
    [...shown, ...rest > 0 ? [`- and ${formatCount(rest, "more path")}`] : []].join("\n")
  ];
}
function renderList(heading, entries, show) {
  const filled = (entries ?? []).filter((entry) => entry.trim() !== "");
  return filled.length === 0 ? [] : [`**${heading}**`, filled.map((entry) => `- ${show(entry)}`).join("\n")];
}
export {
  renderMarkdown
};
