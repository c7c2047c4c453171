import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type FamilyWord, readFamilyWord } from "./family-mark.ts";

/** One process of the machine. `startedAt` tells it from a later one with the same pid. */
export interface ProcessEntry extends FamilyWord {
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
 * Processes with everything that descends from them or is in a group or session of theirs, themselves included. Codex 0.169 starts
 * MCP servers and commands in groups of their own, so that a signal to Codex's group does not reach them. With the name of their
 * family: everything that says it is of it too, and nothing that says it is of another one.
 */
export function familyOf(
  leaders: readonly number[],
  all: readonly ProcessEntry[],
  name?: string,
): readonly ProcessEntry[] {
  const marked = name === undefined ? [] : all.filter(({ family }) => family === name);
  const heads = new Set([...leaders, ...marked.map(({ pid }) => pid)]);
  const pids = new Set(heads);
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of all) {
      const { pid, parent, group, session } = entry;
      if (pids.has(pid) || isForeign(entry, name)) continue;
      if (pids.has(parent) || heads.has(group) || (session !== undefined && heads.has(session))) {
        pids.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}

/** A Codex, a broker or a runner that a command of Codex started leads a family of its own. */
export function isForeign({ family }: ProcessEntry, name: string | undefined): boolean {
  return name !== undefined && family !== undefined && family !== name;
}

/** Those of `earlier` that are still the same process, zombies left out. */
export function survivorsOf(
  earlier: readonly ProcessEntry[],
  now: readonly ProcessEntry[],
): readonly ProcessEntry[] {
  const startTimes = new Map(now.flatMap((entry) => (entry.isZombie ? [] : [[entry.pid, entry.startedAt]])));
  return earlier.filter(({ pid, startedAt }) => startTimes.get(pid) === startedAt);
}

/** How often the list is read again for what was started while it was read. */
const rereadLimit = 20;

/**
 * Read until it shows nobody new, so that no child is missed whose parent has ended between the look at the list and the look at the
 * parent. Who is older than this process was not started by a Codex of ours and is not asked for its family.
 */
function listFromProc(): readonly ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  const seen = new Set<string>();
  const since = Number(readEntry("self")?.startedAt ?? 0);
  for (let round = 0; round < rereadLimit; round++) {
    const fresh = entriesOf("/proc").filter((name) => /^\d+$/.test(name) && !seen.has(name));
    if (fresh.length === 0) break;
    for (const name of fresh) {
      seen.add(name);
      const entry = readEntry(name);
      if (entry === undefined) continue;
      const isAsked = !entry.isZombie && Number(entry.startedAt) >= since;
      entries.push(isAsked ? { ...entry, ...readFamilyWord(entry.pid) } : entry);
    }
  }
  return entries;
}

function readEntry(name: string): ProcessEntry | undefined {
  try {
    // The name may be no UTF-8, and is not read; for UTF-8 Node has a reader that takes half the time.
    return readStat(readFileSync(`/proc/${name}/stat`, "utf8"));
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
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
