import type { CodexEngine } from "../../codex/engine.ts";
import { identifyProcess } from "../../jobs/process-identity.ts";
import { systemProcessReader } from "../../jobs/process-reader.ts";
import { codexClientIdentity } from "../../setup/identity.ts";
import type { EngineStart } from "./run-stored-job.ts";

/** Starts an engine for one run alone; loads only the one that the router chose. */
export async function startOwnEngine(
  { plan, environment, gitVariables, jobFolder, hooks }: EngineStart,
  { stateRoot, platform }: { readonly stateRoot: string; readonly platform: NodeJS.Platform },
): Promise<CodexEngine> {
  const identity = codexClientIdentity();
  if (plan.endpoint !== undefined) {
    const [{ startRemoteEngine }, { readEndpoint }] = await Promise.all([
      import("../../codex/app-server/remote-engine.ts"),
      import("../../codex/app-server/endpoint.ts"),
    ]);
    const endpoint = readEndpoint(plan.endpoint, platform);
    return startRemoteEngine({ endpoint, identity, onEvent: hooks.onEvent });
  }
  const reader = systemProcessReader(platform);
  const common = {
    program: { path: plan.codex.path, parameters: plan.codex.argumentsPrefix },
    environment: { ...environment, ...gitVariables },
    identify: (pid: number) => identifyProcess(pid, reader),
    onEvent: hooks.onEvent,
  };
  if (plan.engine === "exec") {
    const { startExecEngine } = await import("../../codex/exec/exec-engine.ts");
    return startExecEngine({ ...common, folder: jobFolder, onChild: hooks.onChild });
  }
  const { startAppServerEngine } = await import("../../codex/app-server/app-server-engine.ts");
  return startAppServerEngine({ ...common, folder: stateRoot, identity });
}
