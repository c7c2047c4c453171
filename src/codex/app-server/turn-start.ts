import { isConfigValue } from "../config-value.ts";
import type { ThreadOptions, TurnInput } from "../engine.ts";
import type { TurnStartParams, UserInput } from "../protocol/generated.ts";
import type { AppServer } from "./app-server.ts";
import { approvalPolicy, sandboxPolicy } from "./thread-start.ts";

/** Starts a turn and gives its id. Rejects with the peer's errors. */
export async function startTurn(
  server: AppServer,
  threadId: string,
  input: TurnInput,
  options: ThreadOptions,
): Promise<string> {
  const answer =
    input.type === "review"
      ? await server.request("review/start", { threadId, target: input.target })
      : await server.request("turn/start", promptParameters(threadId, input, options));
  return answer.turn.id;
}

function promptParameters(
  threadId: string,
  input: Extract<TurnInput, { type: "prompt" }>,
  options: ThreadOptions,
): TurnStartParams {
  return {
    threadId,
    input: [textInput(input.text), ...input.images.map((path) => ({ type: "localImage" as const, path }))],
    approvalPolicy: approvalPolicy(options),
    sandboxPolicy: sandboxPolicy(options),
    ...(options.effort === undefined ? {} : { effort: options.effort }),
    ...(isConfigValue(input.outputSchema) ? { outputSchema: input.outputSchema } : {}),
  };
}

export function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}
