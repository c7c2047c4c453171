import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import { isReviewKind, type RunRequest } from "../../../domain/run.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import { getsOwnProcess } from "../../client/hand-over.ts";
import { type RunStart, startRun } from "../../client/start-run.ts";
import { withNotice } from "../notice.ts";
import { exitCodeFor, formatOf } from "../output.ts";
import type { RunOptions } from "../run-options.ts";
import type { CliSession } from "../session.ts";
import { startStandby } from "../standby.ts";
import { type AwaitedRun, startAwaited } from "../start-awaited.ts";

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
  if (getsOwnProcess(request, session) && options.dryRun !== true) startStandby(session);
  const notice = isReviewKind(request.kind) ? "reading the change" : "reading the input";
  const start: RunStart = {
    request,
    isTitled: options.title !== undefined,
    isDryRun: options.dryRun === true,
    warnings: [...session.settings.warnings, ...session.problems],
    // What happens meanwhile is for eyes: the job's folder tells it.
    isAwaited: options.background !== true && world.stderr.isTTY !== true,
    onStored: ({ id }) => world.stderr.write(`job ${id}\n`),
    whileGathering: async (work) => withNotice(notice, world, work),
  };
  const started: AwaitedRun = await (options.background === true ? startRun : startAwaited)(start, session);
  if (started.type === "answered") {
    const { printEnvelope } = await import("../tell.ts");
    await printEnvelope(started.envelope, format, world);
    return exitCodeFor(started.envelope);
  }
  if (started.type === "left") {
    const { leave } = await import("../tell.ts");
    return leave({ ...started.job, phase: "cancelling" }, format, session);
  }
  const { job, isNew, end, signals } = started;
  if (!isNew) world.stderr.write(`It was started before with this key (${job.status}); nothing new runs.\n`);
  if (options.background === true) return leaveInBackground(job, options, session);
  const { awaitJob } = await import("../tell.ts");
  return awaitJob(
    job,
    {
      format,
      ...(request.failOn === undefined ? {} : { failOn: request.failOn }),
      ...(end === undefined ? {} : { end }),
      ...(signals === undefined ? {} : { signals }),
    },
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
    if (world.stderr.isTTY && !isTerminal(job.status)) {
      world.stderr.write(`It goes on by itself: tandem wait ${name}, or status, watch or cancel.\n`);
    }
    return ExitCode.done;
  }
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: job.kind,
    job: { ...summarizeJob(job), ...(isTerminal(job.status) ? {} : { pollAfterMs: backgroundPollMs }) },
    nextSteps: [`tandem wait ${name}`, `tandem result ${name}`],
  };
  const { printEnvelope } = await import("../tell.ts");
  await printEnvelope(envelope, format, world);
  return ExitCode.done;
}

/** When it makes sense to look after a job again. */
const backgroundPollMs = 5_000;
