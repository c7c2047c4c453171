import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Pids of the brokers of a state root, as their own records tell. */
export function brokersOf(stateRoot) {
  const folder = join(stateRoot, "brokers");
  return namesIn(folder).flatMap((name) => {
    const pid = pidIn(join(folder, name, "broker.json"));
    return pid === undefined ? [] : [pid];
  });
}

/** Ends the brokers of a state root of our own and waits until they and their Codex are gone. */
export async function endBrokers(stateRoot) {
  for (const pid of brokersOf(stateRoot)) {
    const family = familyOf(pid);
    process.kill(pid, "SIGTERM");
    while (family.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resident memory of the brokers of a state root and of all that they started, in MB. */
export function memoryOf(stateRoot) {
  const pids = new Set(brokersOf(stateRoot).flatMap(familyOf));
  const kilobytes = processes()
    .filter(({ pid }) => pids.has(pid))
    .map(({ rss }) => rss);
  return kilobytes.reduce((sum, rss) => sum + rss, 0) / 1000;
}

function familyOf(pid) {
  const all = processes();
  const family = [pid];
  for (const member of family)
    family.push(...all.filter(({ parent }) => parent === member).map((it) => it.pid));
  return family;
}

function processes() {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid, parent, rss] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, rss };
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Gone, or a process of somebody else by now.
    return false;
  }
}

function pidIn(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).process.pid;
  } catch {
    // A broker that has ended took its record away.
    return undefined;
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    // There never was a broker.
    return [];
  }
}
