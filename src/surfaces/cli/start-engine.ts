import type { CodexEngine } from "../../codex/engine.ts";
import type { InstalledCodex } from "../../codex/installed-codex.ts";
import type { EngineName } from "../../domain/run.ts";
import { identifyProcess } from "../../jobs/process-identity.ts";
import { systemProcessReader } from "../../jobs/process-reader.ts";
import type { EngineHooks } from "../../jobs/run-job.ts";
import type { CodexWorld } from "./codex-world.ts";
import { tandemIdentity } from "./identity.ts";
import type { CliSession } from "./session.ts";

export interface EngineStart {
  readonly codex: InstalledCodex;
  readonly codexWorld: CodexWorld;
  readonly session: CliSession;
  /** Private folder of the job, for files that Codex has to be given. */
  readonly jobFolder: string;
  readonly hooks: EngineHooks;
}

/** Starts the engine that the router chose; loads only that one. */
export async function startEngine(name: EngineName, start: EngineStart): Promise<CodexEngine> {
  const { codex, codexWorld, session, hooks } = start;
  const { location } = codex;
  const reader = systemProcessReader(session.world.platform);
  const common = {
    program: { path: location.path, parameters: location.argumentsPrefix },
    environment: codexWorld.environment,
    identify: (pid: number) => identifyProcess(pid, reader),
    onEvent: hooks.onEvent,
  };
  if (name === "exec") {
    const { startExecEngine } = await import("../../codex/exec/exec-engine.ts");
    return startExecEngine({ ...common, folder: start.jobFolder, onChild: hooks.onChild });
  }
  const { startAppServerEngine } = await import("../../codex/app-server/app-server-engine.ts");
  return startAppServerEngine({
    ...common,
    folder: session.stateRoot,
    identity: { name: "codex_tandem", version: tandemIdentity().version },
  });
}
