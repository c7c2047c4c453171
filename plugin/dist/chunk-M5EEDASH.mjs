import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/jobs/process-identity.ts
function identifyProcess(pid, reader) {
  const facts = reader.inspect(pid);
  if (facts === "missing") return void 0;
  const startTime = facts === "hidden" ? void 0 : facts.startTime;
  return {
    pid,
    ...startTime === void 0 ? {} : { startTime },
    host: reader.host,
    ...reader.boot === void 0 ? {} : { boot: reader.boot },
    ...reader.pidNamespace === void 0 ? {} : { pidNamespace: reader.pidNamespace }
  };
}
function livenessOf(identity, reader) {
  const machine = compareMachine(identity, reader);
  if (machine !== "same") return machine === "rebooted" ? "dead" : "unknown";
  if (identity.pidNamespace !== reader.pidNamespace) return "unknown";
  const facts = reader.inspect(identity.pid);
  if (facts === "missing") return "dead";
  if (facts === "hidden") return "unknown";
  if (facts.zombie) return "dead";
  if (identity.startTime === void 0 || facts.startTime === void 0) return "unknown";
  return identity.startTime === facts.startTime ? "alive" : "dead";
}
function compareMachine(identity, reader) {
  const bootsKnown = identity.boot !== void 0 && reader.boot !== void 0;
  if (bootsKnown && identity.boot === reader.boot) return "same";
  if (identity.host !== reader.host) return "other";
  return bootsKnown ? "rebooted" : "same";
}

// src/jobs/process-reader.ts
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

// src/jobs/state-errors.ts
function toStateError(thrown, folder) {
  const code = errorCodeOf(thrown);
  const cause = messageOf(thrown);
  if (code === void 0) return thrown instanceof Error ? thrown : new Error(cause);
  const kind = code === "ENOSPC" || code === "EDQUOT" ? "disk_full" : "state_unwritable";
  return new TandemError(kind, { folder, cause }, { cause: thrown });
}
function errorCodeOf(thrown) {
  if (!(thrown instanceof Error) || !("code" in thrown)) return void 0;
  return typeof thrown.code === "string" ? thrown.code : void 0;
}
function isMissing(thrown) {
  const code = errorCodeOf(thrown);
  return code === "ENOENT" || code === "ENOTDIR";
}
function isUnwritable(thrown) {
  if (!(thrown instanceof TandemError)) return false;
  return thrown.report.kind === "state_unwritable" || thrown.report.kind === "disk_full";
}

// src/jobs/process-reader.ts
function systemProcessReader(platform = process.platform) {
  let boot;
  return {
    host: hostname(),
    get boot() {
      boot ??= { value: readBoot(platform) };
      return boot.value;
    },
    get pidNamespace() {
      return platform === "linux" ? attempt(() => readlinkSync("/proc/self/ns/pid")) : void 0;
    },
    inspect: (pid) => inspectProcess(pid, platform)
  };
}
function parseLinuxStat(text) {
  const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = rest;
  const startTime = rest[19];
  if (state === void 0 || startTime === void 0 || !/^\d+$/.test(startTime)) return void 0;
  return { startTime, zombie: state === "Z" || state === "X" };
}
function parsePsLine(line) {
  const match = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line);
  const state = match?.[1];
  const startTime = match?.[2];
  if (state === void 0 || startTime === void 0) return void 0;
  return { startTime, zombie: state.startsWith("Z") };
}
function inspectProcess(pid, platform) {
  const facts = attempt(() => readFacts(pid, platform));
  return facts ?? (exists(pid) ? "hidden" : "missing");
}
function readFacts(pid, platform) {
  if (platform === "linux") return parseLinuxStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (platform === "darwin") return parsePsLine(run("/bin/ps", ["-o", "stat=,lstart=", "-p", String(pid)]));
  return void 0;
}
function readBoot(platform) {
  const text = attempt(() => {
    if (platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
    if (platform === "darwin") return run("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"]);
    return void 0;
  });
  return text?.trim();
}
function run(program, argumentsList) {
  const env = { LC_ALL: "C", TZ: "UTC" };
  return execFileSync(program, argumentsList, {
    env,
    encoding: "utf8",
    timeout: 5e3,
    stdio: ["ignore", "pipe", "ignore"]
  });
}
function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errorCodeOf(thrown) !== "ESRCH";
  }
}
function attempt(read) {
  try {
    return read();
  } catch {
    return void 0;
  }
}

export {
  toStateError,
  errorCodeOf,
  isMissing,
  isUnwritable,
  identifyProcess,
  livenessOf,
  systemProcessReader
};
