import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { ThreadHooks, ThreadOptions } from "../engine.ts";
import type { AppServer } from "./app-server.ts";

/**
 * Gives a new, persistent thread its name. Nobody waits for it: a thread without a name is a thread all the same. Codex takes no name
 * for a thread of which it has written nothing yet (0.169: "rollout is empty"), and a turn that is started behind it waits for it.
 */
export function nameThread(
  server: AppServer,
  threadId: string,
  { name, ephemeral, resume }: ThreadOptions,
  emit: ThreadHooks["emit"],
): void {
  if (name === undefined || ephemeral || resume !== undefined) return;
  server.request("thread/name/set", { threadId, name }).catch((error: unknown) => {
    emit({ type: "warning", source: "codex", message: `the thread got no name: ${messageOf(error)}` });
  });
}
