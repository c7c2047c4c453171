import { setTimeout as delay } from "node:timers/promises";
import type { ProcessIdentity } from "../domain/job.ts";
import { livenessOf } from "./process-identity.ts";
import type { ProcessReader } from "./process-reader.ts";
import { errorCodeOf } from "./state-errors.ts";

/** What became of a process that should end. `left`: not verified as ours, so not touched; `survived`: it did not die. */
export type Ending = "already_dead" | "ended" | "left" | "survived";

interface EndingLimits {
  /** How long it may take to end by itself after SIGTERM, in ms. */
  readonly graceMs: number;
  /** How long the system may take to remove it after SIGKILL, in ms. */
  readonly killMs: number;
}

/**
 * Ends a recorded process and its process group, and only if pid, start time and boot are those of the record: a pid alone may
 * belong to anybody by now. SIGTERM, then SIGKILL, then verified dead.
 */
export async function endVerifiedProcess(
  identity: ProcessIdentity,
  reader: ProcessReader,
  { graceMs, killMs }: EndingLimits = { graceMs: 1_000, killMs: 5_000 },
): Promise<Ending> {
  const liveness = livenessOf(identity, reader);
  if (liveness === "dead") return "already_dead";
  // Nothing that we start has one of these pids, and as a group they would mean every process.
  if (liveness === "unknown" || identity.pid <= 1) return "left";
  for (const [signal, limitMs] of [
    ["SIGTERM", graceMs],
    ["SIGKILL", killMs],
  ] as const) {
    signalGroup(identity.pid, signal);
    if (await diesWithin(identity, reader, limitMs)) {
      endRestOfGroup(identity.pid, reader);
      return "ended";
    }
  }
  return "survived";
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  // Not the leader of a group: then it has none of its own, and only the process itself may be signalled.
  if (!signalQuietly(-pid, signal)) signalQuietly(pid, signal);
}

/** The leader is gone; members that ignored SIGTERM still have its pid as group id, which the system does not give away before they end. */
function endRestOfGroup(pid: number, reader: ProcessReader): void {
  const facts = reader.inspect(pid);
  const isReused = facts !== "missing" && (facts === "hidden" || !facts.zombie);
  if (!isReused) signalQuietly(-pid, "SIGKILL");
}

function signalQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (thrown) {
    return errorCodeOf(thrown) !== "ESRCH";
  }
}

async function diesWithin(
  identity: ProcessIdentity,
  reader: ProcessReader,
  limitMs: number,
): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (livenessOf(identity, reader) === "alive") {
    if (performance.now() >= end) return false;
    await delay(10);
  }
  return true;
}
