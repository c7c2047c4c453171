import { type JsonRecord, parseRecord, textOf } from "./json.ts";
import { contentTexts, isUserMessage, type ModelRequest } from "./model-request.ts";

/** What came back of one tool call that the scripted model had made. */
export interface ToolOutput {
  readonly callId: string;
  /** The shell command, when the call was one. */
  readonly command?: string;
  /** Only of a shell command that has ended. */
  readonly exitCode?: number;
  /** The tool's own output, without the lines that Codex puts above it. */
  readonly text: string;
}

/** All tool outputs in the conversation, oldest first. */
export function toolOutputs(request: ModelRequest): readonly ToolOutput[] {
  return readOutputs(request.input);
}

/** The tool outputs of the turn that is running: those since the last user message. */
export function latestToolOutputs(request: ModelRequest): readonly ToolOutput[] {
  const lastUser = request.input.findLastIndex(isUserMessage);
  return readOutputs(request.input.slice(lastUser + 1));
}

function readOutputs(input: readonly JsonRecord[]): readonly ToolOutput[] {
  const calls = new Map(input.filter(isCall).map((item) => [item["call_id"], item]));
  return input.filter(isOutput).map((item) => readOutput(item, calls.get(item["call_id"])));
}

function isCall(item: JsonRecord): boolean {
  return item["type"] === "function_call" || item["type"] === "custom_tool_call";
}

function isOutput(item: JsonRecord): boolean {
  return item["type"] === "function_call_output" || item["type"] === "custom_tool_call_output";
}

function readOutput(item: JsonRecord, call: JsonRecord | undefined): ToolOutput {
  const command = call === undefined ? undefined : commandOf(call);
  const raw = contentTexts(item["output"]);
  const { text, exitCode } = readCodeOutput(raw) ?? readFunctionOutput(raw.join("\n"));
  return {
    callId: textOf(item["call_id"]) ?? "",
    ...(command === undefined ? {} : { command }),
    ...(exitCode === undefined ? {} : { exitCode }),
    text,
  };
}

/** The command of a call that `command()` in `replies.ts` made; both forms hold the arguments as JSON. */
function commandOf(call: JsonRecord): string | undefined {
  const source = textOf(call["arguments"]) ?? /exec_command\((\{.*\})\)/s.exec(String(call["input"]))?.[1];
  return source === undefined ? undefined : textOf(parseRecord(source)?.["cmd"]);
}

/** Code style: a note of Codex about the script, then what the script gave to `text()`: for a command the result object as JSON. */
function readCodeOutput(parts: readonly string[]): { text: string; exitCode?: number } | undefined {
  if (parts[0]?.startsWith("Script ") !== true) return undefined;
  const text = parts.slice(1).join("\n");
  const result = parseRecord(text);
  const exitCode = result?.["exit_code"];
  return {
    text: textOf(result?.["output"]) ?? text,
    ...(typeof exitCode === "number" ? { exitCode } : {}),
  };
}

/** Function style: lines about the process, then `Output:`, then the output. */
function readFunctionOutput(raw: string): { text: string; exitCode?: number } {
  const header = /^(?:Chunk ID|Wall time|Exit code)[\s\S]*?\nOutput:\n/.exec(raw)?.[0];
  if (header === undefined) return { text: raw };
  const exitCode = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(header)?.[1];
  const text = raw.slice(header.length);
  return exitCode === undefined ? { text } : { text, exitCode: Number(exitCode) };
}
