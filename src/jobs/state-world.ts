import type { ProcessIdentity } from "../domain/job.ts";
import { identifyProcess } from "./process-identity.ts";
import { type ProcessReader, systemProcessReader } from "./process-reader.ts";

/** What the storage needs of the world around it. */
export interface StateWorld {
  readonly now: () => Date;
  /** This process. */
  readonly self: ProcessIdentity;
  readonly processes: ProcessReader;
  /** A holder that cannot be seen from here counts as lost after this time without a sign of life, in ms. */
  readonly silentAfterMs: number;
}

/** How often an owner gives a sign of life, in ms. */
export const heartbeatMs = 10_000;

/** The real world. Twelve missed signs of life are taken for the end. */
export function systemWorld(): StateWorld {
  const processes = systemProcessReader();
  let self: ProcessIdentity | undefined;
  return {
    now: () => new Date(),
    // On first use only: on macOS this starts `ps`.
    get self() {
      self ??= identifyProcess(process.pid, processes) ?? { pid: process.pid, host: processes.host };
      return self;
    },
    processes,
    silentAfterMs: 12 * heartbeatMs,
  };
}
