import type { RunEvent } from "../../../domain/events.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { ExitCode as Code } from "../../../domain/exit-code.ts";
import { shortJobId } from "../../../domain/job.ts";
import { followJob } from "../../../jobs/follow-job.ts";
import { resultOf } from "../../client/result-of.ts";
import { watchForSignals } from "../leave-or-cancel.ts";
import { exitCodeFor } from "../output.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface WatchOptions {
  readonly json?: boolean;
}

/** `tandem watch <job>`: the events of a job as they happen, from its first one on, until its end. With --json one entry a line. */
export async function watchCommand(name: string, options: WatchOptions, world: CliWorld): Promise<ExitCode> {
  const { store } = await openSession(world, world.cwd);
  const job = await store.find(name);
  const [{ watchLines }, { mayUseColour }] = await Promise.all([
    import("../../../report/progress/watch-lines.ts"),
    import("../../../report/text/style.ts"),
  ]);
  const { stdout, environment } = world;
  const isTerminal = stdout.isTTY === true;
  const style = {
    columns: isTerminal ? stdout.columns : 80,
    colour: mayUseColour({ environment, isTerminal }),
    job: shortJobId(job.id),
  };
  const isNews = newsFilter();
  let isTold = false;
  const signals = watchForSignals({ onInterrupt: "leave" });
  try {
    const { record, ended } = await followJob(store, job.id, {
      signal: signals.left,
      onRecord: ({ status }) => {
        if (status !== "queued" || isTold || world.stderr.isTTY !== true) return;
        isTold = true;
        world.stderr.write("The job waits for its turn.\n");
      },
      onEvents: async (entries) => {
        const lines = entries.flatMap((entry) =>
          options.json === true
            ? [JSON.stringify(entry)]
            : isNews(entry.event)
              ? watchLines(entry.event, entry.at, style)
              : [],
        );
        if (lines.length > 0) await write(stdout, `${lines.join("\n")}\n`);
      },
    });
    if (ended) return exitCodeFor(await resultOf(record, store));
    // Ctrl-C leaves a mark without a line's end.
    if (world.stderr.isTTY) world.stderr.write(`\nThe job goes on: tandem watch ${style.job}\n`);
    return Code.stillRunning;
  } finally {
    signals.stop();
  }
}

/** Codex tells the tokens at every step, changed or not; people are told when they have changed. */
function newsFilter(): (event: RunEvent) => boolean {
  let told = "";
  return (event) => {
    if (event.type !== "usage") return true;
    const usage = JSON.stringify(event.usage);
    if (usage === told) return false;
    told = usage;
    return true;
  };
}

/** Waits for a slow reader, so that memory stays bounded. */
async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve());
  });
}
