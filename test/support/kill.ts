import { readdirSync, readFileSync } from "node:fs";
import { expect, vi } from "vitest";
import { listProcesses } from "../../src/codex/process-family.ts";

/** Kills a process. Without a pid there is nothing to kill: 0 would be the process group of the tests themselves. */
export function kill(pid: number | undefined): void {
  signal(pid, "SIGKILL");
}

/** Sends a signal to a process that is there. */
export function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined || pid <= 1) throw new Error(`No process for ${name} (${pid}).`);
  process.kill(pid, name);
}

/** Kills a process and waits until it is gone: one that is writing is gone only when that is done, and lives until then. */
export async function killAndWait(pid: number | undefined): Promise<void> {
  kill(pid);
  await vi.waitFor(async () => {
    const alive = (await listProcesses()).filter(({ isZombie }) => !isZombie);
    expect(alive.map((each) => each.pid)).not.toContain(pid);
  });
}

/** Stops a process and waits until each of its threads stands still: the signal returns before, and one that runs may still answer. */
export async function freeze(pid: number | undefined): Promise<void> {
  signal(pid, "SIGSTOP");
  await vi.waitFor(() => {
    const tasks = `/proc/${pid}/task`;
    const states = readdirSync(tasks).map((task) => stateIn(readFileSync(`${tasks}/${task}/stat`, "utf8")));
    expect(new Set(states)).toEqual(new Set(["T"]));
  });
}

/** The state behind the name, which may hold anything (proc_pid_stat(5)). */
function stateIn(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2)[0];
}
