import { ExitCode } from "../../../domain/exit-code.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import { jobStatus, overview } from "../../client/status-envelope.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface StatusOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `tandem status [job]`: whether Codex can be used, and the jobs of this folder. Starts no model and no Codex. */
export async function statusCommand(
  name: string | undefined,
  options: StatusOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const envelope =
    name === undefined ? await overview(session, options.all ?? false) : await jobStatus(session, name);
  await printEnvelope(envelope, formatOf(options), world);
  for (const problem of session.problems) world.stderr.write(`Note: ${oneLine(problem)}\n`);
  // All of them speak of the Codex that runs would take.
  const isUsable = (envelope.readiness?.problems ?? []).length === 0;
  return isUsable ? ExitCode.done : ExitCode.codexUnusable;
}
