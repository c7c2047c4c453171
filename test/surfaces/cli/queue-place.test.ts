import { describe, expect, onTestFinished, vi } from "vitest";
import type { JobRecord } from "../../../src/domain/job.ts";
import { showQueuePlace } from "../../../src/surfaces/cli/queue-place.ts";
import { createSample, openTestStore } from "../../jobs/support.ts";
import { verifies } from "../../support/requirements.ts";

/** Watches the last of three jobs that wait in one broker. */
async function watchThird() {
  const { store } = openTestStore();
  const ids = [await createSample(store), await createSample(store), await createSample(store)];
  for (const id of ids) await store.update(id, { host: "broker" });
  const line = { setQueuePlace: vi.fn<(place: number | undefined) => void>(), leaveQueue: vi.fn() };
  const [, , third = ""] = ids;
  const listActive = vi.fn<() => Promise<readonly JobRecord[]>>(async () => store.listActive());
  const stop = showQueuePlace(third, { peek: (id) => store.peek(id), listActive }, line, 5);
  onTestFinished(stop);
  return { store, ids, third, line, listActive, stop };
}

describe("the place in the queue", () => {
  verifies("broker.queue", "moves up on the live line, and goes with the turn", async () => {
    const { store, ids, third, line } = await watchThird();
    await vi.waitFor(() => expect(line.setQueuePlace).toHaveBeenLastCalledWith(3));
    await store.update(ids[0] ?? "", { status: "running" });
    await vi.waitFor(() => expect(line.setQueuePlace).toHaveBeenLastCalledWith(2));
    expect(line.leaveQueue).not.toHaveBeenCalled();
    await store.update(third, { status: "running" });
    await vi.waitFor(() => expect(line.leaveQueue).toHaveBeenCalledOnce());
  });

  verifies("broker.queue", "is not shown of a job that got its turn while the others were read", async () => {
    const { store, third, line, listActive } = await watchThird();
    listActive.mockImplementationOnce(async () => {
      const active = await store.listActive();
      await store.update(third, { status: "running" });
      return active;
    });
    await vi.waitFor(() => expect(line.leaveQueue).toHaveBeenCalledOnce());
    expect(line.setQueuePlace).not.toHaveBeenCalled();
  });
});
