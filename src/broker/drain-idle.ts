import { connectBroker } from "./broker-client.ts";
import { brokerPlace } from "./broker-place.ts";
import { placeKeys } from "./broker-record.ts";

/** Shorter than what Claude Code gives the end of a session (1.5 s), for all brokers at once. */
const deadlineMs = 500;

/**
 * Asks every broker of a state root that has nothing to do to end now, not when its idle time is over. One that works, or does not
 * answer, is left to itself. Never fails. A job that comes meanwhile is refused by the broker and goes to a new one.
 */
export async function drainIdleBrokers(stateRoot: string, platform: NodeJS.Platform): Promise<void> {
  const user = process.getuid?.();
  await Promise.all(
    placeKeys(stateRoot).map(async (key) => drainIdle(brokerPlace(stateRoot, key, { platform, user }))),
  );
}

async function drainIdle(place: ReturnType<typeof brokerPlace>): Promise<void> {
  try {
    const broker = await connectBroker(place, { deadlineMs });
    try {
      const { running, queued } = await broker.request("health", {});
      if (running === 0 && queued === 0) await broker.request("drain", {});
    } finally {
      broker.close();
    }
  } catch {
    // Gone, or busy with something else: it ends by itself when it is idle.
  }
}
