import type { BrokerConnection } from "./broker-client.ts";

/** The word of a broker that a job of its own has ended. */
export interface ToldEnd {
  /** Resolves when the job's end is stored, and when the broker cannot tell it any more: whoever waits looks for itself then. */
  readonly told: Promise<void>;
  /** For whoever waits no longer. */
  close(): void;
}

/** Lets the broker that a job was given to tell its end. The connection is closed with that. */
export function whenTold(broker: BrokerConnection, job: string): ToldEnd {
  const close = () => broker.close();
  const told = broker
    .request("follow", { job })
    // A broker that ended, or one of another version that a person named.
    .catch(() => undefined)
    .then(close);
  return { told, close };
}
