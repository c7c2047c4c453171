import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { join, parse } from "node:path";
import { newFamilyMark } from "../../codex/family-mark.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { standbyWord } from "./spawn-background.ts";

export interface StandbyStart {
  readonly nodePath: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stateRoot: string;
}

/**
 * A process that loads what a run needs while the command still reads its input, and learns of its job by a pipe. Before that it has
 * no job, no file and nothing of Codex, and the end of the pipe, which is also the end of this process, ends it.
 */
export class StandbyRunner {
  #child: ChildProcess | undefined;

  /** Starts it; a second call does nothing. Never throws: without it a run gets its process later. */
  start({ nodePath, environment, stateRoot }: StandbyStart): void {
    if (this.#child !== undefined) return;
    const program = join(tandemIdentity().root, "start.cjs");
    try {
      const child = spawn(nodePath, [program, "run-job", standbyWord], {
        // The state folder may not be there yet, and the workspace may be deleted.
        cwd: parse(nodePath).root,
        // One that a command of a run has started is not of that run's family.
        env: { ...environment, TANDEM_HOME: stateRoot, ...newFamilyMark() },
        // A session of its own: a closed terminal or an interrupt does not reach it.
        detached: true,
        stdio: ["pipe", "pipe", "ignore"],
        windowsHide: true,
      });
      this.#child = child;
      // A failed start is told by its end.
      child.on("error", () => undefined);
      child.stdin?.on("error", () => undefined);
      // A command that never needs it does not wait for it.
      child.unref();
      for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
      process.once("exit", this.#discard);
    } catch {
      // No process to be had, or no room for its parameters: the run's own start will tell.
    }
  }

  /** Gives it its job. True when it owns the job; false when there is none, or it has ended without. */
  async take(job: string): Promise<boolean> {
    const child = this.#child;
    if (child === undefined) return false;
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) return false;
    child.ref();
    if (stdout instanceof Socket) stdout.ref();
    const isReady = await new Promise<boolean>((resolve) => {
      if (hasEnded(child)) resolve(false);
      child.once("error", () => resolve(false));
      child.once("exit", () => resolve(false));
      stdout.once("data", () => resolve(true));
      stdin.end(`${job}\n`);
    });
    process.removeListener("exit", this.#discard);
    stdout.destroy();
    stdin.destroy();
    child.unref();
    return isReady;
  }

  /** It would end by itself, a moment later. */
  readonly #discard = (): void => {
    this.#child?.kill("SIGKILL");
  };
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}
