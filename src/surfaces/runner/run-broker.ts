import { existsSync, rmSync } from "node:fs";
import { BrokerHost } from "../../broker/broker-host.ts";
import { openBrokerLog } from "../../broker/broker-log.ts";
import { brokerPlace } from "../../broker/broker-place.ts";
import { type BrokerRecord, readBrokerRecord, writeBrokerRecord } from "../../broker/broker-record.ts";
import { type BrokerListener, listenAsBroker } from "../../broker/broker-server.ts";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { acquireLock } from "../../jobs/file-lock.ts";
import { keepAlive } from "../../jobs/job-claim.ts";
import { systemWorld } from "../../jobs/state-world.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { KnownFilters } from "../../workspace/known-filters.ts";
import { openEnginePool } from "./engine-pool.ts";
import { runStoredJob } from "./run-stored-job.ts";
import type { RunnerWorld } from "./runner-world.ts";

const lockWaitMs = 5_000;
/** How often is looked whether the state folder is still there. */
const folderLookMs = 2_000;

/** `tandem broker <key>`: serves jobs until it is idle, told to end, or its state folder is gone. */
export async function runBroker(key: string, world: RunnerWorld, onReady: () => void): Promise<void> {
  const { machine, stateRoot, store, settings } = world;
  if (!/^[0-9a-f]{16}$/.test(key)) throw new TandemError("usage", { problem: "This is no key of a broker." });
  const place = brokerPlace(stateRoot, key, { platform: machine.platform, user: process.getuid?.() });
  const state = systemWorld();
  // One that drains lets go of it in a moment.
  const lock = keepAlive(await acquireLock(place.lock, state, { timeoutMs: lockWaitMs }));
  const log = openBrokerLog(place.log);
  const controller = new AbortController();
  const pool = openEnginePool(world, log);
  const knownFilters = new KnownFilters();
  const { version, build } = tandemIdentity();
  const record: BrokerRecord = {
    process: state.self,
    address: place.address,
    version,
    build,
    startedAt: new Date().toISOString(),
    state: "serving",
  };
  let listener: BrokerListener | undefined;
  /** Another broker may take the place while the last jobs end here. */
  const letGo = async () => {
    await listener?.close();
    listener = undefined;
    await writeBrokerRecord(place.record, { ...record, state: "draining" });
    lock.release();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const host = new BrokerHost({
        store,
        slots: settings.concurrent_turns,
        idleMs: settings.broker_idle,
        version,
        log,
        run: async (claim, environment) =>
          runStoredJob(claim, {
            machine: { ...machine, environment },
            stateRoot,
            store,
            signal: controller.signal,
            warnings: [],
            knownFilters,
            startEngine: async (start) => pool.startEngine(start),
          }),
        onDraining: () => {
          log("draining");
          letGo().catch((error: unknown) => log("could not let go", { error: messageOf(error) }));
        },
        onDone: resolve,
      });
      const end = (signal: NodeJS.Signals) => {
        log("told to end", { signal });
        controller.abort();
        host.drain();
      };
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(signal));
      const look = setInterval(() => {
        if (existsSync(place.folder)) return;
        controller.abort();
        host.drain();
      }, folderLookMs);
      look.unref();
      listenAsBroker(place, host)
        .then(async (opened) => {
          listener = opened;
          await writeBrokerRecord(place.record, record);
          log("serving", { pid: process.pid, version });
          onReady();
        })
        .catch(reject);
    });
  } finally {
    await listener?.close();
    await pool.close();
    if (readBrokerRecord(place.record)?.process.pid === process.pid) rmSync(place.record, { force: true });
    log("ended");
    lock.release();
  }
  process.exit(0);
}
