import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import { AppServer, type AppServerIdentity } from "./app-server.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { ServerProcess } from "./server-process.ts";
import { StdioTransport } from "./stdio-transport.ts";

export interface AppServerStart {
  /** The program to start and the parameters that go before ours: the native binary, or Node with Codex's launcher. */
  readonly program: { readonly path: string; readonly parameters: readonly string[] };
  readonly environment: NodeJS.ProcessEnv;
  /** A neutral folder: the app-server must not take its own working folder for a project. */
  readonly folder: string;
  readonly identity: AppServerIdentity;
  readonly onEvent: (event: RunEvent) => void;
  /** Names the started process, for the job's record. */
  readonly identify: (pid: number) => ProcessIdentity | undefined;
  readonly deadlineMs?: number;
}

/**
 * Options of the process itself; everything else is pinned per thread. A closed thread is unloaded at once: after 200 turns, 8 at a
 * time, that keeps the server 50 MB smaller than a delay of 1 s, and the thread can be continued all the same (Codex 0.169).
 */
const processOptions = ["-c", "thread_unload_delay_secs=0"];

/** Starts `codex app-server` as a child over stdio. Throws `spawn_failed` with what the process said. */
export async function startAppServer(start: AppServerStart): Promise<AppServer> {
  const { path, parameters } = start.program;
  let child: ServerProcess | undefined;
  try {
    child = await ServerProcess.start({
      path,
      parameters: [...parameters, "app-server", ...processOptions],
      folder: start.folder,
      environment: start.environment,
    });
    return await AppServer.connect(new StdioTransport(child), start.identity, start.onEvent, {
      child: start.identify(child.pid),
      mark: child.mark,
      ...(start.deadlineMs === undefined ? {} : { deadlineMs: start.deadlineMs }),
    });
  } catch (error) {
    await child?.kill();
    throw failedStart(path, error);
  }
}

function failedStart(path: string, error: unknown): TandemError {
  if (error instanceof RemoteError)
    return new TandemError("contract_changed", { what: error.message }, { cause: error });
  const said = error instanceof ConnectionError ? withoutBacktrace(error.end?.stderrTail ?? "") : "";
  const cause = [error instanceof Error ? error.message : String(error), said].filter(Boolean).join("\n");
  return new TandemError("spawn_failed", { path, cause }, { cause: error });
}

/** Codex ends what it says of its own failure with addresses of its program (0.169), which tell nobody anything. */
function withoutBacktrace(said: string): string {
  return said.replace(/^Stack backtrace:\n[\s\S]*/m, "").trimEnd();
}
