// src/report/json.ts
function renderJson(envelope, options) {
  return printJson(inOrder(envelope, "envelope"), options);
}
function printJson(value, { pretty }) {
  const text = JSON.stringify(value, void 0, pretty ? 2 : void 0);
  return `${text.replace(hiddenInJson, escapeForJson)}
`;
}
var hiddenInJson = /[\u007F-\u009F\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu;
function escapeForJson(character) {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
  ).join("");
}
var jobKeys = words(
  "id title kind status phase workspace createdAt endedAt lastEventAt expiresAt pollAfterMs"
);
var keyOrder = {
  envelope: words(
    `schema ok kind job jobs results target verdict confidence summary answer findings questions nextSteps raw patch
     artifacts evidence coverage pending readiness dryRun run error`
  ),
  job: jobKeys,
  jobs: jobKeys,
  target: words("scope label base head paths"),
  findings: words(
    `id severity category title file lineStart lineEnd quote body failurePath risk recommendation confidence anchor
     proof`
  ),
  evidence: words("check status detail"),
  coverage: words("status basis examined omitted"),
  readiness: words("codex login defaults limits broker stateRoot problems"),
  run: words(
    `engine route tandem codex model provider effort tier sandbox network isolation instructionSources thread turn usage
     durationMs rehearsal idempotencyKey warnings`
  ),
  error: words("kind message retryable retryAfterMs repair details")
};
function words(text) {
  return text.split(/\s+/);
}
function inOrder(value, name) {
  if (Array.isArray(value))
    return value.map((entry) => inOrder(entry, name === "results" ? "envelope" : name));
  if (typeof value !== "object" || value === null) return value;
  const entries = new Map(Object.entries(value));
  const known = (keyOrder[name] ?? []).filter((key) => entries.has(key));
  const others = [...entries.keys()].filter((key) => !known.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, inOrder(entries.get(key), key)]));
}

export {
  renderJson,
  printJson
};
