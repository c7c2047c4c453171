import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { gatePlaces } from "../../src/jobs/gate/gate-places.ts";
import { dropSnapshots, snapshotFolder } from "../../src/jobs/gate/gate-snapshots.ts";
import { changeGateState, type GateSnapshot } from "../../src/jobs/gate/gate-state.ts";
import { ensurePrivateFolder } from "../../src/jobs/private-folders.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { StopLedger } from "../../src/surfaces/client/gate/stop-ledger.ts";
import { verifies } from "../support/requirements.ts";
import { makeFolder } from "../workspace/support.ts";

const minuteMs = 60_000;

describe("the snapshots of the gate", () => {
  verifies(
    "gate.sessions",
    "a baseline that another session replaces stays while reviews may read it",
    async () => {
      const workspace = makeFolder();
      const stateRoot = join(makeFolder(), "state");
      ensurePrivateFolder(stateRoot);
      const places = gatePlaces(stateRoot, workspace);
      const nowMs = Date.now();
      const kept = (ageMs: number): GateSnapshot => {
        const madeAt = new Date(nowMs - ageMs);
        const folder = `${madeAt.getTime()}-0123456789ab`;
        ensurePrivateFolder(places.snapshots);
        ensurePrivateFolder(snapshotFolder(places, folder));
        utimesSync(snapshotFolder(places, folder), madeAt, madeAt);
        return { folder, tree: "0".repeat(40), fingerprint: "", unkept: {}, at: madeAt.toISOString() };
      };
      const [forgotten, former, next] = [kept(300 * minuteMs), kept(200 * minuteMs), kept(0)];
      await changeGateState(places, systemWorld(), () => ({
        workspace,
        isOn: true,
        since: new Date(nowMs).toISOString(),
        baseline: former,
        judged: [],
      }));
      const stop = { session: "s", isStopHookActive: false };
      expect(await new StopLedger(stop, { stateRoot, workspace }).store({ baseline: next })).toBe(true);
      const isThere = ({ folder }: GateSnapshot) => existsSync(snapshotFolder(places, folder));
      expect([forgotten, former, next].map(isThere)).toEqual([false, true, true]);
      await dropSnapshots(places, next, new Date(nowMs + 30 * minuteMs));
      expect([former, next].map(isThere)).toEqual([false, true]);
    },
  );
});
