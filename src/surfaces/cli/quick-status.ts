import type { ExitCode } from "../../domain/exit-code.ts";
import { openQuickJobs } from "../../jobs/quick-listing.ts";
import { statusCommand } from "./commands/status.ts";
import type { ReadingWorld } from "./world.ts";

/**
 * `tandem status` without the parser of all commands and without the job store, each of which takes longer to load than the command
 * itself. Undefined for everything that these do not do; then the whole program decides, and its words are what the reader sees.
 */
export async function quickStatus(
  parameters: readonly string[],
  world: ReadingWorld,
): Promise<ExitCode | undefined> {
  const line = parse(parameters);
  if (line === undefined) return undefined;
  try {
    return await statusCommand(line.job, line.options, world, ({ stateRoot }) => ({
      store: openQuickJobs(stateRoot),
      problems: [],
    }));
  } catch {
    // Either a job needs more than reading, or something is wrong, which the whole program finds and tells as every command does.
    return undefined;
  }
}

/** Undefined for anything but the options of `status` and the name of one job. */
function parse(parameters: readonly string[]) {
  const [job, more] = parameters.filter((word) => !word.startsWith("-"));
  const flags = parameters.filter((word) => word.startsWith("-"));
  if (more !== undefined || flags.some((flag) => flag !== "--all" && flag !== "--json")) return undefined;
  return { job, options: { all: flags.includes("--all"), json: flags.includes("--json") } };
}
