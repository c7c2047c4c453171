import type { IncomingHttpHeaders } from "node:http";
import { isRecord } from "../domain/json.ts";
import { type JsonRecord, recordsIn, textOf } from "./json.ts";

/**
 * How Codex 0.169 offers its tools. `functions`: one `function_call` a tool (gpt-5.5 and unknown models).
 * `code`: a single `exec` tool that takes JavaScript and calls the others from it (gpt-5.6 and gpt-6 models).
 */
export type ToolStyle = "functions" | "code";

/** One call of Codex to the model endpoint. */
export interface ModelRequest {
  /** Order of arrival at this endpoint, from 0. Codex's retries count as requests. */
  readonly index: number;
  /** The thread that asks. A native review asks from a thread of its own, whose `prompt_cache_key` is the parent's. */
  readonly thread: string;
  readonly parentThread?: string;
  /** Set for Codex's own helpers: `review`, `guardian`, `collab_spawn`. */
  readonly subagent?: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonRecord;
  /** The conversation so far, as items of the Responses API. */
  readonly input: readonly JsonRecord[];
  readonly toolStyle: ToolStyle;
  /** Names of the tools on offer; those inside a namespace as `namespace.name`. */
  readonly tools: readonly string[];
  /** The JSON schema that the answer has to follow, if one was sent. */
  readonly outputSchema?: JsonRecord;
}

/** Reads a request of Codex; what is missing in it becomes empty. */
export function readModelRequest(
  index: number,
  incoming: IncomingHttpHeaders,
  body: JsonRecord,
): ModelRequest {
  const headers = flattenHeaders(incoming);
  const input = recordsIn(body["input"]);
  const tools = toolNames(body, input);
  const parentThread = headers["x-codex-parent-thread-id"];
  const subagent = headers["x-openai-subagent"];
  const outputSchema = schemaOf(body);
  return {
    index,
    thread: headers["thread-id"] ?? textOf(body["prompt_cache_key"]) ?? "",
    ...(parentThread === undefined ? {} : { parentThread }),
    ...(subagent === undefined ? {} : { subagent }),
    model: textOf(body["model"]) ?? "",
    headers,
    body,
    input,
    toolStyle: tools.includes("functions.exec") ? "code" : "functions",
    tools,
    ...(outputSchema === undefined ? {} : { outputSchema }),
  };
}

/** True for a request of Codex's native reviewer (`review/start`, `codex exec review`). */
export function isNativeReview(request: ModelRequest): boolean {
  return request.subagent === "review";
}

/** The texts of all user messages, oldest first: AGENTS.md and environment notes of Codex as well as prompts. */
export function userTexts(request: ModelRequest): readonly string[] {
  return request.input.filter(isUserMessage).flatMap((item) => contentTexts(item["content"]));
}

/** What was asked last; the empty text when nothing was. */
export function lastUserText(request: ModelRequest): string {
  return userTexts(request).at(-1) ?? "";
}

export function isUserMessage(item: JsonRecord): boolean {
  return item["type"] === "message" && item["role"] === "user";
}

/** The texts of a message's or tool output's content, which is a text or a list of parts. */
export function contentTexts(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  return recordsIn(content).flatMap((part) => textOf(part["text"]) ?? []);
}

function flattenHeaders(incoming: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const entries = Object.entries(incoming).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
  return Object.fromEntries(entries);
}

/** Code-style models get their tools as the first input item, the others in `tools`. */
function toolNames(body: JsonRecord, input: readonly JsonRecord[]): readonly string[] {
  const additional = input
    .filter((item) => item["type"] === "additional_tools")
    .flatMap((item) => recordsIn(item["tools"]));
  return [...recordsIn(body["tools"]), ...additional].flatMap(namesOfTool);
}

function namesOfTool(tool: JsonRecord): readonly string[] {
  const name = textOf(tool["name"]) ?? textOf(tool["type"]) ?? "";
  if (tool["type"] !== "namespace") return [name];
  return recordsIn(tool["tools"]).map((inner) => `${name}.${textOf(inner["name"]) ?? ""}`);
}

function schemaOf(body: JsonRecord): JsonRecord | undefined {
  const text = isRecord(body["text"]) ? body["text"] : {};
  const format = isRecord(text["format"]) ? text["format"] : {};
  return isRecord(format["schema"]) ? format["schema"] : undefined;
}
