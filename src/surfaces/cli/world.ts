import { homedir } from "node:os";
import type { Machine } from "../../settings/paths.ts";

/** What the command line needs of the process around it, so that tests can run a command in their own. */
export interface CliWorld extends Machine {
  readonly architecture: string;
  readonly nodePath: string;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function processWorld(): CliWorld {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  return {
    platform: process.platform,
    architecture: process.arch,
    home: homedir(),
    environment: process.env,
    nodePath: process.execPath,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  };
}

/** A reader that went away (`| head`) is no fault of the command; Node would end it with a stack trace. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
