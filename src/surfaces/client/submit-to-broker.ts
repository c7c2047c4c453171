import { constants, openSync } from "node:fs";
import { BrokerRefusal } from "../../broker/broker-client.ts";
import { type BrokerPlace, brokerKey, brokerPlace } from "../../broker/broker-place.ts";
import { ensureBroker } from "../../broker/ensure-broker.ts";
import type { RunPlan } from "../../domain/run.ts";
import { brokerFacts } from "./broker-facts.ts";
import type { ClientSession } from "./client-session.ts";
import { spawnBackground } from "./spawn-background.ts";

/** Gives a job to the broker, which is started when there is none. Resolves when the broker owns the job. Rejects when it does not. */
export async function submitToBroker(job: string, plan: RunPlan, session: ClientSession): Promise<void> {
  const { world, stateRoot } = session;
  const key = brokerKey(brokerFacts(plan, world));
  const place = brokerPlace(stateRoot, key, { platform: world.platform, user: process.getuid?.() });
  const environment = Object.fromEntries(
    Object.entries(world.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  try {
    await submit();
  } catch (error) {
    // It began to drain between its answer and this; another one takes its place.
    if (!(error instanceof BrokerRefusal)) throw error;
    await submit();
  }

  async function submit(): Promise<void> {
    const broker = await ensureBroker(place, { stateRoot, spawn: async () => startBroker(place, session) });
    try {
      await broker.request("submit", { job, environment });
    } finally {
      broker.close();
    }
  }
}

async function startBroker(place: BrokerPlace, { world, stateRoot }: ClientSession): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  await spawnBackground({
    nodePath: world.nodePath,
    parameters: ["broker", place.key],
    environment: { ...world.environment, TANDEM_HOME: stateRoot },
    folder: stateRoot,
    stderr: openSync(place.log, flags, 0o600),
  });
}
