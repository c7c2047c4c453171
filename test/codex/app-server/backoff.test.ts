import { expect } from "vitest";
import { withBackoff } from "../../../src/codex/app-server/backoff.ts";
import { ConnectionError, RemoteError } from "../../../src/codex/app-server/peer.ts";
import { verifies } from "../../support/requirements.ts";

const busy = new RemoteError("turn/start", -32001, "Server overloaded; retry later.", null);

/** A request that fails a number of times, and what was waited for. */
function world(failures: number, error: Error, random = 0.5) {
  const waits: number[] = [];
  let calls = 0;
  return {
    waits,
    calls: () => calls,
    run: async () =>
      withBackoff(
        async () => {
          calls += 1;
          if (calls <= failures) throw error;
          return Promise.resolve("done");
        },
        {
          wait: async (ms) => {
            waits.push(ms);
            return Promise.resolve();
          },
          random: () => random,
        },
      ),
  };
}

verifies("codex.backoff", "a busy server is asked again, with delays that double", async () => {
  const { run, waits } = world(5, busy);
  expect(await run()).toBe("done");
  expect(waits).toEqual([50, 100, 200, 400, 800]);
});

verifies("codex.backoff", "a thread that is being unloaded is asked for again", async () => {
  const words = "thread 01a2152e is closing; retry thread/resume after the thread is closed";
  const { run, calls } = world(2, new RemoteError("thread/resume", -32600, words, null));
  expect(await run()).toBe("done");
  expect(calls()).toBe(3);
});

verifies("codex.backoff", "delays are spread from half to one and a half", async () => {
  const early = world(1, busy, 0);
  const late = world(1, busy, 1);
  await Promise.all([early.run(), late.run()]);
  expect([early.waits, late.waits]).toEqual([[25], [75]]);
});

verifies("codex.backoff", "a server that stays busy is an error in the end", async () => {
  const { run, calls } = world(99, busy);
  await expect(run()).rejects.toBe(busy);
  expect(calls()).toBe(6);
});

verifies("codex.backoff", "any other error passes through at once", async () => {
  for (const error of [
    new RemoteError("turn/start", -32600, "Server overloaded; retry later.", null),
    new ConnectionError("ended", "gone"),
  ]) {
    const { run, waits } = world(1, error);
    await expect(run()).rejects.toBe(error);
    expect(waits).toEqual([]);
  }
});
