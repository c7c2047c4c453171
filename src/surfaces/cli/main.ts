import { StandbyRunner } from "../client/standby-runner.ts";
import { runCli } from "./program.ts";
import { startStandbyEarly, startsRun } from "./standby.ts";
import { processWorld } from "./world.ts";

const words = process.argv.slice(2);
const world = Object.assign(processWorld(), { standby: new StandbyRunner() });
startStandbyEarly(words, world);
void runCli(words, world).then((code) => {
  process.exitCode = code;
  // Nothing of a run is left here that could be waited for. Node would take its memory apart piece by piece first.
  if (startsRun(words) && isPrinted()) process.exit();
});

/** What a reader has not taken yet would be lost; Windows does not say what that is. */
function isPrinted(): boolean {
  const { platform, stdout, stderr } = process;
  return platform !== "win32" && stdout.writableLength === 0 && stderr.writableLength === 0;
}
