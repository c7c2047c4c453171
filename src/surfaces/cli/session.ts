import type { JobStore } from "../../jobs/store.ts";
import type { FlagValues } from "../../settings/load.ts";
import { type Log, openLog } from "../../settings/log.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { loadSurroundings, type Surroundings } from "./surroundings.ts";
import type { CliWorld } from "./world.ts";

/** The job store of a command, and where its faults go. */
interface OpenedStore {
  readonly store: JobStore;
  readonly log: Log;
  /** Faults of the state folder that were met and worked around, as sentences. */
  readonly problems: readonly string[];
}

/** What every command but `--version` and `status` works with. */
export interface CliSession extends Surroundings, OpenedStore {
  readonly world: CliWorld;
}

/**
 * Loads settings and opens the job store. With flags, which are those of a run, what the store is given to write is redacted.
 * Throws `usage` or `state_unwritable`.
 */
export async function openSession(world: CliWorld, cwd: string, flags?: FlagValues): Promise<CliSession> {
  const surroundings = await loadSurroundings(world, cwd, flags);
  const redaction = flags === undefined ? {} : { redact: (await import("../../privacy/redact.ts")).redact };
  return { world, ...surroundings, ...(await openStore(surroundings, redaction)) };
}

/** The job store for a command that has looked around itself and writes nothing of a run. Throws `state_unwritable`. */
export async function openStoredJobs(surroundings: Surroundings): Promise<OpenedStore> {
  return openStore(surroundings, {});
}

async function openStore(
  { stateRoot, settings }: Surroundings,
  redaction: { readonly redact?: (text: string) => string },
): Promise<OpenedStore> {
  const { openJobStore } = await import("../../jobs/store.ts");
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
  return { store, log, problems };
}
