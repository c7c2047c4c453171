import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { isJobId } from "../../domain/job.ts";
import { runnerLog } from "../client/spawn-background.ts";
import { openRunnerWorld } from "./runner-world.ts";

/**
 * `tandem run-job next`: loads what a run needs, then waits for the id of its job on stdin. At the end of stdin without one it ends
 * without a word: nothing has been made, and nobody knows of it.
 */
export async function standBy(onReady: () => void): Promise<void> {
  const [world, { runOneJob }] = await Promise.all([openRunnerWorld(), import("./one-job.ts"), preload()]);
  const id = readJob();
  if (id === undefined) {
    // Less of the program was used than a run uses: its compiled form is not for keeping.
    process.removeAllListeners("exit");
    return;
  }
  process.chdir(world.stateRoot);
  logInto(join(world.store.foldersOf(id).job, runnerLog));
  return runOneJob(id, world, { onReady, warnings: [] });
}

/** What nearly every run loads, and what of Node those modules load when they are used. */
async function preload(): Promise<void> {
  for (const name of ["child_process", "crypto", "fs/promises", "net"]) process.getBuiltinModule(name);
  await Promise.all([
    import("../../codex/app-server/app-server-engine.ts"),
    import("../../jobs/compose-receipt.ts"),
    import("../../tasks/consult.ts"),
    import("../../tasks/task-run.ts"),
  ]);
}

/** Waits with all of the process: there is nothing else to do, and a stream would take longer to load than to read. */
function readJob(): string | undefined {
  const bytes = Buffer.alloc(64);
  let length = 0;
  try {
    while (length < bytes.length) {
      const count = readSync(0, bytes, length, bytes.length - length, null);
      if (count === 0) return undefined;
      length += count;
      const [line = "", rest] = bytes.toString("latin1", 0, length).split("\n");
      if (rest !== undefined) return isJobId(line) ? line : undefined;
    }
  } catch {
    // Windows tells the end of a pipe as an error.
  }
  return undefined;
}

/** From now on what Node says of this process goes into the job's folder: a file gets the lowest free number, which is that of stderr. */
function logInto(path: string): void {
  closeSync(2);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  openSync(path, flags, 0o600);
}
