import {
  byGravity,
  factsOf,
  pointsOf,
  titleOf
} from "./chunk-FNLN3DMD.mjs";
import {
  formatLocation
} from "./chunk-3K3OQXAC.mjs";
import {
  oneLine,
  sanitise
} from "./chunk-INF2XAWY.mjs";

// src/report/formats/markdown/neutralise.ts
function neutraliseMarkdown(text) {
  const lines = [];
  let open;
  for (const line of sanitise(text).split("\n")) {
    const fence = fenceOf(line);
    if (open === void 0) {
      open = fence;
      lines.push(fence === void 0 ? neutralise(line) : line.trimStart());
    } else if (fence !== void 0 && closes(fence, open)) {
      lines.push(line.trim());
      open = void 0;
    } else {
      lines.push(line.slice(Math.min(open.indent, /^[ \t]*/.exec(line)?.[0].length ?? 0)));
    }
  }
  if (open !== void 0) lines.push(open.run);
  return lines.join("\n");
}
function neutraliseLine(text) {
  return neutralise(oneLine(text)).replace(/^(?=```|~~~)/, invisibleSpace);
}
function escapeInline(text) {
  const escaped = oneLine(text).replace(/[\\`*_{}[\]|~$]/g, "\\$&");
  return neutralise(escaped).replace(
    /^([#>+-])|^(\d+)([.)])/,
    (_, mark, number, dot) => mark === void 0 ? `${number}\\${dot}` : `\\${mark}`
  );
}
function codeSpan(text) {
  const line = oneLine(text);
  const ticks = "`".repeat(longestRun(line, "`") + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return line === "" ? "" : `${ticks}${padding}${line}${padding}${ticks}`;
}
function codeBlock(text) {
  const clean = sanitise(text);
  const fence = "`".repeat(Math.max(3, longestRun(clean, "`") + 1));
  return `${fence}
${clean.replace(/\n$/, "")}
${fence}`;
}
var invisibleSpace = "\u200B";
var active = /@(?=[\p{L}\p{N}_-])|#(?=\d)|\bGH-(?=\d)|<(?=[A-Za-z/!?])|!(?=\[)|&(?=[#A-Za-z])/giu;
var slashCommand = /^\/(?=[a-z])/i;
function neutralise(line) {
  return line.replace(active, (characters) => characters + invisibleSpace).replace(slashCommand, (slash) => invisibleSpace + slash);
}
function fenceOf(line) {
  const [, indent = "", run, rest = ""] = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
  return run === void 0 ? void 0 : { indent: indent.length, run, rest };
}
function closes(fence, open) {
  return fence.rest.trim() === "" && fence.run.startsWith(open.run);
}
function longestRun(text, character) {
  let longest = 0;
  let length = 0;
  for (const each of text) {
    length = each === character ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}

// src/report/formats/markdown/render-findings.ts
function renderFindings(findings) {
  return byGravity(findings).flatMap((finding, index) => [
    `### ${index + 1}. ${finding.severity}: ${escapeInline(titleOf(finding))}`,
    [placeOf(finding), ...factsOf(finding)].join(" \xB7 "),
    ...renderPoints(finding)
  ]);
}
function renderPoints(finding) {
  const { quote = "" } = finding;
  const points = pointsOf(finding);
  const body = points.filter(({ label }) => label === "").map(({ text }) => neutraliseMarkdown(text));
  const named = points.filter(({ label }) => label !== "");
  return [...body, ...quote.trim() === "" ? [] : [codeBlock(quote)], ...named.map(renderPoint)];
}
function renderPoint({ label, text }) {
  return text.includes("\n") ? `**${label}**

${neutraliseMarkdown(text)}` : `**${label}** ${neutraliseLine(text)}`;
}
function placeOf(finding) {
  const place = formatLocation(finding);
  return place === void 0 ? "no file named" : codeSpan(place);
}

export {
  neutraliseMarkdown,
  neutraliseLine,
  escapeInline,
  codeSpan,
  codeBlock,
  renderFindings,
  renderPoints
};
