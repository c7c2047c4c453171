import { checkWishes } from "../../../codex/check-wishes.ts";
import type { Route } from "../../../codex/route.ts";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import type { RunRequest } from "../../../domain/run.ts";
import type { Perform } from "../../../jobs/run-job.ts";
import type { TaskResult } from "../../../tasks/task.ts";
import { ownCodexWorld } from "../codex-world.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import type { RunOptions } from "../run-options.ts";
import type { CliSession } from "../session.ts";

/** A run with its input gathered: what it would send, and how it is performed. */
export interface PreparedRun {
  readonly route: Route;
  readonly perform: Perform;
  /** Set when there is nothing to ask: the result without any model call. */
  readonly immediate?: TaskResult;
  readonly dryRun: () => Promise<Envelope>;
}

/** The common end of every paid command: dry run, nothing to do, or the run itself; prints the result. */
export async function performRun(
  request: RunRequest,
  prepared: PreparedRun,
  options: RunOptions,
  session: CliSession,
): Promise<ExitCode> {
  const { world } = session;
  const format = formatOf(options);
  await checkWishes(request, ownCodexWorld(session).codexHome);
  const warnings = [...session.settings.warnings, ...session.problems];
  if (options.dryRun === true) {
    const envelope = await prepared.dryRun();
    await printEnvelope(envelope, format, world);
    return exitCodeFor(envelope);
  }
  if (prepared.immediate !== undefined) {
    const { parts } = prepared.immediate;
    const envelope: Envelope = { schema: envelopeSchema, ok: true, kind: request.kind, ...parts };
    await printEnvelope(envelope, format, world);
    return exitCodeFor(envelope);
  }
  const { runInForeground } = await import("../run-in-foreground.ts");
  const envelope = await runInForeground(
    { request, perform: prepared.perform, route: prepared.route, warnings },
    session,
  );
  // As text stdout carries answers only; what failed is told where every other error is.
  const isFailure = envelope.error !== undefined && format === "text";
  await printEnvelope(envelope, format, isFailure ? { ...world, stdout: world.stderr } : world);
  await settle(envelope, session);
  return exitCodeFor(envelope, request.failOn);
}

/** The result was delivered; then old jobs are looked through, at most once a day. */
async function settle(envelope: Envelope, { store, settings, log }: CliSession): Promise<void> {
  const { values } = settings;
  try {
    if (envelope.job !== undefined) await store.markRead(envelope.job.id);
    await store.applyRetention({
      readDays: values.retention_read_days,
      readCount: values.retention_read_count,
      unreadResultDays: values.retention_unread_days,
      unreadJournalDays: values.retention_journal_days,
      totalBytes: values.retention_total_bytes,
    });
  } catch (error) {
    // The result is with its reader already; what failed here is bookkeeping.
    log("warning", "bookkeeping after the run failed", String(error));
  }
}
