import {
  avoidMarks,
  countMarks,
  mostRounds,
  redactWithMarks,
  replaceSpans
} from "./chunk-GTHHJJWD.mjs";
import {
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/privacy/second-opinion.ts
async function findWithSecretlint(text) {
  if (!mayHoldSecret(text)) return [];
  const lint = await (loaded ??= load());
  const spans = [];
  for (const { start, content } of windowsOf(text)) {
    for (const { ruleId, range } of await lint(content)) {
      const [from, to] = range;
      if (to > from) spans.push({ start: start + from, end: start + to, rule: shortName(ruleId) });
    }
  }
  return spans;
}
function mayHoldSecret(text) {
  return /[\w+/=.-]{16}|:\/\/|-----BEGIN/.test(text);
}
var windowSize = 32768;
var overlap = 2048;
function* windowsOf(text) {
  for (let start = 0; start < text.length; start += windowSize - overlap) {
    const first = start + (text.charCodeAt(start) === 65279 ? 1 : 0);
    yield { start: first, content: text.slice(first, start + windowSize) };
    if (start + windowSize >= text.length) return;
  }
}
var loaded;
async function load() {
  const [{ lintSource }, { rules }, { secretLintProfiler }] = await Promise.all([
    import("./module-K3WZVWB3.mjs"),
    import("./module-MCIU3XIJ.mjs"),
    import("./node-FCANDLJQ.mjs")
  ]);
  secretLintProfiler.mark = () => void 0;
  const config = {
    rules: rules.filter(({ meta }) => meta.id !== "@secretlint/secretlint-rule-filter-comments").map((rule) => ({ id: rule.meta.id, rule }))
  };
  return async (content) => {
    const source = { filePath: "text", content, contentType: "text" };
    return (await lintSource({ source, options: { config, noPhysicFilePath: true } })).messages;
  };
}
function shortName(ruleId) {
  const name = ruleId.replace(/^.*secretlint-rule-/, "").toLowerCase();
  return name.replace(/[^a-z0-9]+/g, "-").slice(0, 40) || "secretlint";
}

// src/privacy/redact-text.ts
async function redactText(text, find = findWithSecretlint) {
  let redaction = redactWithMarks(text);
  try {
    for (let round = 0; round < mostRounds; round += 1) {
      const spans = avoidMarks(redaction.text, await find(redaction.text));
      if (spans.length === 0) break;
      const second = replaceSpans(redaction.text, spans);
      const third = redactWithMarks(second.text);
      redaction = {
        text: third.text,
        marks: countMarks([...redaction.marks, ...second.marks, ...third.marks])
      };
    }
    return redaction;
  } catch (thrown) {
    return { ...redaction, onlyOwnRules: messageOf(thrown) };
  }
}

export {
  redactText
};
