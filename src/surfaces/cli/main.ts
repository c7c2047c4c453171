import { StandbyRunner } from "../client/standby-runner.ts";
import { runCli } from "./program.ts";
import { startStandbyEarly } from "./standby.ts";
import { processWorld } from "./world.ts";

const words = process.argv.slice(2);
const world = Object.assign(processWorld(), { standby: new StandbyRunner() });
startStandbyEarly(words, world);
void runCli(words, world).then((code) => {
  process.exitCode = code;
});
