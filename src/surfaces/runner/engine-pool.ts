import type { BrokerLog } from "../../broker/broker-log.ts";
import { type AppServerPool, createAppServerPool } from "../../codex/app-server/app-server-pool.ts";
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
  /** Nearly always one: the program is part of the broker's key. Who names a broker by its socket may have another. */
  const pools = new Map<string, AppServerPool>();
  const poolOf = ({ path, argumentsPrefix: parameters }: EngineStart["plan"]["codex"]): AppServerPool => {
    const program = JSON.stringify([path, parameters]);
    const present = pools.get(program);
    if (present !== undefined) return present;
    const pool = createAppServerPool({
      idleMs: unusedMs,
      onEvent: (event) => log("app-server", { event: event.type }),
      start: async (environment, onEvent) =>
        startAppServer({
          program: { path, parameters },
          environment,
          folder: stateRoot,
          identity: codexClientIdentity(),
          onEvent,
          identify: (pid) => identifyProcess(pid, reader),
        }),
    });
    pools.set(program, pool);
    return pool;
  };
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
      return poolOf(start.plan.codex).engine(key, whole, {
        onEvent: start.hooks.onEvent,
        onChild: start.hooks.onChild,
      });
    },
    close: async () => {
      await Promise.all([...pools.values()].map(async (pool) => pool.close()));
    },
  };
}
