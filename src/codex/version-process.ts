import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { messageOf } from "../domain/errors/tandem-error.ts";

/** Most output that is kept, in bytes; a version needs twenty. */
const outputLimit = 65_536;

export interface Question {
  readonly path: string;
  readonly argumentsList: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** `problem` completes the sentence "It cannot be used: …". */
export type Answer =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Runs a program to its end and gives its standard output. It has no standard input, runs in its own folder (a version
 * manager's shim would read the files of the current one), and is killed with its descendants at the limit of time or output.
 */
export async function askProgram(question: Question): Promise<Answer> {
  const { path, argumentsList, environment, timeoutMs } = question;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(path, argumentsList, {
        cwd: dirname(path),
        env: { ...environment },
        stdio: ["ignore", "pipe", "ignore"],
        // An own process group on Unix, so that the end of it reaches what a wrapper started.
        detached: process.platform !== "win32",
        windowsHide: true,
      });
    } catch (error) {
      resolve({ ok: false, problem: messageOf(error) });
      return;
    }
    let output = "";
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      child.stdout?.destroy();
      resolve(answer);
    };
    const giveUp = (problem: string) => {
      killGroup(child);
      finish({ ok: false, problem });
    };
    const timer = setTimeout(() => giveUp(`it gave no version within ${timeoutMs} ms`), timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > outputLimit) giveUp("it writes without end when asked for its version");
    });
    child.on("error", (error) => finish({ ok: false, problem: error.message }));
    child.on("close", (code, signal) =>
      finish(
        code === 0
          ? { ok: true, output }
          : {
              ok: false,
              problem: `it ended with ${signal ?? `exit code ${code}`} when asked for its version`,
            },
      ),
    );
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
}
