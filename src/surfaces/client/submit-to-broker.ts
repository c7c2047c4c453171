import { constants, openSync } from "node:fs";
import { BrokerRefusal, BrokerUnreached } from "../../broker/broker-client.ts";
import { type BrokerPlace, brokerKey, brokerPlace } from "../../broker/broker-place.ts";
import { ensureBroker } from "../../broker/ensure-broker.ts";
import { placeOfSocket } from "../../broker/named-place.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { RunPlan } from "../../domain/run.ts";
import { quotePath } from "../../settings/quote.ts";
import { realCodexHome } from "../../setup/codex-world.ts";
import { brokerFacts } from "./broker-facts.ts";
import type { ClientSession } from "./client-session.ts";
import { namedBroker } from "./named-broker.ts";
import { spawnBackground } from "./spawn-background.ts";

/**
 * Gives a job to the broker: the one that `TANDEM_BROKER` names, else our own, which is started when there is none. Resolves when the
 * broker owns the job. Rejects when it does not.
 */
export async function submitToBroker(job: string, plan: RunPlan, session: ClientSession): Promise<void> {
  const { world, stateRoot } = session;
  const socket = namedBroker(world);
  if (socket === undefined) {
    const key = brokerKey(brokerFacts(plan, world));
    const place = brokerPlace(stateRoot, key, { platform: world.platform, user: process.getuid?.() });
    return submit(job, { plan, place }, session);
  }
  try {
    await submit(job, { plan, place: placeOfSocket(stateRoot, socket, world.platform) }, session);
  } catch (error) {
    throw new Error(
      `TANDEM_BROKER names ${quotePath(socket)}, which cannot be used (${messageOf(error)}). Unset it to have a broker started.`,
      { cause: error },
    );
  }
}

async function submit(
  job: string,
  { plan, place }: { readonly plan: RunPlan; readonly place: BrokerPlace },
  session: ClientSession,
): Promise<void> {
  const environment = Object.fromEntries(
    Object.entries(session.world.environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  for (let round = 1; ; round += 1) {
    const spawn = async (signal: AbortSignal) => startBroker(place, session, signal);
    const broker = await ensureBroker(place, { stateRoot: session.stateRoot, spawn });
    try {
      if (place.isNamed === true) checkHome(plan, await broker.request("health", {}));
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

/** A broker runs Codex with its own CODEX_HOME: in another one the run would have another account and other threads. */
function checkHome({ codexHome }: RunPlan, health: Readonly<Record<string, unknown>>): void {
  const theirs = health["codexHome"];
  if (theirs !== realCodexHome(codexHome)) throw new Error("it serves another CODEX_HOME");
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
