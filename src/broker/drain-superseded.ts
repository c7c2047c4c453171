import { compareVersions, parseVersion } from "../codex/version-order.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import type { StateWorld } from "../jobs/state-world.ts";
import { connectBroker } from "./broker-client.ts";
import { type BrokerRecord, type FoundBroker, findBrokers } from "./broker-record.ts";
import { placeOfFound } from "./named-place.ts";

/** The broker that has just begun to serve. */
type Successor = Pick<BrokerRecord, "version" | "build" | "codexHome">;

/**
 * Asks the brokers of older builds that serve the same CODEX_HOME to end after the jobs that they have. Gives the pids of those that
 * were told; one that does not answer is left alone: it ends when it is idle. Never rejects.
 */
export async function drainSuperseded(
  stateRoot: string,
  successor: Successor,
  { world, deadlineMs }: { readonly world: StateWorld; readonly deadlineMs: number },
): Promise<readonly number[]> {
  const superseded = findBrokers(stateRoot).filter(
    ({ record }) =>
      record.state === "serving" &&
      record.codexHome === successor.codexHome &&
      isOlder(record, successor) &&
      livenessOf(record.process, world.processes) !== "dead",
  );
  const told = await Promise.all(
    superseded.map(async (found) => ((await tell(found, deadlineMs)) ? [found.record.process.pid] : [])),
  );
  return told.flat();
}

/** Never the other way: where two versions are in use in turns, they would end each other all the time. */
function isOlder(record: BrokerRecord, successor: Successor): boolean {
  if (record.build === successor.build) return false;
  const [theirs, ours] = [parseVersion(record.version), parseVersion(successor.version)];
  // Of two builds of one version the one that was started last is the newer one.
  return theirs === undefined || ours === undefined || compareVersions(theirs, ours) <= 0;
}

async function tell(found: FoundBroker, deadlineMs: number): Promise<boolean> {
  try {
    const connection = await connectBroker(placeOfFound(found), { deadlineMs });
    try {
      await connection.request("drain", {});
      return true;
    } finally {
      connection.close();
    }
  } catch {
    // Not ours to insist: it may be about to end.
    return false;
  }
}
