import { lightSink } from "./light-sink.ts";
import { quickStatus } from "./quick-status.ts";
import { processMachine } from "./world.ts";

/** The program behind `tandem status`: only what that needs, since loading takes most of its time. */
async function main(): Promise<void> {
  const world = {
    ...processMachine(),
    stdout: lightSink("stdout"),
    // Nearly never written to, so not even looked at before.
    get stderr() {
      return lightSink("stderr");
    },
  };
  const exitCode = await quickStatus(process.argv.slice(3), world);
  // Something that needs more than reading, or a line that the small parser does not understand.
  if (exitCode === undefined) await import("./main.ts");
  // All is written: nothing is left to wait for, and taking the process down in order takes a millisecond.
  else process.exit(exitCode);
}

void main();
