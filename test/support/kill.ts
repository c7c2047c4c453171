/** Kills a process. Without a pid there is nothing to kill: 0 would be the process group of the tests themselves. */
export function kill(pid: number | undefined): void {
  if (pid === undefined || pid <= 1) throw new Error(`No process to kill (${pid}).`);
  process.kill(pid, "SIGKILL");
}
