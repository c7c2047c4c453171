import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { makeFolder } from "../settings/make-folder.ts";

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
 * As `askProgram`, with a CODEX_HOME that is removed afterwards: Codex 0.169 leaves files in its home also when it is only asked
 * for its version, and the user's home must not be made by that.
 */
export async function askInThrowawayHome(folder: string, question: Question): Promise<Answer> {
  const home = await makeThrowawayHome(folder);
  if (home === undefined) return askProgram(question);
  const answer = await askProgram({
    ...question,
    environment: { ...question.environment, CODEX_HOME: home },
  });
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
  return answer;
}

async function makeThrowawayHome(folder: string): Promise<string | undefined> {
  try {
    makeFolder(folder);
    return await mkdtemp(join(folder, "version-"));
  } catch {
    // A state folder that cannot be written is told by what needs it.
    return undefined;
  }
}

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
