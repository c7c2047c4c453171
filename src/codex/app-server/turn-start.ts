import { isConfigValue } from "../config-value.ts";
import type { ThreadOptions, TurnInput } from "../engine.ts";
import type { TurnStartParams, UserInput } from "../protocol/generated.ts";
import type { AppServer } from "./app-server.ts";
import { imageInput } from "./image-input.ts";
import { approvalPolicy, sandboxPolicy } from "./thread-start.ts";

/**
 * Starts a turn and gives its id; undefined when it has ended for us before Codex was asked for it: a cancel that came while images were
 * read costs nothing. Rejects with the peer's errors.
 */
export async function startTurn(
  server: AppServer,
  threadId: string,
  input: TurnInput,
  options: ThreadOptions,
  turn: { readonly isEnded: boolean },
): Promise<string | undefined> {
  const ask = await prepareStart(server, threadId, input, options);
  return turn.isEnded ? undefined : (await ask()).turn.id;
}

/** What of a turn takes a while before Codex can be asked for it. */
async function prepareStart(
  server: AppServer,
  threadId: string,
  input: TurnInput,
  options: ThreadOptions,
): Promise<() => Promise<{ readonly turn: { readonly id: string } }>> {
  if (input.type === "review") {
    const { target } = input;
    return async () => server.request("review/start", { threadId, target });
  }
  const parameters = await promptParameters(server, threadId, input, options);
  return async () => server.request("turn/start", parameters);
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
