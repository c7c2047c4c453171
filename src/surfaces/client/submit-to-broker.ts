import { constants, openSync } from "node:fs";
import { BrokerRefusal, BrokerUnreached } from "../../broker/broker-client.ts";
import { type BrokerPlace, brokerKey, brokerPlace } from "../../broker/broker-place.ts";
import { ensureBroker } from "../../broker/ensure-broker.ts";
import { placeOfSocket } from "../../broker/named-place.ts";
import type { RunPlan } from "../../domain/run.ts";
import { isFullyQualified, variableOf } from "../../settings/paths.ts";
import { brokerFacts } from "./broker-facts.ts";
import type { ClientSession } from "./client-session.ts";
import { spawnBackground } from "./spawn-background.ts";

/** Gives a job to the broker, which is started when there is none. Resolves when the broker owns the job. Rejects when it does not. */
export async function submitToBroker(job: string, plan: RunPlan, session: ClientSession): Promise<void> {
  const { world, stateRoot } = session;
  const place = findPlace(plan, session);
  const environment = Object.fromEntries(
    Object.entries(world.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  for (let round = 1; ; round += 1) {
    const spawn = async (signal: AbortSignal) => startBroker(place, session, signal);
    const broker = await ensureBroker(place, { stateRoot, spawn });
    try {
      await broker.request("submit", { job, environment });
      return;
    } catch (error) {
      // Another one takes its place. A job has one owner, so to give it twice is safe.
      if (round > 1 || !isAboutToEnd(error)) throw error;
    } finally {
      broker.close();
    }
  }
}

/** `TANDEM_BROKER` names a broker that serves already. */
function findPlace(plan: RunPlan, { world, stateRoot }: ClientSession): BrokerPlace {
  const socket = variableOf(world.environment, "TANDEM_BROKER");
  if (socket === undefined) {
    const key = brokerKey(brokerFacts(plan, world));
    return brokerPlace(stateRoot, key, { platform: world.platform, user: process.getuid?.() });
  }
  if (!isFullyQualified(socket, world.platform)) throw new Error("TANDEM_BROKER is not an absolute path");
  return placeOfSocket(stateRoot, socket, world.platform);
}

/** It began to drain, or was gone, between its first answer and the job. */
function isAboutToEnd(error: unknown): boolean {
  return error instanceof BrokerRefusal || (error instanceof BrokerUnreached && error.reason === "absent");
}

async function startBroker(
  place: BrokerPlace,
  { world, stateRoot }: ClientSession,
  signal: AbortSignal,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  await spawnBackground({
    nodePath: world.nodePath,
    parameters: ["broker", place.key],
    environment: { ...world.environment, TANDEM_HOME: stateRoot },
    folder: stateRoot,
    stderr: openSync(place.log, flags, 0o600),
    signal,
  });
}
