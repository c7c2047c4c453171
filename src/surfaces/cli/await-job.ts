import type { ToldEnd } from "../../broker/told-end.ts";
import { type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import { ExitCode } from "../../domain/exit-code.ts";
import type { Severity } from "../../domain/finding.ts";
import { type JobRecord, shortJobId } from "../../domain/job.ts";
import { followJob } from "../../jobs/follow-job.ts";
import { summarizeJob } from "../../jobs/job-status.ts";
import type { JournalEntry } from "../../jobs/journal-entry.ts";
import { waitForRelease } from "../../jobs/owner-release.ts";
import type { OutputFormat } from "../../report/formats/format-names.ts";
import { resultOf } from "../client/result-of.ts";
import { settle } from "../client/settle.ts";
import { type Interrupt, type SignalWatch, watchOver } from "./leave-or-cancel.ts";
import { withNextSteps } from "./next-steps.ts";
import { exitCodeFor, printEnvelope } from "./output.ts";
import { showQueuePlace } from "./queue-line.ts";
import type { CliSession } from "./session.ts";
import { waitBudget } from "./wait-budget.ts";

export interface AwaitOptions {
  readonly format: OutputFormat;
  readonly failOn?: Severity;
  /** What Ctrl-C does; `cancel` without it. */
  readonly interrupt?: Interrupt;
  /** Watched since the job was stored; stopped here. */
  readonly signals?: SignalWatch;
  /** The job's broker tells its end. */
  readonly end?: ToldEnd;
}

/** The owner gives Codex less time than this to end. */
const releaseMs = 10_000;

/** When it makes sense to look after a job again whose waiter has left. */
const laterMs = 10_000;

/**
 * Waits for a job that somebody else runs, shows what it does, and prints its result. When the budget is over, or this process is
 * told to end, the job goes on; an interrupt (Ctrl-C) cancels it.
 */
export async function awaitJob(
  job: JobRecord,
  { interrupt = "cancel", signals: watched, end, ...shown }: AwaitOptions,
  session: CliSession,
): Promise<ExitCode> {
  const signals = watched ?? watchOver(job.id, interrupt, session);
  const { world, store } = session;
  const [{ startProgressLine }, { mayUseColour }, { openPersonAnswers }] = await Promise.all([
    import("../../report/progress/progress-line.ts"),
    import("../../report/text/style.ts"),
    import("./person-answers.ts"),
  ]);
  const { stderr, environment } = world;
  const colour = mayUseColour({ environment, isTerminal: stderr.isTTY === true });
  const { startedAt } = job;
  const line = startProgressLine({
    stream: stderr,
    colour,
    terminal: environment["TERM"] ?? "",
    ...(startedAt === undefined ? {} : { elapsedMs: Math.max(0, Date.now() - Date.parse(startedAt)) }),
  });
  const showCancelling = () => line.setPhase("cancelling");
  if (signals.interrupted.aborted) showCancelling();
  signals.interrupted.addEventListener("abort", showCancelling, { once: true });
  const queue = showQueuePlace(store, line);
  const person = openPersonAnswers(job.id, session, { line, onInterrupt: signals.interrupt });
  // Where nobody looks, the end is all that there is to be told.
  const shows = {
    onRecord: (looked: JobRecord) => {
      person.look(looked.pending ?? []);
      queue(looked);
    },
    onEvents: (entries: readonly JournalEntry[]) => {
      for (const { event } of entries) line.report(event);
    },
  };
  try {
    const budgetMs = waitBudget(session);
    const { record, ended } = await followJob(store, job.id, {
      signal: signals.left,
      ...(budgetMs === undefined ? {} : { budgetMs }),
      ...(end === undefined ? {} : { told: end.told }),
      ...(stderr.isTTY ? shows : {}),
    });
    person.stop();
    line.stop();
    if (!ended) return await leave(record, shown.format, session);
    const code = await deliver(await resultOf(record, store), shown, session);
    // A job of its own process takes Codex along; whoever looks after this command finds nothing left.
    if (record.host === "runner") await waitForRelease(store, record.id, releaseMs);
    return code;
  } finally {
    end?.close();
    signals.stop();
    person.stop();
    line.stop();
  }
}

/** Prints a result; from then on it counts as read. */
export async function deliver(
  envelope: Envelope,
  { format, failOn }: AwaitOptions,
  session: CliSession,
): Promise<ExitCode> {
  const { world } = session;
  // As text stdout carries answers only; what failed is told where every other error is.
  const isFailure = envelope.error !== undefined && format === "text";
  const shown = format === "text" ? withNextSteps(envelope) : envelope;
  await printEnvelope(shown, format, isFailure ? { ...world, stdout: world.stderr } : world);
  await settle(envelope, session);
  return exitCodeFor(envelope, failOn);
}

/** Prints that a job goes on without this command. */
export async function leave(record: JobRecord, format: OutputFormat, session: CliSession): Promise<ExitCode> {
  await printEnvelope(stillRunning(record), format, session.world);
  return ExitCode.stillRunning;
}

/** What is told of a job that goes on without its waiter. */
export function stillRunning(record: JobRecord): Envelope {
  const name = shortJobId(record.id);
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "wait",
    job: { ...summarizeJob(record), pollAfterMs: laterMs },
    ...(record.pending === undefined ? {} : { pending: record.pending }),
    summary: `${
      record.phase === "cancelling" ? "The job is being cancelled" : "The job goes on"
    }; this command has stopped waiting for it.`,
    nextSteps: [`tandem wait ${name}`, `tandem status ${name}`, `tandem cancel ${name}`],
  };
}
