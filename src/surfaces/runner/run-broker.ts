import { BrokerHost } from "../../broker/broker-host.ts";
import { openBrokerLog } from "../../broker/broker-log.ts";
import { brokerPlace } from "../../broker/broker-place.ts";
import { takeSeat } from "../../broker/broker-seat.ts";
import { type BrokerListener, listenAsBroker } from "../../broker/broker-server.ts";
import { drainSuperseded } from "../../broker/drain-superseded.ts";
import { sweepPlaces } from "../../broker/sweep-places.ts";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { systemWorld } from "../../jobs/state-world.ts";
import { codexHomeOf, realCodexHome } from "../../setup/codex-world.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { KnownFilters } from "../../workspace/known-filters.ts";
import { openEnginePool } from "./engine-pool.ts";
import { runStoredJob } from "./run-stored-job.ts";
import type { RunnerWorld } from "./runner-world.ts";

const lockWaitMs = 5_000;
/** How often is looked whether the state folder is still there. */
const folderLookMs = 2_000;
/** How long a broker of another build may take to hear that it is superseded. */
const deadlineMs = 3_000;

/** `tandem broker <key>`: serves jobs until it is idle, told to end, or its state folder is gone. */
export async function runBroker(key: string, world: RunnerWorld, onReady: () => void): Promise<void> {
  const { machine, stateRoot, store, settings } = world;
  if (!/^[0-9a-f]{16}$/.test(key)) throw new TandemError("usage", { problem: "This is no key of a broker." });
  const place = brokerPlace(stateRoot, key, { platform: machine.platform, user: process.getuid?.() });
  const state = systemWorld();
  // One that drains lets go of it in a moment.
  const seat = await takeSeat(place, state, { waitMs: lockWaitMs });
  if (seat === undefined) throw new Error("another broker serves here");
  const log = openBrokerLog(place.log);
  const controller = new AbortController();
  const pool = openEnginePool(world, log);
  const knownFilters = new KnownFilters();
  const { version, build } = tandemIdentity();
  const codexHome = realCodexHome(codexHomeOf(machine));
  let listener: BrokerListener | undefined;
  let hasLetGo = Promise.resolve();
  /** Another broker may take the place while the last jobs end here. */
  const letGo = async () => {
    try {
      await listener?.close();
      await seat.giveWay();
    } catch (error) {
      log("could not let go", { error: messageOf(error) });
    }
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const host = new BrokerHost({
        store,
        slots: settings.concurrent_turns,
        idleMs: settings.broker_idle,
        version,
        codexHome,
        log,
        run: async (claim, environment, onEnded) =>
          runStoredJob(claim, {
            machine: { ...machine, environment },
            stateRoot,
            store,
            signal: controller.signal,
            warnings: [],
            knownFilters,
            onEnded,
            startEngine: async (start) => pool.startEngine(start),
          }),
        onDraining: () => {
          log("draining");
          hasLetGo = letGo();
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
        // Its jobs cannot be stored any more, or somebody else has the place.
        if (host.health().draining || seat.isOurs()) return;
        controller.abort();
        host.drain();
      }, folderLookMs);
      look.unref();
      listenAsBroker(place, host, { isOurs: () => seat.isOurs() })
        .then(async (opened) => {
          listener = opened;
          const startedAt = new Date().toISOString();
          const { address } = place;
          const facts = { process: state.self, address, version, build, codexHome, startedAt };
          await seat.announce({ ...facts, state: "serving" });
          log("serving", { pid: process.pid, version });
          onReady();
          const pids = await drainSuperseded(
            stateRoot,
            { version, build, codexHome },
            { world: state, deadlineMs },
          );
          if (pids.length > 0) log("superseded", { pids });
          const removed = sweepPlaces(stateRoot, key, state);
          if (removed.length > 0) log("removed places of dead brokers", { removed });
        })
        .catch(reject);
    });
  } finally {
    await hasLetGo;
    await listener?.close();
    await pool.close();
    log("ended");
    seat.leave();
  }
  process.exit(0);
}
