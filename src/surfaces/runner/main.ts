import { ExitCode } from "../../domain/exit-code.ts";
import { isJobId } from "../../domain/job.ts";
import { readyLine, standbyWord } from "../client/spawn-background.ts";
import { openRunnerWorld } from "./runner-world.ts";

/** The background program: `run-job <id>` owns one job, `broker <folder>` serves many. Started by the other programs only. */
async function main([command, parameter = "", reason]: readonly string[]): Promise<void> {
  if (command === "run-job" && parameter === standbyWord) {
    const { standBy } = await import("./stand-by.ts");
    return standBy(sayReady);
  }
  if (command === "run-job" && isJobId(parameter)) {
    const [world, { runOneJob }] = await Promise.all([openRunnerWorld(), import("./one-job.ts")]);
    const warnings =
      reason === undefined ? [] : [`No broker could be used, so the job had a process of its own: ${reason}`];
    return runOneJob(parameter, world, { onReady: sayReady, warnings });
  }
  if (command === "broker") {
    const [world, { runBroker }] = await Promise.all([openRunnerWorld(), import("./run-broker.ts")]);
    return runBroker(parameter, world, sayReady);
  }
  process.stderr.write("This program is started by tandem itself.\n");
  process.exitCode = ExitCode.precondition;
}

/** The process that started this one waits for it. */
function sayReady(): void {
  process.stdout.on("error", () => {
    // It has gone already; this process stays.
  });
  process.stdout.write(readyLine);
}

void main(process.argv.slice(2));
