import { messageOf, toErrorReport } from "../../domain/errors/tandem-error.ts";
import { endWithError } from "../../jobs/end-with-error.ts";
import { runStoredJob } from "./run-stored-job.ts";
import type { RunnerWorld } from "./runner-world.ts";
import { startOwnEngine } from "./start-own-engine.ts";

/** `tandem run-job <id>`: owns one job to its end. SIGTERM and SIGINT cancel it properly; the second signal ends the process. */
export async function runOneJob(
  id: string,
  world: RunnerWorld,
  { onReady, warnings }: { readonly onReady: () => void; readonly warnings: readonly string[] },
): Promise<void> {
  const { machine, stateRoot, store, log } = world;
  const claim = await store.claim(id, "runner");
  if (claim === undefined) {
    log("warning", "the job has another owner or has ended", { job: id });
    return;
  }
  onReady();
  const controller = new AbortController();
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  const cancel = () => {
    for (const each of signals) process.removeListener(each, cancel);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, cancel);
  log("info", "run started", { job: id });
  try {
    await runStoredJob(claim, {
      machine,
      stateRoot,
      store,
      signal: controller.signal,
      warnings,
      startEngine: async (start) => startOwnEngine(start, { stateRoot, platform: machine.platform }),
    });
  } catch (error) {
    log("error", "the job failed outside of its run", { job: id, error: messageOf(error) });
    // Whoever waits learns why (a disk without room for the run), and not only that this process has ended.
    await endWithError(store, claim.record, "failed", toErrorReport(error));
    claim.release();
  }
  log("info", "run ended", { job: id });
}
