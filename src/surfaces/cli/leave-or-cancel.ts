import { describeAsker } from "../client/asker.ts";
import type { CliSession } from "./session.ts";

/** How a waiting command is told to stop. */
export interface SignalWatch {
  /** Aborted when the command shall leave and the job go on. */
  readonly left: AbortSignal;
  /** Aborted as soon as Ctrl-C cancels the job. */
  readonly interrupted: AbortSignal;
  /** Does what Ctrl-C does, for keys that the terminal does not turn into a signal. */
  readonly interrupt: () => void;
  readonly stop: () => void;
}

/**
 * Ctrl-C is a person who wants the run to stop: it cancels where this command started the run, and a second one leaves at once.
 * Every other signal ends this command only (a closed terminal, the time limit of whoever called it): a run is not tied to the
 * process that asked.
 */
export function watchForSignals({
  onInterrupt,
}: {
  readonly onInterrupt: "leave" | (() => Promise<void>);
}): SignalWatch {
  const controller = new AbortController();
  const interrupted = new AbortController();
  let cancelling: Promise<void> | undefined;
  // The owner is told of the cancel before this process goes.
  const leave = () => {
    if (cancelling === undefined) controller.abort();
    else void cancelling.then(() => controller.abort());
  };
  const interrupt = () => {
    if (cancelling !== undefined || onInterrupt === "leave") {
      leave();
      return;
    }
    interrupted.abort();
    cancelling = onInterrupt().catch(() => {
      // The state folder cannot be written, so nothing can be told to the owner.
      controller.abort();
    });
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", leave);
  process.on("SIGHUP", leave);
  return {
    left: controller.signal,
    interrupted: interrupted.signal,
    interrupt,
    stop: () => {
      // Somebody who presses Ctrl-C again and again must not cut off what is being printed: this process ends by itself in a moment.
      if (!controller.signal.aborted) process.removeListener("SIGINT", interrupt);
      process.removeListener("SIGTERM", leave);
      process.removeListener("SIGHUP", leave);
    },
  };
}

/** What Ctrl-C does to a job: the command that started it cancels it, one that only waits leaves. */
export type Interrupt = "cancel" | "leave";

/** The same for a command that waits for a job. */
export function watchOver(
  job: string,
  interrupt: Interrupt,
  { store, world }: Pick<CliSession, "store" | "world">,
): SignalWatch {
  const cancel = async () => {
    await store.requestCancel(job, describeAsker(world));
  };
  return watchForSignals({ onInterrupt: interrupt === "leave" ? interrupt : cancel });
}
