import { runCli } from "./program.ts";
import { processWorld } from "./world.ts";

void runCli(process.argv.slice(2), processWorld()).then((code) => {
  process.exitCode = code;
});
