import type { Envelope } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import { jobStatus, overview, type ReadStore } from "../../client/status-envelope.ts";
import { printPlain } from "../print-plain.ts";
import { loadSurroundings, type Surroundings } from "../surroundings.ts";
import type { ReadingWorld } from "../world.ts";

export interface StatusOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** The stored jobs as far as `status` reads them. */
export interface StoredJobs {
  readonly store: ReadStore;
  /** Faults of the state folder that were met and worked around, as sentences. */
  readonly problems: readonly string[];
}

/** A status as it was printed. */
export interface ShownStatus {
  readonly envelope: Envelope;
  readonly code: ExitCode;
}

/**
 * `tandem status [job]`: whether Codex can be used, and the jobs of this folder. Starts no model and no Codex. `openJobs` gives the
 * store, or a reader that is loaded in less time.
 */
export async function statusCommand(...asked: Parameters<typeof showStatus>): Promise<ExitCode> {
  return (await showStatus(...asked)).code;
}

/** The same for whoever goes by what was shown. */
export async function showStatus(
  name: string | undefined,
  options: StatusOptions,
  world: ReadingWorld,
  openJobs: (surroundings: Surroundings) => StoredJobs | Promise<StoredJobs>,
): Promise<ShownStatus> {
  const surroundings = await loadSurroundings(world, world.cwd);
  const { store, problems } = await openJobs(surroundings);
  const envelope =
    name === undefined
      ? await overview({ ...surroundings, world, store }, options.all ?? false)
      : await jobStatus({ store }, name);
  await printPlain(envelope, options.json === true ? "json" : "text", world);
  // A setting that is ignored has no place in the list of those in force.
  const ignored = name === undefined ? surroundings.settings.warnings : [];
  for (const problem of [...ignored, ...problems]) world.stderr.write(`Note: ${oneLine(problem)}\n`);
  // All of them speak of the Codex that runs would take.
  const isUsable = (envelope.readiness?.problems ?? []).length === 0;
  return { envelope, code: isUsable ? ExitCode.done : ExitCode.codexUnusable };
}
