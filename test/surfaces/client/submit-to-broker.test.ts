import { describe, expect, onTestFinished } from "vitest";
import { brokerKey, brokerPlace } from "../../../src/broker/broker-place.ts";
import { type BrokerService, listenAsBroker } from "../../../src/broker/broker-server.ts";
import { whenTold } from "../../../src/broker/told-end.ts";
import { ensurePrivateFolder } from "../../../src/jobs/private-folders.ts";
import { loadSettings } from "../../../src/settings/load.ts";
import { brokerFacts } from "../../../src/surfaces/client/broker-facts.ts";
import type { ClientSession } from "../../../src/surfaces/client/client-session.ts";
import { reachBroker, submitToBroker } from "../../../src/surfaces/client/submit-to-broker.ts";
import { samplePlan } from "../../jobs/samples.ts";
import { openTestStore, workspace } from "../../jobs/support.ts";
import { testMachine } from "../../support/environment.ts";
import { verifies } from "../../support/requirements.ts";

/** Somebody who asks, and what their broker was asked. It takes jobs as `submit` says. */
async function startAsking(
  submit: BrokerService["submit"] = async () => undefined,
  follow: BrokerService["follow"] = async () => undefined,
): Promise<{
  readonly session: ClientSession;
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}> {
  const world = testMachine();
  const { root, store } = openTestStore();
  const settings = await loadSettings({ ...world, mode: "strict" });
  const session = { world, stateRoot: root, workspace, settings, store, log: () => undefined };
  const key = brokerKey(brokerFacts(samplePlan, world));
  const place = brokerPlace(root, key, { platform: world.platform, user: process.getuid?.() });
  ensurePrivateFolder(place.folder);
  const asked: string[] = [];
  const listener = await listenAsBroker(place, {
    submit: async (job, environment) => {
      asked.push(`submit ${job}`);
      await submit(job, environment);
    },
    follow,
    health: () => {
      asked.push("health");
      return { pid: process.pid, version: "1", running: 0, queued: 0, draining: false, codexHome: "" };
    },
    drain: () => undefined,
    onClients: () => undefined,
  });
  onTestFinished(async () => listener.close());
  return { session, asked, close: async () => listener.close() };
}

describe("a broker that was reached before the job was stored", () => {
  verifies("start.reach", "is given the job and asked nothing else", async () => {
    const { session, asked } = await startAsking();
    const reached = reachBroker(samplePlan, session);
    await submitToBroker("a-job", samplePlan, session, reached);
    expect(asked).toEqual(["submit a-job"]);
  });

  verifies("start.reach", "and refuses the job is looked at anew", async () => {
    const refusals = [new Error("the broker takes no further jobs")];
    const { session, asked } = await startAsking(async () => {
      const refusal = refusals.pop();
      if (refusal !== undefined) throw refusal;
    });
    await submitToBroker("a-job", samplePlan, session, reachBroker(samplePlan, session));
    expect(asked).toEqual(["submit a-job", "health", "submit a-job"]);
  });

  verifies("start.reach", "and has gone since is looked for anew", async () => {
    const { session, asked, close } = await startAsking();
    const reached = reachBroker(samplePlan, session);
    await reached;
    await close();
    // The sources have no program that could take its place.
    await expect(submitToBroker("a-job", samplePlan, session, reached)).rejects.toThrow("start.cjs");
    expect(asked).toEqual([]);
  });

  verifies("start.told", "tells the end of the job, also by going", async () => {
    const { session, close } = await startAsking();
    const tells = whenTold(await submitToBroker("a-job", samplePlan, session), "a-job");
    await tells.told;
    const silent = await startAsking(undefined, async () => new Promise<void>(() => undefined));
    const lost = whenTold(await submitToBroker("a-job", samplePlan, silent.session), "a-job");
    lost.close();
    await lost.told;
    await close();
  });

  verifies("start.reach", "is none where none is", async () => {
    const { session, close } = await startAsking();
    await close();
    expect(await reachBroker(samplePlan, session)).toBeUndefined();
  });
});
