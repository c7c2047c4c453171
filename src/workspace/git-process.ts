import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { escapeInvisible } from "../settings/quote.ts";
import { pinArguments } from "./git-pins.ts";

/** Everything that a call of git needs beside its own arguments. */
export interface Git {
  /** Absolute path of the program, outside of the work tree. */
  readonly binary: string;
  /** The folder in which git runs. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** More leading arguments beside the pins: those that switch off the filters of this repository. */
  readonly configuration: readonly string[];
  /** Time after which a call is killed, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** How a call of git ended. */
export interface GitEnd {
  /** 0 also when we stopped it; -1 when a signal ended it. */
  readonly exitCode: number;
  /** Git's own words on stderr, one line, without control characters. */
  readonly message: string;
  /** True when we stopped it because enough was read. */
  readonly isStopped: boolean;
}

const stderrLimit = 2_000;

/**
 * The one place that starts git. `onOutput` gets the output in pieces of any length and returns false to stop the call. Git runs
 * without a shell in its own process group, which is killed when time is up, so that nothing that it started stays behind.
 */
export async function streamGit(
  git: Git,
  argumentsList: readonly string[],
  onOutput: (chunk: Buffer) => boolean,
  input?: Buffer,
): Promise<GitEnd> {
  if (git.signal?.aborted) throw cancellation(git.signal);
  const child = spawn(git.binary, [...pinArguments, ...git.configuration, ...argumentsList], {
    cwd: git.folder,
    env: git.environment,
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  return new Promise<GitEnd>((resolve, reject) => {
    let isStopped = false;
    let stderr = "";
    const stop = (error: unknown): void => {
      killGroup(child);
      reject(error);
    };
    const timer = setTimeout(() => stop(timeLimit(git.timeoutMs)), git.timeoutMs);
    const onAbort = (): void => stop(cancellation(git.signal));
    const release = (): void => {
      clearTimeout(timer);
      git.signal?.removeEventListener("abort", onAbort);
    };
    git.signal?.addEventListener("abort", onAbort, { once: true });
    child.on("error", (error) => {
      release();
      reject(new TandemError("input_unreadable", { path: git.binary, cause: error.message }));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      if (isStopped) return;
      try {
        isStopped = !onOutput(chunk);
      } catch (thrown) {
        stop(thrown);
      }
      if (isStopped) killGroup(child);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < stderrLimit) stderr += chunk.toString("utf8");
    });
    // Git may end before it has read its input; its exit code tells what happened.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("close", (code) => {
      release();
      const message = escapeInvisible(
        stderr
          .slice(0, stderrLimit)
          .trim()
          .replaceAll(/\s*\n\s*/g, "; "),
      );
      resolve({ exitCode: isStopped ? 0 : (code ?? -1), message, isStopped });
    });
  });
}

/** Also lets go of the pipes: a process that left the group could hold them open for ever. */
function killGroup(child: ChildProcessWithoutNullStreams): void {
  try {
    if (process.platform === "win32" || child.pid === undefined) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
  child.stdout.destroy();
  child.stderr.destroy();
}

function timeLimit(timeoutMs: number): TandemError {
  const say =
    "The repository may be very large or its disk slow; the git_timeout setting gives git more time.";
  return new TandemError("timeout", { afterMs: timeoutMs }, { repair: { say } });
}

function cancellation(signal: AbortSignal | undefined): TandemError {
  const reason: unknown = signal?.reason;
  return reason instanceof TandemError ? reason : new TandemError("cancelled", { by: messageOf(reason) });
}
