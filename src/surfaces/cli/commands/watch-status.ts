import type { Envelope } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal } from "../../../domain/job.ts";
import { watchForSignals } from "../leave-or-cancel.ts";
import { openStoredJobs } from "../session.ts";
import type { CliWorld } from "../world.ts";
import { type StatusOptions, showStatus } from "./status.ts";

const pauseMs = 1_000;
const clearScreen = "\u001B[H\u001B[2J";

/** `tandem status --watch`: the status again and again, in place on a terminal, until nothing runs any more or the reader leaves. */
export async function watchStatusCommand(
  name: string | undefined,
  options: StatusOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const signals = watchForSignals({ onInterrupt: "leave" });
  const inPlace = world.stdout.isTTY === true && options.json !== true;
  try {
    for (;;) {
      if (inPlace) world.stdout.write(clearScreen);
      const { code, envelope } = await showStatus(name, options, world, openStoredJobs);
      if (code !== ExitCode.done || !anyRuns(envelope)) return code;
      await pause(signals.left);
      if (!signals.left.aborted) continue;
      // Ctrl-C leaves a mark without a line's end.
      if (inPlace && world.stderr.isTTY) world.stderr.write("\n");
      return ExitCode.done;
    }
  } finally {
    signals.stop();
  }
}

/** By what was shown, not by another look: the last thing that is shown is how it ended. */
function anyRuns({ job, jobs = [] }: Envelope): boolean {
  return [...(job === undefined ? [] : [job]), ...jobs].some(({ status }) => !isTerminal(status));
}

async function pause(left: AbortSignal): Promise<void> {
  if (left.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    left.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
