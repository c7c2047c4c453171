import { homedir } from "node:os";
import { type JobStore, openJobStore } from "../../jobs/store.ts";
import { redact } from "../../privacy/redact.ts";
import { type LoadedSettings, loadSettings } from "../../settings/load.ts";
import { type Log, openLog } from "../../settings/log.ts";
import type { Machine } from "../../settings/paths.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { tandemIdentity } from "../../setup/identity.ts";

/** What a background process of ours works with. */
export interface RunnerWorld {
  readonly machine: Machine;
  readonly stateRoot: string;
  readonly store: JobStore;
  readonly settings: LoadedSettings["values"];
  readonly log: Log;
}

/** Opens the state of the environment that this process was started with. A bad setting is a warning here: nobody is watching. */
export async function openRunnerWorld(): Promise<RunnerWorld> {
  const machine = { platform: process.platform, home: homedir(), environment: process.env };
  const stateRoot = resolveStateRoot(machine);
  const { values } = await loadSettings({ ...machine, mode: "lenient" });
  const log = openLog(values.log_level, values.log_file, stateRoot);
  const store = openJobStore(stateRoot, {
    reportProblem: (problem) => log("warning", problem.problem, problem),
    tandem: tandemIdentity(),
    redact,
  });
  return { machine, stateRoot, store, settings: values, log };
}
