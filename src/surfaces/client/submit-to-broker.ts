import { constants, openSync } from "node:fs";
import {
  type BrokerConnection,
  BrokerRefusal,
  BrokerUnreached,
  connectBroker,
} from "../../broker/broker-client.ts";
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

/** How long is waited for a broker that nothing is yet wanted of, in ms. */
const earlyMs = 1_000;

/**
 * A connection to our own broker while the job that it is for is being stored. Undefined when none is there, or not at once, or when
 * `TANDEM_BROKER` names another: the submission itself looks closer. Starts and changes nothing, and never rejects.
 */
export async function reachBroker(
  plan: RunPlan,
  session: ClientSession,
): Promise<BrokerConnection | undefined> {
  if (namedBroker(session.world) !== undefined) return undefined;
  try {
    return await connectBroker(ownPlace(plan, session), { deadlineMs: earlyMs });
  } catch {
    // Whatever is the matter, it is told by the submission.
    return undefined;
  }
}

/**
 * Gives a job to the broker: the one that `TANDEM_BROKER` names, else our own, which is started when there is none. Resolves when the
 * broker owns the job, with the connection to it, which the caller closes. Rejects when it does not. `reached` is what `reachBroker`
 * gave.
 */
export async function submitToBroker(
  job: string,
  plan: RunPlan,
  session: ClientSession,
  reached?: Promise<BrokerConnection | undefined>,
): Promise<BrokerConnection> {
  const { world, stateRoot } = session;
  const present = await reached;
  if (present !== undefined && (await isTaken(present, job, session))) return present;
  const socket = namedBroker(world);
  if (socket === undefined) return submit(job, { plan, place: ownPlace(plan, session) }, session);
  try {
    return await submit(job, { plan, place: placeOfSocket(stateRoot, socket, world.platform) }, session);
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
): Promise<BrokerConnection> {
  const environment = environmentOf(session);
  for (let round = 1; ; round += 1) {
    const spawn = async (signal: AbortSignal) => startBroker(place, session, signal);
    const broker = await ensureBroker(place, { stateRoot: session.stateRoot, spawn });
    try {
      if (place.isNamed === true) checkHome(plan, await broker.request("health", {}));
      await broker.request("submit", { job, environment });
      return broker;
    } catch (error) {
      broker.close();
      // Another one takes its place. A job has one owner, so to give it twice is safe.
      if (round > 1 || !isAboutToEnd(error)) throw error;
    }
  }
}

function ownPlace(plan: RunPlan, { world, stateRoot }: ClientSession): BrokerPlace {
  const key = brokerKey(brokerFacts(plan, world));
  return brokerPlace(stateRoot, key, { platform: world.platform, user: process.getuid?.() });
}

/** False when the broker was about to end: then it has not taken the job. */
async function isTaken(broker: BrokerConnection, job: string, session: ClientSession): Promise<boolean> {
  try {
    await broker.request("submit", { job, environment: environmentOf(session) });
    return true;
  } catch (error) {
    broker.close();
    if (isAboutToEnd(error)) return false;
    throw error;
  }
}

function environmentOf({ world }: ClientSession): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(world.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
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
