import {
  renderEnvelope,
  renderVerdict
} from "./chunk-5UFBTHLQ.mjs";
import {
  formatCount
} from "./chunk-LECVKPZU.mjs";
import "./chunk-XT4QHU2W.mjs";
import {
  byGravity,
  levelOf,
  linesOf,
  plainText,
  resultsOf,
  titleOf,
  treePathOf
} from "./chunk-FNLN3DMD.mjs";
import "./chunk-3K3OQXAC.mjs";
import "./chunk-3TNWXDK7.mjs";
import {
  oneLine,
  sanitise
} from "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/report/formats/render-github.ts
function renderGithub(envelope) {
  const results = resultsOf(envelope);
  const lines = [
    ...results.flatMap((result) => [
      ...renderFailure(result),
      ...byGravity(result.findings ?? []).map(renderFinding),
      ...renderOmissions(result)
    ]),
    "::group::codex-tandem",
    ...renderEnvelope(envelope, { columns: 100, colour: false }).trimEnd().split("\n").map(disarm),
    "::endgroup::",
    ...results.map((result) => disarm(closingLine(result)))
  ];
  return `${lines.join("\n")}
`;
}
var commands = { error: "error", warning: "warning", note: "notice" };
function renderFinding(finding) {
  const path = finding.anchor === "missing" ? void 0 : visiblePathOf(finding);
  const lines = linesOf(finding);
  const properties = {
    ...path === void 0 ? {} : { file: path },
    ...path === void 0 || lines === void 0 ? {} : { line: lines.first, endLine: lines.last },
    title: `${finding.severity}: ${titleOf(finding)}`
  };
  const place = oneLine(finding.file ?? "");
  const lead = path === void 0 && place !== "" ? `At ${place}.

` : "";
  return command(commands[levelOf(finding)], properties, lead + plainText(finding));
}
function visiblePathOf(finding) {
  const path = treePathOf(finding);
  return path === void 0 || sanitise(path) !== path ? void 0 : path;
}
function renderFailure({ error }) {
  if (error === void 0) return [];
  const { kind, message, repair } = error;
  const text = [message, repair.say, repair.command ?? ""].filter((part) => part.trim() !== "").join("\n");
  return [command("error", { title: `codex-tandem: ${kind}` }, text)];
}
function renderOmissions({ coverage }) {
  if (coverage?.status !== "partial") return [];
  const shown = coverage.omitted.slice(0, 10).map(({ path, reason }) => `${oneLine(path)}: ${oneLine(reason)}`);
  const rest = coverage.omitted.length - shown.length;
  const text = [...shown, ...rest > 0 ? [`and ${formatCount(rest, "more path")}`] : []].join("\n");
  const title = `codex-tandem: ${formatCount(coverage.omitted.length, "path")} not examined`;
  return [command("warning", { title }, text)];
}
function closingLine(envelope) {
  const { kind, target, error } = envelope;
  const what = target === void 0 ? kind : `${kind} of ${target.label}`;
  const verdict = renderVerdict(envelope, { columns: 100, colour: false }).map((line) => line.trim());
  const outcome = error === void 0 ? verdict.join(" ") : `failed (${error.kind})`;
  return oneLine(`codex-tandem ${what}: ${outcome === "" ? "done" : outcome}`);
}
function command(name, properties, text) {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(",")}::${escapeData(sanitise(text))}`;
}
function escapeData(text) {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty(text) {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
function disarm(line) {
  const quiet = line.replace(/##(?=\w{0,20}\[)/g, "# #");
  return /^\s*::/.test(quiet) ? `| ${quiet.trimStart()}` : quiet;
}
export {
  renderGithub
};
