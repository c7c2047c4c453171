import { readFileSync, readlinkSync } from "node:fs";
import { errorCodeOf } from "./state-errors.ts";

/** What the system says of one process. */
export interface ProcessFacts {
  /** Opaque, equal for one process as long as it lives; undefined where the system does not tell. */
  readonly startTime?: string;
  /** Ended, but its parent has not taken note yet. */
  readonly zombie: boolean;
}

/** The system's knowledge of processes, as far as liveness needs it. `hidden`: it exists, more is not told. */
export interface ProcessReader {
  readonly host: string;
  readonly boot: string | undefined;
  readonly pidNamespace: string | undefined;
  inspect(pid: number): ProcessFacts | "missing" | "hidden";
}

/** The reader of this system. What it tells is read when it is asked for. */
export function systemProcessReader(platform: NodeJS.Platform = process.platform): ProcessReader {
  let boot: { readonly value: string | undefined } | undefined;
  return {
    get host() {
      return readHost(platform);
    },
    get boot() {
      boot ??= { value: readBoot(platform) };
      return boot.value;
    },
    get pidNamespace() {
      return platform === "linux" ? attempt(() => readlinkSync("/proc/self/ns/pid")) : undefined;
    },
    inspect: (pid) => inspectProcess(pid, platform),
  };
}

/** Fields of `/proc/<pid>/stat` (proc_pid_stat(5)): the name in field 2 may hold spaces and brackets, so the rest counts from the last `)`. */
export function parseLinuxStat(text: string): ProcessFacts | undefined {
  const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = rest;
  const startTime = rest[19];
  if (state === undefined || startTime === undefined || !/^\d+$/.test(startTime)) return undefined;
  return { startTime, zombie: state === "Z" || state === "X" };
}

/** A line of `ps -o stat=,lstart=` as macOS prints it: `Ss   Sat Nov 21 02:47:00 2026`. */
export function parsePsLine(line: string): ProcessFacts | undefined {
  const match = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line);
  const state = match?.[1];
  const startTime = match?.[2];
  if (state === undefined || startTime === undefined) return undefined;
  return { startTime, zombie: state.startsWith("Z") };
}

function inspectProcess(pid: number, platform: NodeJS.Platform): ProcessFacts | "missing" | "hidden" {
  const facts = attempt(() => readFacts(pid, platform));
  return facts ?? (exists(pid) ? "hidden" : "missing");
}

function readFacts(pid: number, platform: NodeJS.Platform): ProcessFacts | undefined {
  if (platform === "linux") return parseLinuxStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (platform === "darwin") return parsePsLine(run("/bin/ps", ["-o", "stat=,lstart=", "-p", String(pid)]));
  // Windows tells the start time only through PowerShell, which takes longer than most commands of ours: the heartbeat decides.
  return undefined;
}

/** As `os.hostname()`, whose module takes a part of the time of a short command. */
function readHost(platform: NodeJS.Platform): string {
  const named =
    platform === "linux" ? attempt(() => readFileSync("/proc/sys/kernel/hostname", "utf8").trim()) : "";
  return named || process.getBuiltinModule("node:os").hostname();
}

function readBoot(platform: NodeJS.Platform): string | undefined {
  const text = attempt(() => {
    if (platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
    if (platform === "darwin") return run("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"]);
    return undefined;
  });
  return text?.trim();
}

function run(program: string, argumentsList: readonly string[]): string {
  // `lstart` is printed in local time; a fixed zone keeps it equal over a change of zone.
  const env = { LC_ALL: "C", TZ: "UTC" };
  // Most commands ask about no process, and this module takes a part of their time.
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  return execFileSync(program, argumentsList, {
    env,
    encoding: "utf8",
    timeout: 5_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errorCodeOf(thrown) !== "ESRCH";
  }
}

/** What cannot be read is unknown: every caller has a rule for that. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
