import { appendFileSync, renameSync, statSync } from "node:fs";

/** Size at which the log is set aside, in bytes; one older file is kept. */
const largestLog = 1_000_000;

/** Writes one line into the broker's own log: what it did, never prompts or answers. Never fails what it reports on. */
export type BrokerLog = (message: string, details?: Readonly<Record<string, unknown>>) => void;

export function openBrokerLog(path: string, now: () => Date = () => new Date()): BrokerLog {
  return (message, details = {}) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog) renameSync(path, `${path}.1`);
      appendFileSync(path, `${JSON.stringify({ at: now().toISOString(), message, ...details })}\n`, {
        mode: 0o600,
      });
    } catch {
      // A log that cannot be written must not end the jobs that it reports on.
    }
  };
}
