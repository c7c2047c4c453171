import { afterEach, beforeEach, expect, vi } from "vitest";
import { ConnectionError, Peer, RemoteError } from "../../../src/codex/app-server/peer.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

interface Side {
  readonly transport: MemoryTransport;
  readonly peer: Peer;
  readonly notifications: readonly string[];
  readonly strays: readonly string[];
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function connect(answer: (method: string) => unknown = () => ({})): Side {
  const transport = createMemoryTransport();
  const notifications: string[] = [];
  const strays: string[] = [];
  const peer = new Peer(transport, {
    onNotification: (method) => notifications.push(method),
    onRequest: (request) => answer(request.method),
    onStray: (_source, text) => strays.push(text),
  });
  return { transport, peer, notifications, strays };
}

async function ask(peer: Peer, deadlineMs = 1_000): Promise<unknown> {
  return peer.request("model/list", {}, deadlineMs);
}

/** How a promise ends, so that an early rejection is not an unhandled one. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

verifies("codex.peer", "answers find their requests in any order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }), async (order) => {
      const { transport, peer } = connect();
      const answers = order.map(async () => ask(peer));
      for (const id of order) transport.say({ id, result: `answer ${id}` });
      expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((id) => `answer ${id}`));
    }),
  );
});

verifies(
  "codex.peer",
  "when the connection ends every open request is rejected once, and later ones at once",
  async () => {
    const { transport, peer } = connect();
    const outcomes: string[] = [];
    const open = [1, 2, 3].map(async (number) =>
      ask(peer).then(
        () => outcomes.push(`${number} answered`),
        (error: unknown) =>
          outcomes.push(`${number} ${error instanceof ConnectionError ? error.reason : "other"}`),
      ),
    );
    transport.say({ id: 2, result: {} });
    transport.end({ reason: "signal SIGKILL", stderrTail: "panicked" });
    await Promise.all(open);
    expect(outcomes.toSorted()).toEqual(["1 ended", "2 answered", "3 ended"]);
    expect(await peer.ended).toEqual({ reason: "signal SIGKILL", stderrTail: "panicked" });
    const late = await settled(ask(peer));
    expect(late).toMatchObject({ reason: "ended", end: { stderrTail: "panicked" } });
    expect(transport.sent).toHaveLength(3);
  },
);

verifies(
  "codex.peer",
  "a request without an answer is rejected at its deadline, and not before",
  async () => {
    const { transport, peer, strays } = connect();
    const seen = vi.fn();
    const outcome = settled(ask(peer, 1_000)).then((end) => {
      seen();
      return end;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(seen).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ name: "ConnectionError", reason: "deadline" });
    transport.say({ id: 1, result: "too late" });
    expect(strays).toEqual(['{"id":1,"result":"too late"}']);
  },
);

verifies("codex.peer", "the deadline also counts while a full pipe holds the request back", async () => {
  const { transport, peer } = connect();
  transport.block();
  const outcome = settled(ask(peer, 1_000));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await outcome).toMatchObject({ reason: "deadline" });
});

verifies("codex.peer", "a request that cannot be sent is rejected, and leaves no timer", async () => {
  const { transport, peer } = connect();
  transport.failSending();
  expect(await settled(ask(peer))).toMatchObject({ reason: "ended", message: "broken pipe" });
  expect(vi.getTimerCount()).toBe(0);
});

verifies(
  "codex.peer",
  "an error answer keeps its code, message and data, however little it holds",
  async () => {
    const { transport, peer } = connect();
    const full = settled(ask(peer));
    transport.say({ id: 1, error: { code: -32600, message: "no", data: { reason: "serverShuttingDown" } } });
    expect(await full).toMatchObject({ code: -32600, message: "no", data: { reason: "serverShuttingDown" } });
    const bare = settled(ask(peer));
    transport.say({ id: 2, error: null });
    expect(await bare).toBeInstanceOf(RemoteError);
  },
);

verifies("codex.peer", "a repeated or unknown answer is reported and changes nothing", async () => {
  const { transport, peer, strays } = connect();
  const answer = ask(peer);
  transport.say({ id: 1, result: "first" });
  transport.say({ id: 1, result: "second" });
  transport.say({ id: 77, result: "whose?" });
  transport.say({ id: "1", result: "a text is another id" });
  expect(await answer).toBe("first");
  expect(strays).toHaveLength(3);
});

verifies("codex.peer", "any JSON value and any text of the server is harmless", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), fc.object())), fc.string(), async (values, text) => {
      const { transport, peer } = connect();
      const answer = ask(peer);
      // Objects that answer request 1 would be answers.
      const harmless = values.filter((value) => !(value instanceof Object && "id" in value));
      for (const value of harmless) transport.say(value);
      transport.stray(text);
      transport.say({ id: 1, result: "still here" });
      expect(await answer).toBe("still here");
    }),
  );
});

verifies("codex.peer", "notifications and requests are told apart by their id", async () => {
  const { transport, notifications } = connect();
  transport.say({ method: "turn/started", params: {} });
  transport.say({ id: 0, method: "currentTime/read", params: {} });
  await vi.advanceTimersByTimeAsync(0);
  expect(notifications).toEqual(["turn/started"]);
  expect(transport.sent).toEqual([{ id: 0, result: {} }]);
});

verifies(
  "codex.peer",
  "every request of the server is answered, also when the handler throws or rejects",
  async () => {
    const { transport } = connect((method) => {
      if (method === "throws") throw new Error("not offered");
      return method === "rejects" ? Promise.reject(new Error("later no")) : { method };
    });
    for (const [id, method] of ["fine", "throws", "rejects"].entries())
      transport.say({ id, method, params: {} });
    transport.say({ id: "a text", method: "fine", params: {} });
    await vi.advanceTimersByTimeAsync(0);
    expect(transport.sent.toSorted((a, b) => String(a["id"]).localeCompare(String(b["id"])))).toEqual([
      { id: 0, result: { method: "fine" } },
      { id: 1, error: { code: -32601, message: "not offered" } },
      { id: 2, error: { code: -32601, message: "later no" } },
      { id: "a text", result: { method: "fine" } },
    ]);
  },
);

verifies("codex.peer", "an answer that cannot be sent is no unhandled error", async () => {
  const { transport, peer } = connect();
  transport.failSending();
  transport.say({ id: 0, method: "currentTime/read", params: {} });
  await vi.advanceTimersByTimeAsync(0);
  transport.end();
  expect(await peer.ended).toEqual({ reason: "exit code 0" });
});
