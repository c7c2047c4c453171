import type { JobStore } from "../../jobs/store.ts";
import { type FlagValues, type LoadedSettings, loadSettings } from "../../settings/load.ts";
import { type Log, openLog } from "../../settings/log.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";
import type { CliWorld } from "./world.ts";

/** What every command but `--version` works with. */
export interface CliSession {
  readonly world: CliWorld;
  readonly stateRoot: string;
  /** Root of the work tree around the folder of the command, else that folder. */
  readonly workspace: string;
  readonly settings: LoadedSettings;
  readonly store: JobStore;
  readonly log: Log;
  /** Faults of the state folder that were met and worked around, as sentences. */
  readonly problems: readonly string[];
}

/**
 * Loads settings and opens the job store. With flags, which are those of a run, what the store is given to write is redacted.
 * Throws `usage` or `state_unwritable`.
 */
export async function openSession(world: CliWorld, cwd: string, flags?: FlagValues): Promise<CliSession> {
  const stateRoot = resolveStateRoot(world);
  const workTreeRoot = findWorkTreeRoot(cwd);
  const settings = await loadSettings({
    ...world,
    mode: "strict",
    ...(flags === undefined ? {} : { flags }),
    ...(workTreeRoot === undefined ? {} : { projectRoot: workTreeRoot }),
  });
  const { openJobStore } = await import("../../jobs/store.ts");
  const redaction = flags === undefined ? {} : { redact: (await import("../../privacy/redact.ts")).redact };
  const problems: string[] = [];
  const log = openLog(settings.values.log_level, settings.values.log_file, stateRoot);
  const store = openJobStore(stateRoot, {
    reportProblem: (problem) => {
      problems.push(`${problem.path}: ${problem.problem}`);
      log("warning", problem.problem, problem);
    },
    tandem: tandemIdentity(),
    ...redaction,
  });
  return { world, stateRoot, workspace: workTreeRoot ?? cwd, settings, store, log, problems };
}
