// src/privacy/span.ts
function markOf(rule) {
  return `[redacted:${rule}]`;
}
var markPattern = /\[redacted:[a-z0-9-]{1,60}\]/g;
function replaceSpans(text, spans) {
  if (spans.length === 0) return { text, marks: [] };
  const merged = mergeSpans(spans);
  const pieces = [];
  let position = 0;
  for (const { start, end, rule } of merged) {
    pieces.push(text.slice(position, start), markOf(rule));
    position = end;
  }
  pieces.push(text.slice(position));
  return { text: pieces.join(""), marks: countMarks(merged.map(({ rule }) => ({ rule, count: 1 }))) };
}
function leaveMarks(text, spans) {
  const marks = spans.length === 0 ? [] : findMarks(text);
  return marks.length === 0 ? spans : spans.filter((span) => !cutsIntoMark(span, marks));
}
function avoidMarks(text, spans) {
  const marks = spans.length === 0 ? [] : findMarks(text);
  return spans.filter(({ start, end }) => {
    const mark = marks[countBefore(marks, start)];
    return mark === void 0 || mark.start >= end;
  });
}
function findMarks(text) {
  return [...text.matchAll(markPattern)].map(({ index, 0: mark }) => ({
    start: index,
    end: index + mark.length
  }));
}
function cutsIntoMark({ start, end }, marks) {
  const first = marks[countBefore(marks, start)];
  const last = marks[countBefore(marks, end - 1)];
  if (first !== void 0 && first.start === start && first.end === end) return true;
  return [first, last].some(
    (mark) => mark !== void 0 && mark.start < end && mark.end > start && (mark.start < start || mark.end > end)
  );
}
function countBefore(marks, position) {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = low + high >> 1;
    if ((marks[middle]?.end ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
function countMarks(marks) {
  const counts = /* @__PURE__ */ new Map();
  for (const { rule, count } of marks) counts.set(rule, (counts.get(rule) ?? 0) + count);
  return [...counts].map(([rule, count]) => ({ rule, count }));
}
function mergeSpans(spans) {
  const ranked = spans.map((span, rank) => ({ ...span, rank })).sort((one, other) => one.start - other.start);
  const merged = [];
  for (const span of ranked) {
    const last = merged.at(-1);
    if (last === void 0 || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const { rule, rank } = span.rank < last.rank ? span : last;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), rule, rank };
  }
  return merged;
}

// src/privacy/rules/value-shape.ts
function entropyOf(text) {
  const counts = /* @__PURE__ */ new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count / text.length * Math.log2(count / text.length);
  return bits;
}
function isPlaceholder(value) {
  return [reference, template, time, placeholderWord].some((pattern) => pattern.test(value));
}
function isWordChain(value) {
  return wordChain.test(value);
}
function isIdentifierLike(value) {
  return identifierChain.test(value) || identifier.test(value) && hasWords(value);
}
var reference = /^(?:\$[A-Za-z_({]|%[A-Za-z_]|[<{[(*#&]|~?\.{0,2}\/[\w.@-]+\/|[A-Za-z][A-Za-z+.-]{1,14}\d?:\/\/)/;
var template = /\$\{|\$\(|\{\{|<%|process\.env|environ|getenv|import\.meta|\.\.\.|…|\*\*\*|xxxx/i;
var time = /^\d{4}-\d\d-\d\d(?:T|$)/;
var placeholderWord = /(?:^|[^a-z])(?:example|placeholder|change[-_]?me|replace[-_]?me|your|dummy|sample|insert|todo|redacted|foobar|undefined|null)(?:$|[^a-z])/i;
var wordChain = /^[a-z]+(?:[-_.:/][a-z]+|[-_.:/]?v?\d{1,4}(?!\d))*$/i;
var identifier = /^[A-Za-z_$][\w$]*$/;
var identifierChain = /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/;
function hasWords(value) {
  const turns = value.match(/[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0;
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 0;
  return turns < 3 || value.length >= 3 * words;
}

// src/privacy/rules/assignment.ts
var assignmentRule = { name: "assignment", find: findAssignments };
var keywords = /passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|access|auth|private|signing|encryption|account)[_-]?key/gi;
var password = /^(?:passw(?:or)?d|passphrase|pwd)$/i;
var connection = /(?=(?<rest>[\w.-]{0,40}))\k<rest>\\{0,4}["'`]?\]?(?:\s{0,20}(?<sign>=>|:=|=|:)(?:(?:\s|\\{1,4}[nrt]){0,20}(?=\\{0,4}["'`])|[ \t]{0,20})|(?<bracket>>)|(?<blank>[ \t]{1,4}))(?<quote>\\{0,4}["'`])?/y;
var quotedValue = /[^"'`\\\s]{8,128}/y;
var bareValue = /[^"'`\\\s,;&|<>(){}[\]]{8,128}/y;
var quotedRest = /[^"'`\\\s]*/y;
var bareRest = /[^"'`\\\s,;&|<>(){}[\]]*/y;
var harmlessEnding = /(?:name|file|path|folder|dir|ur[il]|type|header|count|limit|length|size|field|id|hash|digest|label|hint|regexp?|pattern|prefix|suffix|env|var|param|selector|policy|version|algorithm|endpoint|format|class|usage|budget|expir\w*|ttl|time|at)s?$/i;
function findAssignments(text) {
  const spans = [];
  const marks = [...text.matchAll(markPattern)];
  let nextMark = 0;
  for (const { index, 0: keyword } of text.matchAll(keywords)) {
    while (endOf(marks[nextMark]) <= index) nextMark += 1;
    if ((marks[nextMark]?.index ?? text.length) < index) continue;
    const found = readAssignment(text, index, keyword);
    if (found !== void 0 && isSecret(found)) spans.push(spanOf(found, text, spans.at(-1)?.end ?? 0));
  }
  return spans;
}
function endOf(mark) {
  return mark === void 0 ? Number.POSITIVE_INFINITY : mark.index + mark[0].length;
}
function spanOf(found, text, known) {
  const { start, value, isQuoted } = found;
  const rule = isAwsSecret(found) ? "aws" : "assignment";
  const end = start + value.length;
  if (end < known) return { start, end: known, rule };
  const rest = isQuoted ? quotedRest : bareRest;
  rest.lastIndex = end;
  return { start, end: rest.test(text) ? rest.lastIndex : end, rule };
}
function readAssignment(text, index, keyword) {
  connection.lastIndex = index + keyword.length;
  const match = connection.exec(text);
  if (match === null) return void 0;
  const { rest = "", sign, bracket, blank, quote } = match.groups ?? {};
  const start = connection.lastIndex;
  const pattern = quote === void 0 ? bareValue : quotedValue;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0];
  if (value === void 0) return void 0;
  const before = nameBefore(text, index);
  return {
    name: before + keyword + rest,
    keyword,
    connector: sign ?? bracket ?? blank ?? "",
    isQuoted: quote !== void 0,
    value,
    start,
    previous: text.charAt(index - before.length - 1),
    after: text.charAt(start + value.length)
  };
}
function nameBefore(text, index) {
  const [name = ""] = /[\w.-]*$/.exec(text.slice(Math.max(0, index - 40), index)) ?? [];
  return text.charAt(index - name.length - 1) === "\\" ? name.slice(1) : name;
}
function isSecret(found) {
  const { name, connector, value, after } = found;
  if (connector === ">" && after !== "<") return false;
  if (connector.trim() === "" && !name.startsWith("--")) return false;
  if (isAwsSecret(found)) return true;
  return !harmlessEnding.test(name) && !/public/i.test(name) && !isPlaceholder(value) && looksSecret(found);
}
function isAwsSecret({ name, value }) {
  return /secret_?-?access_?-?key|aws.*secret/i.test(name) && /^[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/.test(value);
}
function looksSecret(found) {
  const { name, keyword, connector, isQuoted, value, after, previous } = found;
  if (!/[A-Za-z]/.test(value)) return false;
  const isEnvironment = connector === "=" && /^[A-Z0-9_]+$/.test(name);
  if (!isQuoted && !isEnvironment && (isIdentifierLike(value) || after === "(" || after === "["))
    return false;
  if (isRequestId(found) || !isQuoted && previous === ":") return false;
  if (password.test(keyword)) return /[\d!#$%^&*]/.test(value) && entropyOf(value) >= 2.5;
  const shortest = isQuoted ? 12 : 16;
  return value.length >= shortest && /\d/.test(value) && !isWordChain(value) && entropyOf(value) >= 3;
}
function isRequestId({ name, value }) {
  return uuid.test(value) && /token/i.test(name) && !/api|access|auth|refresh|bearer|secret/i.test(name);
}
var uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// src/privacy/rules/private-key.ts
var privateKeyRule = { name: "private-key", find: findPrivateKeys };
var beginning = /-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
var headers = /(?:\s|\\{1,8}[nrt"']|[+-](?!----))*(?:[A-Za-z-]{4,20}: [^\r\n\\]{0,200}(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)[+-]?){0,8}/y;
var body = /(?:[A-Za-z0-9+/=\s"'`,;>|#*]|-(?!----)|\\{1,8}[nrt"'])*/y;
var ending = /-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
function findPrivateKeys(text) {
  const spans = [];
  for (const { index, 0: line } of text.matchAll(beginning)) {
    const start = index + line.length;
    const afterHeaders = matchAt(headers, text, start);
    const afterBody = matchAt(body, text, afterHeaders);
    const end = matchAt(ending, text, afterBody);
    const lines = text.slice(afterHeaders, afterBody);
    if (end > afterBody) {
      if (/[A-Za-z0-9+/]{12}/.test(lines)) spans.push({ start: index, end, rule: "private-key" });
    } else if (/[A-Za-z0-9+/]{40}/.test(lines)) {
      spans.push({ start: index, end: afterHeaders + endOfKey(lines), rule: "private-key" });
    }
  }
  return spans;
}
function matchAt(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}
function endOfKey(lines) {
  let end = 0;
  for (const { index, 0: run } of lines.matchAll(/[A-Za-z0-9+/=]{16,}/g)) end = index + run.length;
  return end;
}

// src/privacy/rules/rule.ts
function patternRule(name, pattern, accept = () => true) {
  return {
    name,
    find: (text) => {
      const spans = [];
      for (const match of text.matchAll(pattern)) {
        const secret = match.length > 1 ? match[1] : match[0];
        const end = match.index + match[0].length;
        if (secret !== void 0 && accept(secret, match[0])) {
          spans.push({ start: end - secret.length, end, rule: name });
        }
      }
      return spans;
    }
  };
}

// src/privacy/rules/tokens.ts
var wordStart = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))`;
var tokenRules = [
  patternRule("github", /(?:gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22})[A-Za-z0-9_]*/g),
  patternRule(
    "slack",
    /(?:xox[abeoprs]-(?:\d-)?|xapp-)[A-Za-z0-9-]{10,}|hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9_/-]{16,}/g
  ),
  patternRule(
    "npm",
    /npm_[A-Za-z0-9]{36}[A-Za-z0-9_]*|(?<=(?::_(?:authToken|auth|password)|\b_authToken)\s{0,3}=\s{0,3}"?)[A-Za-z0-9+/=_.-]{8,}/g,
    (secret) => secret.startsWith("npm_") || /\d/.test(secret)
  ),
  patternRule("anthropic", new RegExp(`${wordStart}sk-ant-[A-Za-z0-9_-]{20,}`, "g")),
  patternRule(
    "gitlab",
    /gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_-]{20,}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?[A-Za-z0-9]*/g
  ),
  patternRule(
    "openai",
    new RegExp(
      `${wordStart}sk-(?:(?:proj|svcacct|admin|service|None)-[A-Za-z0-9_-]{20}|[A-Za-z0-9]{20})[A-Za-z0-9_-]*`,
      "g"
    )
  ),
  patternRule("stripe", new RegExp(`${wordStart}(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=]{16,}`, "g")),
  // An image in base64 holds any four letters sooner or later; a key does not follow forty of them.
  patternRule(
    "google",
    /(?<![A-Za-z0-9+/]{40})(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20}|ya29\.[A-Za-z0-9_-]{20})[A-Za-z0-9_-]*/g
  ),
  patternRule("aws", /(?<![A-Z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}[A-Za-z0-9]*/g),
  // The second part is optional for the pattern and asked for by the rule: so a long first part is never scanned twice.
  patternRule(
    "jwt",
    /eyJ[A-Za-z0-9_-]{6,}(?:\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*)?/g,
    (secret) => secret.includes(".")
  ),
  patternRule(
    "authorization",
    /(?:\b(?:bearer|basic)|authorization\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}["']?[a-z]{0,12})[ \t]{1,4}([A-Za-z0-9._~+/-]{8,}={0,2})/gi,
    isCredential
  ),
  patternRule(
    "url-password",
    /:\/\/[^\s/:@"'`<>\\]{0,200}:([^\s/"'`<>\\]{1,200})(?=@)/g,
    (secret) => !isOrdinaryPassword(secret)
  )
];
function isCredential(secret, match) {
  if (isPlaceholder(secret)) return false;
  const isHeader = /^authorization/i.test(match) && /\d/.test(secret) && !secret.includes(".");
  return isHeader || secret.length >= 16 && looksRandom(secret);
}
function looksRandom(secret) {
  return /\d/.test(secret) && /[A-Za-z]/.test(secret) && !isWordChain(secret) && entropyOf(secret) >= 3;
}
function isOrdinaryPassword(secret) {
  return isPlaceholder(secret) || /^(?:pass(?:word|wd)?|pw|pwd|secret|token)$/i.test(secret);
}

// src/privacy/rules/all-rules.ts
var allRules = [privateKeyRule, ...tokenRules, assignmentRule];

// src/privacy/redact.ts
function redact(text) {
  return redactWithMarks(text).text;
}
function redactWithMarks(text) {
  let redaction = { text, marks: [] };
  for (let round = 0; round < mostRounds; round += 1) {
    const { text: shorter, marks } = replaceSpans(redaction.text, findSecrets(redaction.text));
    if (marks.length === 0) break;
    redaction = { text: shorter, marks: countMarks([...redaction.marks, ...marks]) };
  }
  return redaction;
}
var mostRounds = 5;
function findSecrets(text) {
  return leaveMarks(
    text,
    allRules.flatMap((rule) => rule.find(text))
  );
}

export {
  replaceSpans,
  avoidMarks,
  countMarks,
  redact,
  redactWithMarks,
  mostRounds
};
