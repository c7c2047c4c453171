import type { JobRecord } from "../../domain/job.ts";
import { type RunStart, type StartedRun, startRun } from "../client/start-run.ts";
import { type SignalWatch, watchOver } from "./leave-or-cancel.ts";
import type { CliSession } from "./session.ts";

/** A run that this command waits for, and how the command is told to stop, since its job was stored. */
export type AwaitedRun =
  | (StartedRun & { readonly signals?: SignalWatch })
  /** The job is cancelled, and the person did not wait for that. */
  | { readonly type: "left"; readonly job: JobRecord };

/**
 * Starts a run that this command waits for. To hand a stored job over takes a while where a broker is started or does not answer: in
 * this time too Ctrl-C cancels the job, and a second one leaves. Throws as `startRun`.
 */
export async function startAwaited(start: RunStart, session: CliSession): Promise<AwaitedRun> {
  let signals: SignalWatch | undefined;
  return new Promise((resolve, reject) => {
    const onStored = (job: JobRecord, isNew: boolean) => {
      const watch = watchOver(job.id, isNew ? "cancel" : "leave", session);
      signals = watch;
      start.onStored?.(job, isNew);
      const leave = () => {
        // What was not cancelled is handed over first.
        if (watch.interrupted.aborted) resolve({ type: "left", job });
      };
      watch.left.addEventListener("abort", leave, { once: true });
    };
    startRun({ ...start, onStored }, session).then(
      (started) => resolve({ ...started, ...(signals === undefined ? {} : { signals }) }),
      (error: unknown) => {
        signals?.stop();
        reject(error);
      },
    );
  });
}
