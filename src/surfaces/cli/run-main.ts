import { toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../domain/exit-code.ts";
import { StandbyRunner } from "../client/standby-runner.ts";
import { consultCommand } from "./commands/consult.ts";
import { taskCommand } from "./commands/task.ts";
import { leaveProcess } from "./leave-process.ts";
import { type RunLine, readRunLine } from "./quick-run.ts";
import { startStandbyEarly } from "./standby.ts";
import { type CliWorld, processWorld } from "./world.ts";

/** The program behind `tandem task` and `tandem consult`: only what begins a run, since loading takes most of the time until then. */
async function main(words: readonly string[]): Promise<void> {
  const line = readRunLine(words);
  if (line === undefined) {
    await import("./main.ts");
    return;
  }
  const world = Object.assign(processWorld(), { standby: new StandbyRunner() });
  startStandbyEarly(words, world);
  leaveProcess(await run(line, world));
}

async function run(line: RunLine, world: CliWorld): Promise<ExitCode> {
  try {
    return line.command === "task"
      ? await taskCommand(line.text, line.options, world)
      : await consultCommand(line.text, line.options, world);
  } catch (error) {
    const { printError } = await import("./tell.ts");
    return printError(toErrorReport(error), line.options.json === true ? "json" : "text", world);
  }
}

void main(process.argv.slice(2));
