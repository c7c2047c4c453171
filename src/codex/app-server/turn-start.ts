import { isConfigValue } from "../config-value.ts";
import type { ThreadOptions, TurnInput } from "../engine.ts";
import type { TurnStartParams, UserInput } from "../protocol/generated.ts";
import type { AppServer } from "./app-server.ts";
import { imageInput } from "./image-input.ts";
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
      : await server.request("turn/start", await promptParameters(server, threadId, input, options));
  return answer.turn.id;
}

async function promptParameters(
  server: AppServer,
  threadId: string,
  input: Extract<TurnInput, { type: "prompt" }>,
  options: ThreadOptions,
): Promise<TurnStartParams> {
  const isElsewhere = server.endpoint !== undefined;
  const images = await Promise.all(input.images.map(async (path) => imageInput(path, isElsewhere)));
  return {
    threadId,
    input: [textInput(input.text), ...images],
    approvalPolicy: approvalPolicy(options),
    sandboxPolicy: sandboxPolicy(options),
    ...(options.effort === undefined ? {} : { effort: options.effort }),
    ...(isConfigValue(input.outputSchema) ? { outputSchema: input.outputSchema } : {}),
  };
}

export function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}
