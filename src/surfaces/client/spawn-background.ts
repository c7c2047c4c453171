import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { newFamilyMark } from "../../codex/family-mark.ts";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { tandemIdentity } from "../../setup/identity.ts";

/** What a background process prints on its stdout once it has begun its work. */
export const readyLine = "ready\n";

/** In place of a job's id: that comes by stdin, as one line. */
export const standbyWord = "next";

/** What Node itself says of a process that has a job, in the job's folder. */
export const runnerLog = "runner.log";

export interface BackgroundStart {
  readonly nodePath: string;
  /** `run-job <id>` or `broker <folder>`. */
  readonly parameters: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** A folder that stays: not the workspace, which may be deleted while the process runs. */
  readonly folder: string;
  /** File descriptor for what the process says when it fails; closed here. */
  readonly stderr: number;
  /** Ends the process when it has not begun its work by then. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a process of ours that outlives this one, and resolves when it has begun its work. Rejects with `spawn_failed` when it
 * cannot be started or ends before that.
 */
export async function spawnBackground(start: BackgroundStart): Promise<void> {
  const { nodePath, parameters, environment, folder, stderr, signal } = start;
  const program = join(tandemIdentity().root, "start.cjs");
  try {
    const child = spawn(nodePath, [program, ...parameters], {
      cwd: folder,
      // One that a command of a run has started is not of that run's family.
      env: { ...environment, ...newFamilyMark() },
      // A session of its own: a closed terminal or an interrupt does not reach it.
      detached: true,
      stdio: ["ignore", "pipe", stderr],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal, killSignal: "SIGKILL" as const }),
    });
    const { stdout } = child;
    if (stdout === null) throw new Error("it has no stdout");
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(new Error(`it ended at once (${signal ?? `exit code ${code}`})`)),
      );
      stdout.once("data", () => resolve());
    });
    stdout.destroy();
    child.removeAllListeners();
    child.unref();
  } catch (error) {
    throw new TandemError("spawn_failed", { path: program, cause: messageOf(error) });
  } finally {
    closeSync(stderr);
  }
}
