import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** One process of the machine. `startedAt` tells it from a later one with the same pid. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Only Linux tells. */
  readonly session?: number;
  readonly startedAt: string;
  readonly isZombie: boolean;
}

/** The processes that can be seen from here. Empty on Windows, where the system's own tool ends a tree. */
export async function listProcesses(
  platform: NodeJS.Platform = process.platform,
): Promise<readonly ProcessEntry[]> {
  if (platform === "linux") return listFromProc();
  return platform === "win32" ? [] : listFromPs();
}

/**
 * A process with everything that descends from it or is in its group or session, the process itself included. Codex 0.169 starts
 * MCP servers and commands in groups of their own, so that a signal to Codex's group does not reach them.
 */
export function familyOf(leader: number, all: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const pids = new Set([leader]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent, group, session } of all) {
      if (pids.has(pid)) continue;
      if (pids.has(parent) || group === leader || session === leader) {
        pids.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}

/** Those of `earlier` that are still the same process, zombies left out. */
export function survivorsOf(
  earlier: readonly ProcessEntry[],
  now: readonly ProcessEntry[],
): readonly ProcessEntry[] {
  const startTimes = new Map(now.flatMap((entry) => (entry.isZombie ? [] : [[entry.pid, entry.startedAt]])));
  return earlier.filter(({ pid, startedAt }) => startTimes.get(pid) === startedAt);
}

function listFromProc(): readonly ProcessEntry[] {
  return entriesOf("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [readStat(readFileSync(`/proc/${name}/stat`, "latin1"))];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A container without it: then only the process group is known.
    return [];
  }
}

/** The name in the second field may hold anything, parentheses too; the fields after the last one are numbers. */
function readStat(stat: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startedAt: fields[19] ?? "",
    isZombie: fields[0] === "Z" || fields[0] === "X",
  };
}

/** The system's own `ps`, by its absolute path. */
async function listFromPs(): Promise<readonly ProcessEntry[]> {
  try {
    const { stdout } = await promisify(execFile)("/bin/ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return readPs(stdout);
  } catch {
    // Without it only the process group is known.
    return [];
  }
}

/** Reads the table of `ps -o pid=,ppid=,pgid=,stat=,lstart=`. */
export function readPs(table: string): readonly ProcessEntry[] {
  return table.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, group, state = "", startedAt = ""] = match;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        startedAt,
        isZombie: state.startsWith("Z"),
      },
    ];
  });
}
