import { existsSync, readdirSync } from "node:fs";
import { expect, vi } from "vitest";
import { gatePlaces } from "../../../src/jobs/gate/gate-places.ts";
import type * as GateSnapshots from "../../../src/jobs/gate/gate-snapshots.ts";
import { snapshotFolder } from "../../../src/jobs/gate/gate-snapshots.ts";
import { readGateState } from "../../../src/jobs/gate/gate-state.ts";
import { loadSettings } from "../../../src/settings/load.ts";
import type { ClientSession } from "../../../src/surfaces/client/client-session.ts";
import { StopLedger } from "../../../src/surfaces/client/gate/stop-ledger.ts";
import { switchGate, switchOnWhereNew } from "../../../src/surfaces/client/gate/switch-gate.ts";
import { openTestStore } from "../../jobs/support.ts";
import { testMachine } from "../../support/environment.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture } from "../../workspace/support.ts";

/** What a person does while the files are being kept. */
const meanwhile = vi.hoisted((): { act?: (() => Promise<unknown>) | undefined } => ({}));
vi.mock("../../../src/jobs/gate/gate-snapshots.ts", async (original) => {
  const real = await original<typeof GateSnapshots>();
  const takeSnapshot: typeof real.takeSnapshot = async (...asked) => {
    const snapshot = await real.takeSnapshot(...asked);
    const { act } = meanwhile;
    meanwhile.act = undefined;
    await act?.();
    return snapshot;
  };
  return { ...real, takeSnapshot };
});

async function openSession(): Promise<ClientSession> {
  const { root: workspace } = Fixture.withCommit();
  const world = testMachine();
  const { root, store } = openTestStore();
  const settings = await loadSettings({ ...world, mode: "strict" });
  return { world, stateRoot: root, workspace, settings, store, log: () => undefined };
}

verifies(
  "gate.option",
  "leaves a gate off that a person switches off while the option switches it on",
  async () => {
    const session = await openSession();
    const places = gatePlaces(session.stateRoot, session.workspace);
    let wasOff = false;
    meanwhile.act = async () => {
      wasOff = (await switchGate("off", session)).gate?.state === "off";
    };
    await switchOnWhereNew(session);
    expect(wasOff).toBe(true);
    expect(readGateState(places)).toMatchObject({ state: { isOn: false } });
    expect(existsSync(places.snapshots)).toBe(false);
  },
);

verifies("gate.option", "leaves a gate alone that a person switches on at that moment", async () => {
  const session = await openSession();
  const places = gatePlaces(session.stateRoot, session.workspace);
  meanwhile.act = async () => switchGate("on", session);
  await switchOnWhereNew(session);
  const read = readGateState(places);
  const baseline = read.found === "state" ? read.state.baseline : undefined;
  // The baseline is the person's, and nothing else is kept.
  expect(readdirSync(places.snapshots)).toEqual([baseline?.folder]);
});

verifies(
  "gate.switch",
  "off and on again while a stop is reviewed: what came of that review changes nothing any more",
  async () => {
    const session = await openSession();
    const places = gatePlaces(session.stateRoot, session.workspace);
    await switchGate("on", session);
    const ledger = new StopLedger({ session: "s", isStopHookActive: false }, session);
    const before = ledger.gate.found === "state" ? ledger.gate.state.baseline : undefined;
    await switchGate("off", session);
    await switchGate("on", session);
    const again = readGateState(places);
    if (before === undefined) throw new Error("the gate has no baseline");
    // What it kept of the files went with the switch.
    expect(existsSync(snapshotFolder(places, before.folder))).toBe(false);
    expect(await ledger.store({ baseline: before })).toBe(false);
    expect(readGateState(places)).toEqual(again);
  },
);
