import { describe, expect, vi } from "vitest";
import { BrokerHost, type BrokerHostOptions } from "../../src/broker/broker-host.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { createSample, openTestStore, sampleResult } from "../jobs/support.ts";
import { deferred } from "../support/deferred.ts";
import { verifies } from "../support/requirements.ts";

function startHost(changes: (store: JobStore) => Partial<BrokerHostOptions> = () => ({})) {
  const { store } = openTestStore();
  const log = vi.fn();
  const onDone = vi.fn();
  const run: BrokerHostOptions["run"] = async ({ record }) => {
    await store.update(record.id, { status: "running" });
    await store.finish(record.id, { status: "succeeded", envelope: sampleResult });
  };
  const host = new BrokerHost({
    store,
    slots: 2,
    idleMs: 3_600_000,
    version: "1.0.0",
    codexHome: "/somewhere/.codex",
    log,
    run,
    onDone,
    onDraining: vi.fn(),
    ...changes(store),
  });
  return { host, store, log, onDone };
}

async function over(host: BrokerHost): Promise<void> {
  await vi.waitFor(() => expect(host.health()).toMatchObject({ running: 0, queued: 0 }));
}

describe("what a broker does with its jobs", () => {
  verifies("broker.faults", "ends a job whose run breaks off, and runs the others", async () => {
    const { host, store } = startHost((ofStore) => ({
      run: async ({ record }) => {
        await ofStore.update(record.id, { status: "running" });
        if (record.title === "bad") throw new Error("a fault of ours");
        await ofStore.finish(record.id, { status: "succeeded", envelope: sampleResult });
      },
    }));
    const ids = [await createSample(store, "bad"), await createSample(store), await createSample(store)];
    await Promise.all(ids.map(async (id) => host.submit(id, {})));
    await over(host);
    const records = await Promise.all(ids.map(async (id) => store.read(id)));
    expect(records.map(({ status }) => status)).toEqual(["failed", "succeeded", "succeeded"]);
    expect(records[0]?.error).toMatchObject({ kind: "internal" });
    expect((await store.readResult(ids[0] ?? ""))?.error?.message).toContain("a fault of ours");
  });

  verifies("broker.faults", "goes on when the end of a job cannot be stored", async () => {
    const { host, store, log } = startHost(() => ({
      run: async () => {
        throw new Error("a fault of ours");
      },
    }));
    vi.spyOn(store, "finish").mockRejectedValueOnce(new Error("no space left"));
    const [lost, next] = [await createSample(store), await createSample(store)];
    await host.submit(lost, {});
    await over(host);
    expect(JSON.stringify(log.mock.calls)).toContain("no space left");
    // The broker lives and serves others: nobody waits for its end.
    expect(await store.read(lost)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
    await host.submit(next, {});
    await over(host);
    expect((await store.read(next)).status).toBe("failed");
  });

  verifies(
    "broker.hand_over",
    "answers the same to who gives a job twice, and refuses one that ended",
    async () => {
      const runs = vi.fn();
      const given = deferred();
      const { host, store } = startHost((ofStore) => ({
        run: async ({ record }) => {
          runs();
          await given.promise;
          await ofStore.update(record.id, { status: "running" });
          await ofStore.finish(record.id, { status: "succeeded", envelope: sampleResult });
        },
      }));
      const id = await createSample(store);
      await Promise.all([host.submit(id, {}), host.submit(id, {})]);
      await host.submit(id, {});
      given.resolve();
      await over(host);
      expect(runs).toHaveBeenCalledOnce();
      await expect(host.submit(id, {})).rejects.toThrow("has ended");
      await expect(host.submit("20261121t000000000-zzzzzz", {})).rejects.toThrow();
      expect((await store.read(id)).status).toBe("succeeded");
    },
  );

  verifies(
    "start.told",
    "tells the end of a job when it is stored, and of a run that breaks off",
    async () => {
      let end: () => void = () => undefined;
      const closed = new Promise<void>((resolve) => {
        end = resolve;
      });
      const over = vi.fn();
      const { host, store } = startHost((ofStore) => ({
        run: async ({ record }, _environment, onEnded) => {
          await ofStore.update(record.id, { status: "running" });
          if (record.title === "bad") throw new Error("a fault of ours");
          await ofStore.finish(record.id, { status: "succeeded", envelope: sampleResult, onEnded });
          // Codex takes a moment to end.
          await closed;
          over();
        },
      }));
      const [good, bad] = [await createSample(store), await createSample(store, "bad")];
      for (const id of [good, bad]) await host.submit(id, {});
      await Promise.all([good, bad].map(async (id) => host.follow(id)));
      expect((await store.read(good)).status).toBe("succeeded");
      expect((await store.read(bad)).status).toBe("failed");
      expect(over).not.toHaveBeenCalled();
      end();
      await vi.waitFor(() => expect(over).toHaveBeenCalledOnce());
      // Of one that it does not have there is nothing to wait for.
      await host.follow(good);
    },
  );

  verifies("broker.idle", "takes no job any more once it drains, and is done with its last one", async () => {
    const end = deferred();
    const { host, store, onDone } = startHost((ofStore) => ({
      run: async ({ record }) => {
        await end.promise;
        await ofStore.finish(record.id, { status: "succeeded", envelope: sampleResult });
      },
    }));
    const [id, late] = [await createSample(store), await createSample(store)];
    await host.submit(id, {});
    host.drain();
    await expect(host.submit(late, {})).rejects.toThrow("no further jobs");
    expect(onDone).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(host.health().running).toBe(1));
    end.resolve();
    await vi.waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    expect((await store.read(id)).status).toBe("succeeded");
  });
});
