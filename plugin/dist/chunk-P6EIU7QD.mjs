import {
  secretFileName
} from "./chunk-5L2IJZTZ.mjs";
import {
  redactText
} from "./chunk-KFVKFHRT.mjs";

// src/tasks/inline-change.ts
async function inlineChange(diff) {
  const parts = [];
  const shown = [];
  const omitted = [];
  for (const { change, text, omitted: reason } of diff.files) {
    const { path, oldPath } = change;
    const secret = secretFileName(path) ?? (oldPath === void 0 ? void 0 : secretFileName(oldPath));
    if (secret !== void 0) {
      omitted.push({ path, reason: `its name says that it holds secrets (${secret})` });
      continue;
    }
    if (reason !== void 0) omitted.push({ path, reason });
    if (text === void 0) continue;
    const part = text.toString("utf8");
    parts.push(part.endsWith("\n") ? part : `${part}
`);
    if (reason === void 0) shown.push(path);
  }
  const redacted = await redactText(parts.join(""));
  return { text: redacted.text, shown, omitted, marks: redacted.marks };
}
function describeMarks(marks) {
  if (marks.length === 0) return void 0;
  const total = marks.reduce((sum, { count }) => sum + count, 0);
  const secrets = total === 1 ? "1 secret was" : `${total} secrets were`;
  return `${secrets} replaced before sending (${marks.map(({ rule }) => rule).join(", ")}).`;
}

export {
  inlineChange,
  describeMarks
};
