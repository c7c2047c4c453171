import type { CodexEngine } from "../engine.ts";
import { checkModelChoice } from "../model-catalogue.ts";
import { runByServer } from "./run-command.ts";
import { type AppServerStart, startAppServer } from "./start-app-server.ts";
import { openThread } from "./thread-session.ts";

/** The persistent engine: one `codex app-server` as a child, threads on it. Throws `spawn_failed` or `contract_changed`. */
export async function startAppServerEngine(start: AppServerStart): Promise<CodexEngine> {
  const server = await startAppServer(start);
  return {
    ...(server.child === undefined ? {} : { child: server.child }),
    checkModel: async (choice) => checkModelChoice(server, choice),
    openThread: async (options, emit) => openThread(server, options, emit),
    runCommand: async (run) => runByServer(server, run),
    close: async () => server.close(),
  };
}
