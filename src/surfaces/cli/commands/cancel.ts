import { ExitCode } from "../../../domain/exit-code.ts";
import { cancelJobs } from "../../client/cancel-jobs.ts";
import { formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface CancelOptions extends FormatOptions {
  readonly all?: boolean;
}

/** `tandem cancel [job]`: stops a job and waits until nothing of it is left; with --all every job of this folder. */
export async function cancelCommand(
  name: string | undefined,
  options: CancelOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const { envelope, haveEnded } = await cancelJobs(name, options, session);
  await printEnvelope(envelope, formatOf(options), world);
  return haveEnded ? ExitCode.done : ExitCode.stillRunning;
}
