import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError, toErrorReport } from "../../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { followJob } from "../../../jobs/follow-job.ts";
import { type GatePlaces } from "../../../jobs/gate/gate-places.ts";
import { snapshotFolder } from "../../../jobs/gate/gate-snapshots.ts";
import type { GateSnapshot } from "../../../jobs/gate/gate-state.ts";
import { objectFolderOf } from "../../../workspace/snapshot.ts";
import type { ClientSession } from "../client-session.ts";
import { makeRunRequest } from "../make-run-request.ts";
import { resultOf } from "../result-of.ts";
import { startRun } from "../start-run.ts";
import { unkeptChanges } from "./look-at-files.ts";

/** Both ends of a change, as kept by the gate. */
export interface KeptChange {
  readonly before: GateSnapshot;
  readonly after: GateSnapshot;
  readonly places: GatePlaces;
}

export interface ReviewLimits {
  /** For all of it, the wait for a turn included, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when Claude Code waits no longer. */
  readonly signal: AbortSignal;
}

/** After its limit a run has this long to store what it came to. */
const graceMs = 10_000;

/**
 * Lets Codex review a change, as a job like any other, and gives its result; what keeps it from being started is a result too. A
 * review that does not end in time is told to end, and Claude Code waits for it no longer.
 */
export async function reviewStop(
  change: KeptChange,
  { timeoutMs, signal }: ReviewLimits,
  session: ClientSession,
): Promise<Envelope> {
  const { store, settings } = session;
  try {
    const request = { ...requestOf(change, session), timeoutMs };
    const started = await startRun(
      { request, isTitled: false, isDryRun: false, warnings: settings.warnings },
      session,
    );
    if (started.type === "answered") return started.envelope;
    const { id } = started.job;
    const { record, ended } = await followJob(store, id, { budgetMs: timeoutMs + graceMs, signal });
    if (!ended) {
      await store.requestCancel(id, "the review gate");
      if (signal.aborted) throw new TandemError("cancelled", { by: "Claude Code, which waits no longer" });
      throw new TandemError("timeout", { afterMs: timeoutMs });
    }
    const envelope = await resultOf(record, store);
    // From here on it was delivered: to the model, or to nobody who would ask for it.
    await store.markRead(id).catch(() => undefined);
    return envelope;
  } catch (thrown) {
    return { schema: envelopeSchema, ok: false, kind: "gate", error: toErrorReport(thrown) };
  }
}

/** The smallest run that there is: read-only, without network, without servers, without a thread that stays. */
function requestOf({ before, after, places }: KeptChange, session: ClientSession): RunRequest {
  const { settings, world, workspace } = session;
  const part = {
    kind: "gate",
    title: "gate",
    ephemeral: true,
    tier: "read-only",
    gate: {
      baseTree: before.tree,
      headTree: after.tree,
      objectFolders: [after, before].map(({ folder }) => objectFolderOf(snapshotFolder(places, folder))),
      fingerprint: after.fingerprint,
      omitted: unkeptChanges(before, after),
    },
  } as const;
  const place = { cwd: workspace, machine: world, askedBy: "claude-code" } as const;
  return { ...makeRunRequest(part, { config: [] }, settings, place), mcpServers: [] };
}
