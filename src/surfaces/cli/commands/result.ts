import { TandemError, toErrorReport } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { newestEnded, resultOf } from "../../client/result-of.ts";
import { settle } from "../../client/settle.ts";
import { exitCodeFor, formatOf, printEnvelope, printError } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface ResultOptions extends FormatOptions {
  readonly consume?: boolean;
}

/** `tandem result [job]`: the stored result of a job, or of this folder's newest ended one. */
export async function resultCommand(
  name: string | undefined,
  options: ResultOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const { store } = session;
  const record = name === undefined ? await newestEnded(session) : await store.find(name);
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  const envelope = await resultOf(record, store);
  await printEnvelope(envelope, formatOf(options), world);
  if (options.consume === true) {
    try {
      await store.remove(record.id);
    } catch (error) {
      // The result stands on stdout already, and is one document there.
      return printError(toErrorReport(error), "text", world);
    }
    if (world.stderr.isTTY) world.stderr.write(`Job ${shortJobId(record.id)} was deleted.\n`);
  } else {
    await settle(envelope, session);
  }
  return exitCodeFor(envelope);
}
