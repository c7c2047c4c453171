import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";

// src/rehearsal/reply.ts
var defaultUsage = { input: 100, cached: 10, output: 20, reasoning: 5 };

// src/rehearsal/replies.ts
function message(text, options = {}) {
  return slow([text], options);
}
function slow(pieces, options = {}) {
  const { phase, after } = options;
  const text = {
    type: "message",
    pieces,
    completes: true,
    ...phase === void 0 ? {} : { phase }
  };
  return stream(after === void 0 ? [text] : [{ type: "wait", wait: after }, text]);
}
function empty() {
  return stream([]);
}
function command(line, options = {}) {
  const { workdir, yieldTimeMs, escalated } = options;
  return toolCall("exec_command", {
    cmd: line,
    ...workdir === void 0 ? {} : { workdir },
    ...yieldTimeMs === void 0 ? {} : { yield_time_ms: yieldTimeMs },
    ...escalated === void 0 ? {} : { sandbox_permissions: "require_escalated", justification: escalated.justification }
  });
}
function toolCall(name, argumentsObject, namespace) {
  return item((request, callId) => {
    if (request.toolStyle === "code") {
      return codeCall(callId, namespace === void 0 ? name : `${namespace}__${name}`, argumentsObject);
    }
    return functionCall(callId, name, argumentsObject, namespace);
  }, true);
}
function items(replies) {
  const last = replies.at(-1) ?? empty();
  return { ...last, steps: replies.flatMap((reply) => reply.steps) };
}
function stream(steps, end = { type: "completed" }) {
  return { kind: "stream", steps, end, usage: defaultUsage };
}
function item(build, callsTool) {
  return stream([{ type: "item", build, callsTool }]);
}
function functionCall(callId, name, argumentsObject, namespace) {
  return {
    type: "function_call",
    call_id: callId,
    name,
    ...namespace === void 0 ? {} : { namespace },
    arguments: JSON.stringify(argumentsObject)
  };
}
function codeCall(callId, name, value) {
  const input = `text(await tools.${name}(${JSON.stringify(value)}));`;
  return { type: "custom_tool_call", call_id: callId, name: "exec", input };
}

// src/rehearsal/json.ts
function recordsIn(value) {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
function textOf(value) {
  return typeof value === "string" ? value : void 0;
}
function parseRecord(text) {
  const parsed = parseJson(text);
  return isRecord(parsed) ? parsed : void 0;
}

// src/rehearsal/model-request.ts
function readModelRequest(index, incoming, body) {
  const headers = flattenHeaders(incoming);
  const input = recordsIn(body["input"]);
  const tools = toolNames(body, input);
  const parentThread = headers["x-codex-parent-thread-id"];
  const subagent = headers["x-openai-subagent"];
  const outputSchema = schemaOf(body);
  return {
    index,
    thread: headers["thread-id"] ?? textOf(body["prompt_cache_key"]) ?? "",
    ...parentThread === void 0 ? {} : { parentThread },
    ...subagent === void 0 ? {} : { subagent },
    model: textOf(body["model"]) ?? "",
    headers,
    body,
    input,
    toolStyle: tools.includes("functions.exec") ? "code" : "functions",
    tools,
    ...outputSchema === void 0 ? {} : { outputSchema }
  };
}
function isNativeReview(request) {
  return request.subagent === "review";
}
function userTexts(request) {
  return request.input.filter(isUserMessage).flatMap((item2) => contentTexts(item2["content"]));
}
function lastUserText(request) {
  return userTexts(request).at(-1) ?? "";
}
function isUserMessage(item2) {
  return item2["type"] === "message" && item2["role"] === "user";
}
function contentTexts(content) {
  if (typeof content === "string") return [content];
  return recordsIn(content).flatMap((part) => textOf(part["text"]) ?? []);
}
function flattenHeaders(incoming) {
  const entries = Object.entries(incoming).flatMap(
    ([name, value]) => value === void 0 ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]]
  );
  return Object.fromEntries(entries);
}
function toolNames(body, input) {
  const additional = input.filter((item2) => item2["type"] === "additional_tools").flatMap((item2) => recordsIn(item2["tools"]));
  return [...recordsIn(body["tools"]), ...additional].flatMap(namesOfTool);
}
function namesOfTool(tool) {
  const name = textOf(tool["name"]) ?? textOf(tool["type"]) ?? "";
  if (tool["type"] !== "namespace") return [name];
  return recordsIn(tool["tools"]).map((inner) => `${name}.${textOf(inner["name"]) ?? ""}`);
}
function schemaOf(body) {
  const text = isRecord(body["text"]) ? body["text"] : {};
  const format = isRecord(text["format"]) ? text["format"] : {};
  return isRecord(format["schema"]) ? format["schema"] : void 0;
}

export {
  message,
  command,
  items,
  textOf,
  parseRecord,
  readModelRequest,
  isNativeReview,
  userTexts,
  lastUserText,
  isUserMessage,
  contentTexts
};
