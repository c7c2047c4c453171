import type { ExitCode } from "../../../domain/exit-code.ts";
import { verifyNamed } from "../../client/verify-named.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

/** `tandem verify <job|file>`: holds what is stored of a job against its receipt, with files alone. */
export async function verifyCommand(
  name: string,
  options: FormatOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const { store } = await openSession(world, world.cwd);
  const envelope = await verifyNamed(name, world.cwd, store);
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}
