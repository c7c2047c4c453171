import {
  parseJsonAnswer
} from "./chunk-VVLYK7SI.mjs";
import {
  toJSONSchema
} from "./chunk-VO7FAIWE.mjs";
import {
  reportError
} from "./chunk-VWEJZTN3.mjs";

// src/tasks/strict-schema.ts
var strictKeywords = [
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "anyOf",
  "description"
];
function strictJsonSchema(schema) {
  return keepStrict(toJSONSchema(schema));
}
function keepStrict(node) {
  if (Array.isArray(node)) return node.map(keepStrict);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).flatMap(([key, value]) => {
    if (key === "oneOf") return [["anyOf", keepStrict(value)]];
    if (key === "properties") return [[key, mapValues(value)]];
    return strictKeywords.some((keyword) => keyword === key) ? [[key, keepStrict(value)]] : [];
  });
  return Object.fromEntries(entries);
}
function mapValues(properties) {
  if (typeof properties !== "object" || properties === null) return properties;
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, keepStrict(value)]));
}

// src/tasks/structured-turn.ts
async function runStructuredTurn(session, input, schema, { watchdog, signal }) {
  const outputSchema = strictJsonSchema(schema);
  const turns = [];
  let text = input.text;
  let images = input.images;
  let problem = "";
  for (const attempt of ["first", "repair"]) {
    const outcome = await session.run({ type: "prompt", text, images, outputSchema }, watchdog, signal);
    turns.push(outcome);
    const raw = outcome.answer ?? turns.at(-2)?.answer;
    const kept = raw === void 0 ? {} : { raw };
    if (outcome.error !== void 0) return { ok: false, error: outcome.error, turns, ...kept };
    const read = readAnswer(outcome.answer ?? "", schema);
    if ("answer" in read) return { ok: true, answer: read.answer, raw: outcome.answer ?? "", turns };
    problem = read.problem;
    if (attempt === "repair" || !session.takesFollowUps)
      return { ok: false, error: reportError("schema_violation", { problem }), turns, ...kept };
    text = repairPrompt(problem);
    images = [];
  }
  return { ok: false, error: reportError("schema_violation", { problem }), turns };
}
function readAnswer(text, schema) {
  const value = parseJsonAnswer(text);
  if (value === void 0) return { problem: text.trim() === "" ? "it is empty" : "it is not JSON" };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { answer: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${issue?.path.join(".") || "the answer"}: ${issue?.message ?? "invalid"}` };
}
function repairPrompt(problem) {
  return `Your last answer is not of the required schema (${problem}). Give the same answer again, changed in form only, as one JSON object of that schema and nothing else.`;
}

export {
  runStructuredTurn
};
