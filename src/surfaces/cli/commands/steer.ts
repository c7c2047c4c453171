import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { describeAsker } from "../../client/asker.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import { readPrompt } from "../prompt.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface SteerOptions extends FormatOptions {
  readonly promptFile?: string;
}

/** `tandem steer <job> TEXT`: says something to Codex in the middle of its turn. */
export async function steerCommand(
  name: string,
  text: string | undefined,
  options: SteerOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const job = await session.store.find(name);
  const short = shortJobId(job.id);
  if (isTerminal(job.status)) {
    throw new TandemError("usage", {
      problem: `Job ${short} has ended; there is no turn to steer.`,
      hint: `The next turn on its thread: \`tandem reply ${short} TEXT\`.`,
    });
  }
  const prompt = await readPrompt(text, options.promptFile, world, "text");
  const reply = await session.store.postRequest(job.id, {
    type: "steer",
    text: prompt,
    by: describeAsker(world),
  });
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: reply.ok,
    kind: "steer",
    job: summarizeJob(await session.store.read(job.id)),
    ...(reply.ok
      ? { summary: `Codex has been told in its running turn (job ${short}).` }
      : {
          error: reportError("usage", {
            problem: `Job ${short} cannot be steered now: ${reply.reason}.`,
            hint: "After its end, the next turn on its thread:",
            command: `tandem reply ${short} TEXT`,
          }),
        }),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}
