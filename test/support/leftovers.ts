import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes that a test run left behind: all whose environment, command line or folder names the run, without the test
 * runner itself and its workers. Only Linux tells; elsewhere the list is empty.
 */
export function findLeftovers(run: string, runner: number = process.pid): readonly Leftover[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== runner && isOf(run, pid) && parentOf(pid) !== runner)
    .map((pid) => ({ pid, command: read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() }))
    .filter(({ command }) => command !== "");
}

function isOf(run: string, pid: number): boolean {
  // Codex gives its commands few variables; the homes of the run and the folders in them carry its name too.
  return [read(`/proc/${pid}/environ`), read(`/proc/${pid}/cmdline`), readFolder(pid)].some((text) =>
    text.includes(run),
  );
}

function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function readFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // The process has ended or belongs to somebody else.
    return "";
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process has ended or belongs to somebody else.
    return "";
  }
}
