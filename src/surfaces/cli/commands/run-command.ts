import { checkWishes } from "../../../codex/check-wishes.ts";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { type JobRecord, shortJobId } from "../../../domain/job.ts";
import { isReviewKind, type RunRequest } from "../../../domain/run.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { codexHomeOf } from "../../../setup/codex-world.ts";
import type { TaskResult } from "../../../tasks/task.ts";
import { chooseRunRoute } from "../../client/choose-run-route.ts";
import { launchJob } from "../../client/launch-job.ts";
import { withNotice } from "../notice.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import type { RunOptions } from "../run-options.ts";
import type { CliSession } from "../session.ts";

/**
 * The common end of every paid command: bad input is refused, then a dry run, an empty change, or the job itself, which is waited
 * for unless it shall stay in the background.
 */
export async function performRun(
  request: RunRequest,
  options: RunOptions,
  session: CliSession,
): Promise<ExitCode> {
  const { world } = session;
  const format = formatOf(options);
  await checkWishes(request, codexHomeOf(world));
  const route = await chooseRunRoute(request, session);
  const { prepareRun } = await import("../../../tasks/prepare-run.ts");
  const notice = isReviewKind(request.kind) ? "reading the change" : "reading the input";
  const prepared = await withNotice(notice, world, async () => prepareRun(request, route, world));
  const isDryRun = options.dryRun === true;
  if (isDryRun || prepared.immediate !== undefined) {
    const envelope =
      prepared.immediate === undefined || isDryRun
        ? await prepared.dryRun()
        : withoutRun(request, prepared.immediate);
    await printEnvelope(envelope, format, world);
    return exitCodeFor(envelope);
  }
  const isTitled = options.title !== undefined || prepared.label === undefined;
  const job = await launchJob(
    {
      request: isTitled ? request : { ...request, title: prepared.label ?? request.title },
      route,
      warnings: [...session.settings.warnings, ...session.problems],
      onStored: ({ id }) => world.stderr.write(`job ${id}\n`),
    },
    session,
  );
  if (options.background === true) return leaveInBackground(job, options, session);
  const { awaitJob } = await import("../await-job.ts");
  return awaitJob(
    job,
    request.failOn === undefined ? { format } : { format, failOn: request.failOn },
    session,
  );
}

/** Its id on stdout, so that a script can keep it; everything else on stderr. */
async function leaveInBackground(
  job: JobRecord,
  options: RunOptions,
  { world }: CliSession,
): Promise<ExitCode> {
  const format = formatOf(options);
  const name = shortJobId(job.id);
  if (format === "text") {
    world.stdout.write(`${job.id}\n`);
    if (world.stderr.isTTY) {
      world.stderr.write(
        `It goes on by itself: tandem status ${name}, tandem wait ${name}, tandem cancel ${name}\n`,
      );
    }
    return ExitCode.done;
  }
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: job.kind,
    job: { ...summarizeJob(job), pollAfterMs: backgroundPollMs },
    nextSteps: [`tandem wait ${name}`, `tandem result ${name}`],
  };
  await printEnvelope(envelope, format, world);
  return ExitCode.done;
}

/** When it makes sense to look after a job again. */
const backgroundPollMs = 5_000;

function withoutRun(request: RunRequest, { parts }: TaskResult): Envelope {
  return { schema: envelopeSchema, ok: true, kind: request.kind, ...parts };
}
