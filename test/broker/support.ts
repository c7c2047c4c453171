import { readdirSync, readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { type BrokerPlace, brokerPlace } from "../../src/broker/broker-place.ts";
import { findBrokers } from "../../src/broker/broker-record.ts";
import { endVerifiedProcess } from "../../src/jobs/end-process.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { makeStateRoot } from "../jobs/support.ts";

export const key = "0123456789abcdef";
export const world = systemWorld();

/** A place in a state root of its own. Whatever broker is recorded there at the end of the test is ended. */
export function makePlace(): { readonly root: string; readonly place: BrokerPlace } {
  const root = makeStateRoot();
  onTestFinished(async () => {
    for (const { record } of findBrokers(root)) {
      if (record.process.pid !== process.pid) await endVerifiedProcess(record.process, world.processes);
    }
  });
  return { root, place: brokerPlace(root, key, { platform: process.platform, user: process.getuid?.() }) };
}

/** Lets the callbacks of settled promises run. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** The state of a process as Linux tells it (`T`: stopped), or undefined when there is none. */
export function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
  } catch {
    // It has ended.
    return undefined;
  }
}

export function namesIn({ folder }: BrokerPlace): readonly string[] {
  return readdirSync(folder).toSorted();
}
