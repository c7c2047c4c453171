import { isConfigValue } from "../config-value.ts";
import type { ThreadOptions, TurnInput } from "../engine.ts";
import type { TurnStartParams } from "../protocol/generated.ts";
import type { AppServer } from "./app-server.ts";
import { sandboxPolicy } from "./thread-start.ts";

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
    input: [
      { type: "text", text: input.text, text_elements: [] },
      ...input.images.map((path) => ({ type: "localImage" as const, path })),
    ],
    approvalPolicy: "never",
    sandboxPolicy: sandboxPolicy(options),
    ...(options.effort === undefined ? {} : { effort: options.effort }),
    ...(isConfigValue(input.outputSchema) ? { outputSchema: input.outputSchema } : {}),
  };
}
