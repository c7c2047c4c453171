import type { BrokerLog } from "../../broker/broker-log.ts";
import { createAppServerPool } from "../../codex/app-server/app-server-pool.ts";
import { startAppServer } from "../../codex/app-server/start-app-server.ts";
import type { CodexEngine } from "../../codex/engine.ts";
import { identifyProcess } from "../../jobs/process-identity.ts";
import { systemProcessReader } from "../../jobs/process-reader.ts";
import { ownCodexWorld } from "../../setup/codex-world.ts";
import { codexClientIdentity } from "../../setup/identity.ts";
import type { EngineStart } from "./run-stored-job.ts";
import type { RunnerWorld } from "./runner-world.ts";
import { startOwnEngine } from "./start-own-engine.ts";

/** The engines of a broker: app-servers are shared; each one-shot run has a process of its own, each run elsewhere a link. */
export interface EnginePool {
  readonly startEngine: (start: EngineStart) => Promise<CodexEngine>;
  readonly close: () => Promise<void>;
}

/** How long an app-server for an unusual environment is kept without a run. */
const unusedMs = 30_000;

export function openEnginePool({ machine, stateRoot }: RunnerWorld, log: BrokerLog): EnginePool {
  const reader = systemProcessReader(machine.platform);
  // The same for all runs of a broker: it is part of the broker's key.
  let codex: EngineStart["plan"]["codex"] | undefined;
  const pool = createAppServerPool({
    idleMs: unusedMs,
    onEvent: (event) => log("app-server", { event: event.type }),
    start: async (environment, onEvent) => {
      if (codex === undefined) throw new Error("no program is known for this app-server");
      return startAppServer({
        program: { path: codex.path, parameters: codex.argumentsPrefix },
        environment,
        folder: stateRoot,
        identity: codexClientIdentity(),
        onEvent,
        identify: (pid) => identifyProcess(pid, reader),
      });
    },
  });
  return {
    startEngine: async (start) => {
      if (start.plan.engine === "exec" || start.plan.endpoint !== undefined) {
        return startOwnEngine(start, { stateRoot, platform: machine.platform });
      }
      // The environment of the broker, not of whoever asked: their variables reach the commands of their run, by its thread.
      const { environment } = ownCodexWorld(machine, { workspace: start.workspace, usesOpenaiKey: false });
      const whole = { ...environment, ...start.gitVariables };
      // What git and others started by Codex itself see is all that may differ between two runs of one broker.
      const key = JSON.stringify([environment["PATH"], start.gitVariables]);
      codex = start.plan.codex;
      return pool.engine(key, whole, { onEvent: start.hooks.onEvent, onChild: start.hooks.onChild });
    },
    close: async () => pool.close(),
  };
}
