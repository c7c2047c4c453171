import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import { type ProcessGroup, startProcessGroup } from "../process-group.ts";
import { AppServer, type AppServerIdentity } from "./app-server.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
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

/** Options of the process itself; everything else is pinned per thread. */
const processOptions = ["-c", "thread_unload_delay_secs=1"];

/** Starts `codex app-server` as a child over stdio. Throws `spawn_failed` with what the process said. */
export async function startAppServer(start: AppServerStart): Promise<AppServer> {
  const { path, parameters } = start.program;
  let group: ProcessGroup | undefined;
  try {
    group = await startProcessGroup(path, [...parameters, "app-server", ...processOptions], {
      cwd: start.folder,
      env: start.environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr, pid } = group.child;
    if (stdin === null || stdout === null || stderr === null || pid === undefined)
      throw new Error("it has no pipes");
    const transport = new StdioTransport(group, { stdin, stdout, stderr });
    return await AppServer.connect(transport, start.identity, start.onEvent, {
      child: start.identify(pid),
      ...(start.deadlineMs === undefined ? {} : { deadlineMs: start.deadlineMs }),
    });
  } catch (error) {
    await group?.stop(0);
    throw failedStart(path, error);
  }
}

function failedStart(path: string, error: unknown): TandemError {
  if (error instanceof RemoteError)
    return new TandemError("contract_changed", { what: error.message }, { cause: error });
  const said = error instanceof ConnectionError ? error.end?.stderrTail : undefined;
  const cause = [error instanceof Error ? error.message : String(error), said].filter(Boolean).join("\n");
  return new TandemError("spawn_failed", { path, cause }, { cause: error });
}
