import {
  parseJson
} from "./chunk-YSIIG4JU.mjs";

// src/tasks/json-answer.ts
function parseJsonAnswer(text) {
  const trimmed = text.trim();
  const [first = ""] = trimmed.split("\n", 1);
  const isFenced = /^```(?:json)?\s*$/.test(first) && trimmed.endsWith("\n```");
  return parseJson(isFenced ? trimmed.slice(first.length + 1, -"\n```".length) : trimmed);
}

export {
  parseJsonAnswer
};
