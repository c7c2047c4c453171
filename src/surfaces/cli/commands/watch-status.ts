import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal } from "../../../domain/job.ts";
import { watchForSignals } from "../leave-or-cancel.ts";
import { openSession, openStoredJobs } from "../session.ts";
import type { CliWorld } from "../world.ts";
import { type StatusOptions, statusCommand } from "./status.ts";

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
      const code = await statusCommand(name, options, world, openStoredJobs);
      if (code !== ExitCode.done || !(await anyRuns(name, options, world))) return code;
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

async function anyRuns(name: string | undefined, { all }: StatusOptions, world: CliWorld): Promise<boolean> {
  const { store, workspace } = await openSession(world, world.cwd);
  if (name !== undefined) return !isTerminal((await store.find(name)).status);
  const active = await store.listActive();
  return active.some((job) => !isTerminal(job.status) && (all === true || job.workspace === workspace));
}

async function pause(left: AbortSignal): Promise<void> {
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
