import { livenessOf } from "../jobs/process-identity.ts";
import type { StateWorld } from "../jobs/state-world.ts";
import { connectBroker } from "./broker-client.ts";
import { findBrokers } from "./broker-record.ts";
import { placeOfSocket } from "./named-place.ts";

/** The broker that has just begun to serve. */
interface Successor {
  readonly build: string;
  readonly codexHome: string;
}

/**
 * Asks the brokers of other builds that serve the same CODEX_HOME to end after the jobs that they have. Gives the pids of those that
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
      record.build !== successor.build &&
      livenessOf(record.process, world.processes) !== "dead",
  );
  const told = await Promise.all(
    superseded.map(async ({ record }) =>
      (await tell(stateRoot, record.address, deadlineMs)) ? [record.process.pid] : [],
    ),
  );
  return told.flat();
}

async function tell(stateRoot: string, address: string, deadlineMs: number): Promise<boolean> {
  try {
    const connection = await connectBroker(placeOfSocket(stateRoot, address), { deadlineMs });
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
