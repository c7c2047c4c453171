import {
  pathBytes,
  pathText
} from "./chunk-2QL3U3VP.mjs";
import {
  findingId
} from "./chunk-VD2U5BDO.mjs";

// src/evidence/anchor.ts
import { isAbsolute, normalize, relative, sep } from "node:path";
function anchorOf({ file, lineStart, lineEnd }, grounds) {
  const ground = grounds.find(({ path }) => path === file);
  if (ground === void 0) return "missing";
  if (lineStart === void 0) return "moved";
  const last = lineEnd ?? lineStart;
  const inHunk = ground.changedLines.some(({ start, end }) => lineStart <= end && last >= start);
  return inHunk ? "exact" : "moved";
}
function relativeToRoot(path, root) {
  const inside = isAbsolute(path) ? relative(root, path) : normalize(path);
  const left = ["", ".", ".."].includes(inside) || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return left ? path : pathText(pathBytes(inside.split(sep).join("/")));
}

// src/tasks/present.ts
function present(key, value) {
  return value === void 0 || value === null ? {} : { [key]: value };
}

// src/evidence/quote.ts
function shownLines(patch, version = "new") {
  const lines = /* @__PURE__ */ new Map();
  const changed = version === "new" ? "+" : "-";
  let next;
  for (const line of patch.split("\n")) {
    const range = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (range !== null) next = Number(version === "new" ? range[2] : range[1]);
    else if (line.startsWith("diff --git ")) next = void 0;
    else if (next !== void 0 && (line.startsWith(changed) || line.startsWith(" ")))
      lines.set(next++, line.slice(1));
  }
  return lines;
}
function anchorOfQuote({ quote, lineStart }, lines) {
  const wanted = quote.split(/\r?\n/).map((line) => line.trim());
  while (wanted.at(0) === "") wanted.shift();
  while (wanted.at(-1) === "") wanted.pop();
  if (wanted.length === 0) return "missing";
  const starts = [...lines.keys()].filter(
    (start) => wanted.every((line, offset) => lines.get(start + offset)?.trim() === line)
  );
  if (starts.length === 0) return "missing";
  return lineStart !== void 0 && starts.includes(lineStart) ? "exact" : "moved";
}

// src/tasks/anchored-finding.ts
function anchoredFinding(answer, reviewed) {
  const file = answer.file === null ? void 0 : relativeToRoot(answer.file, reviewed.root);
  const { title, severity, category } = answer;
  return {
    id: findingId({ title, ...present("file", file), ...present("quote", answer.quote) }),
    severity,
    category,
    title,
    ...present("file", file),
    ...present("lineStart", answer.lineStart),
    ...present("lineEnd", answer.lineEnd),
    ...present("quote", answer.quote),
    ...present("failurePath", answer.failurePath),
    ...present("risk", answer.risk),
    ...present("recommendation", answer.recommendation),
    ...present("confidence", answer.confidence),
    anchor: anchorIn(reviewed, { ...answer, file }),
    proof: file !== void 0 && reviewed.seen.has(file) ? "witnessed" : "claim"
  };
}
function anchorIn({ diff }, place) {
  const { file, quote } = place;
  if (file === void 0) return "missing";
  const changed = diff.files.find(({ change }) => change.path === file) ?? diff.files.find(({ change }) => change.oldPath === file);
  if (changed === void 0) return "missing";
  const isNamedAsNow = changed.change.path === file;
  const lineStart = present("lineStart", place.lineStart);
  const lines = { file, ...lineStart, ...present("lineEnd", place.lineEnd) };
  const changedLines = isNamedAsNow ? changed.changedLines : [];
  const byLines = anchorOf(lines, [{ path: file, changedLines }]);
  if (byLines === "exact" || !quote?.trim() || changed.text === void 0) return byLines;
  const patch = changed.text.toString("utf8");
  const byQuote = anchorOfQuote({ quote, ...isNamedAsNow ? lineStart : {} }, shownLines(patch));
  return byQuote === "missing" ? anchorOfQuote({ quote }, shownLines(patch, "old")) : byQuote;
}

export {
  relativeToRoot,
  present,
  anchoredFinding,
  anchorIn
};
