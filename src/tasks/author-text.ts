import type { TurnOutcome } from "../codex/engine.ts";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { RunRequest } from "../domain/run.ts";
import type { TaskResult } from "./task.ts";

/** The author's text as given. Throws `input_too_large`: what a person wrote is never cut. */
export function authorText(request: RunRequest, what: string): string {
  const text = request.prompt ?? "";
  const size = Buffer.byteLength(text);
  if (size <= request.inputByteCap) return text;
  throw new TandemError("input_too_large", { what, size, limit: request.inputByteCap, unit: "bytes" });
}

/** The answer of a turn whose final text is the answer. What a failed turn left is kept as raw text, never as an answer. */
export function answerParts({ answer, error }: TurnOutcome): TaskResult["parts"] {
  if (error !== undefined) return { ...(answer === undefined ? {} : { raw: answer }), error };
  return answer === undefined ? {} : { answer, raw: answer };
}
