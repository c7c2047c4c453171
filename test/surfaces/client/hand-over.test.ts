import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished } from "vitest";
import { loadSettings } from "../../../src/settings/load.ts";
import type { ClientSession } from "../../../src/surfaces/client/client-session.ts";
import { handOver } from "../../../src/surfaces/client/hand-over.ts";
import { samplePlan } from "../../jobs/samples.ts";
import { createSample, openTestStore, sampleRequest, workspace } from "../../jobs/support.ts";
import { bundleFixture } from "../../support/bundle.ts";
import { testMachine } from "../../support/environment.ts";
import { endFixturesAfterEach, startFixture } from "../../support/fixture-process.ts";
import { verifies } from "../../support/requirements.ts";

const claimant = await bundleFixture(
  fileURLToPath(new URL("../../jobs/fixtures/job-claimant.ts", import.meta.url)),
);
endFixturesAfterEach();

/** Somebody who asks for runs and can start no process of ours: the sources have no program. */
async function openSession(): Promise<ClientSession> {
  const world = testMachine({ TANDEM_DIRECT: "true" });
  const { root, store } = openTestStore();
  const settings = await loadSettings({ ...world, mode: "strict" });
  return { world, stateRoot: root, workspace, settings, store, log: () => undefined };
}

describe("a job that is handed over", () => {
  verifies("broker.hand_over", "and whose owner's answer was lost stays with that owner", async () => {
    const session = await openSession();
    const id = await createSample(session.store);
    const job = await session.store.read(id);
    const owner = startFixture(claimant, [session.stateRoot, id]);
    onTestFinished(() => owner.send("end"));
    expect(await owner.nextLine()).toBe("claimed");
    await handOver(job, { request: sampleRequest, plan: samplePlan }, session);
    const { status, owner: recorded } = await session.store.read(id);
    expect([status, recorded?.pid]).toEqual(["queued", owner.pid]);
  });

  verifies("broker.hand_over", "and that nobody could take ends with the reason", async () => {
    const session = await openSession();
    const id = await createSample(session.store);
    const job = await session.store.read(id);
    const handing = handOver(job, { request: sampleRequest, plan: samplePlan }, session);
    await expect(handing).rejects.toThrow("start.cjs");
    const ended = await session.store.read(id);
    expect(ended).toMatchObject({ status: "failed", error: { kind: "spawn_failed" } });
  });
});
