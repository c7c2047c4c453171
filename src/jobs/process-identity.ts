import type { ProcessIdentity } from "../domain/job.ts";
import type { ProcessReader } from "./process-reader.ts";

/** What can be said of a process that was recorded earlier. `unknown`: it cannot be seen from here (another machine or container). */
export type Liveness = "alive" | "dead" | "unknown";

/** Names a running process so that a later one with the same pid is not taken for it; undefined when there is none. */
export function identifyProcess(pid: number, reader: ProcessReader): ProcessIdentity | undefined {
  const facts = reader.inspect(pid);
  if (facts === "missing") return undefined;
  const startTime = facts === "hidden" ? undefined : facts.startTime;
  return {
    pid,
    ...(startTime === undefined ? {} : { startTime }),
    host: reader.host,
    ...(reader.boot === undefined ? {} : { boot: reader.boot }),
    ...(reader.pidNamespace === undefined ? {} : { pidNamespace: reader.pidNamespace }),
  };
}

/** Whether the recorded process, and not only its pid, is still there. A zombie counts as dead. */
export function livenessOf(identity: ProcessIdentity, reader: ProcessReader): Liveness {
  const machine = compareMachine(identity, reader);
  if (machine !== "same") return machine === "rebooted" ? "dead" : "unknown";
  // Claude Code's sandbox and containers number processes by themselves: a pid of outside means nothing in there.
  if (identity.pidNamespace !== reader.pidNamespace) return "unknown";
  const facts = reader.inspect(identity.pid);
  if (facts === "missing") return "dead";
  if (facts === "hidden") return "unknown";
  if (facts.zombie) return "dead";
  if (identity.startTime === undefined || facts.startTime === undefined) return "unknown";
  return identity.startTime === facts.startTime ? "alive" : "dead";
}

function compareMachine(identity: ProcessIdentity, reader: ProcessReader): "same" | "rebooted" | "other" {
  const bootsKnown = identity.boot !== undefined && reader.boot !== undefined;
  // Host names change with the network; a boot id does not, and no two boots share one.
  if (bootsKnown && identity.boot === reader.boot) return "same";
  if (identity.host !== reader.host) return "other";
  return bootsKnown ? "rebooted" : "same";
}
