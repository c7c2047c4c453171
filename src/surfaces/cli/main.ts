import { StandbyRunner } from "../client/standby-runner.ts";
import { leaveProcess } from "./leave-process.ts";
import { runCli } from "./program.ts";
import { startStandbyEarly, startsRun } from "./standby.ts";
import { processWorld } from "./world.ts";

const words = process.argv.slice(2);
const world = Object.assign(processWorld(), { standby: new StandbyRunner() });
startStandbyEarly(words, world);
void runCli(words, world).then((code) => {
  if (startsRun(words)) leaveProcess(code);
  else process.exitCode = code;
});
