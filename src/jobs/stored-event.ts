import type { RunEvent } from "../domain/events.ts";
import { isRecord } from "../domain/json.ts";
import {
  type Check,
  hasShape,
  isFlag,
  isOneOf,
  isText,
  isTexts,
  numbers,
  texts,
} from "../domain/json-check.ts";
import { knownWord } from "../domain/known-words.ts";

/**
 * True for an event as a journal holds it. One of a type that only a later version knows passes: it is kept and never fatal. One of
 * ours has every field that its readers use, so that a damaged line is no more than a line less.
 */
export function isStoredEvent(value: unknown): value is RunEvent {
  if (!isRecord(value) || typeof value["type"] !== "string") return false;
  const isShape = knownWord(shapes, value["type"]);
  return isShape === undefined || isShape(value);
}

const shapes: Readonly<Record<string, Check>> = {
  thread_started: hasShape(
    { thread: isText, sandbox: hasShape({ ...texts("tier", "approvals"), network: isFlag }) },
    { ...texts("model", "provider", "effort"), instructionSources: isTexts },
  ),
  turn_started: hasShape(texts("turn")),
  command_started: hasShape(texts("item", "command"), texts("cwd")),
  command_completed: hasShape(
    { ...texts("item", "command", "status"), reads: isTexts },
    { ...numbers("exitCode", "durationMs"), output: isText },
  ),
  files_changed: hasShape({ ...texts("item", "status"), paths: isTexts }),
  tool_started: hasShape(texts("item", "server", "tool")),
  tool_completed: hasShape(texts("item", "server", "tool", "status"), texts("error")),
  image_generated: hasShape(texts("item"), texts("path", "sha256", "failure")),
  reasoning: hasShape(texts("text")),
  message: hasShape(texts("item", "text"), texts("phase")),
  usage: hasShape({
    usage: hasShape(numbers("inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens")),
  }),
  retrying: hasShape(texts("message")),
  warning: hasShape(texts("source", "message"), { isNotable: isFlag }),
  request_opened: hasShape(texts("request", "kind", "text")),
  request_answered: hasShape(texts("method", "decision", "text"), {
    ...texts("request", "origin", "reason"),
    isFullAccess: isFlag,
  }),
  steered: hasShape(texts("text")),
  turn_completed: hasShape(
    { turn: isText, status: isOneOf(["completed", "interrupted", "failed"]) },
    texts("message"),
  ),
  step: hasShape(texts("text")),
  stray_output: hasShape(texts("source", "text")),
  unknown: hasShape(texts("name")),
};
