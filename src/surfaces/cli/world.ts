import type { Machine } from "../../settings/paths.ts";
import { personEnvironment } from "../client/person-environment.ts";
import type { StandbyRunner } from "../client/standby-runner.ts";

/** Where text for the reader goes: a stream of the process, or what stands for one in `status`. */
export interface TextSink {
  readonly isTTY?: boolean;
  /** Width of a terminal. */
  readonly columns?: number;
  write(text: string, done?: () => void): unknown;
  once(event: "error", listener: () => void): unknown;
}

/** The machine of a command that only reads, and where it prints. */
export interface ReadingWorld extends Machine {
  readonly architecture: string;
  readonly nodePath: string;
  readonly cwd: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

/** What the command line needs of the process around it, so that tests can run a command in their own. */
export interface CliWorld extends ReadingWorld {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly standby?: StandbyRunner;
}

export function processWorld(): CliWorld {
  return {
    ...processMachine(),
    // Made when first needed: each stream takes a part of the time of a short command.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return forgivingStream("stdout");
    },
    get stderr() {
      return forgivingStream("stderr");
    },
  };
}

/** The machine that this process runs on. */
export function processMachine(): Omit<ReadingWorld, "stdout" | "stderr"> {
  const { platform, arch: architecture, execPath: nodePath } = process;
  const cwd = process.cwd();
  const environment = personEnvironment();
  return { platform, architecture, home: homeFolder(), environment, nodePath, cwd };
}

/** `os.homedir()`, whose module is loaded only where the variable is missing that it looks at first. */
function homeFolder(): string {
  const named = process.env[process.platform === "win32" ? "USERPROFILE" : "HOME"];
  return named !== undefined && named !== "" ? named : process.getBuiltinModule("node:os").homedir();
}

/** A stream of the process for which a reader that went away (`| head`) is no fault of the command; Node would end it with a stack trace. */
export function forgivingStream(name: "stdout" | "stderr"): NodeJS.WriteStream {
  const stream = process[name];
  return stream.listeners("error").includes(ignoreClosedPipe) ? stream : stream.on("error", ignoreClosedPipe);
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
