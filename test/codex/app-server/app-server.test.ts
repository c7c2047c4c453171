import { expect, vi } from "vitest";
import { AppServer } from "../../../src/codex/app-server/app-server.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { verifies } from "../../support/requirements.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

interface Connected {
  readonly server: AppServer;
  readonly transport: MemoryTransport;
  readonly events: RunEvent[];
}

async function connect(): Promise<Connected> {
  const transport = createMemoryTransport();
  const events: RunEvent[] = [];
  const connecting = AppServer.connect(transport, { name: "test", version: "1" }, (event) =>
    events.push(event),
  );
  await Promise.resolve();
  transport.say({ id: 1, result: { codexHome: "/home" } });
  return { server: await connecting, transport, events };
}

function hear(server: AppServer, thread: string): readonly string[] {
  const heard: string[] = [];
  server.listen(thread, {
    onNotification: ({ method }) => heard.push(method),
    onEvent: () => undefined,
  });
  return heard;
}

/** Opens a thread as the real one is opened: asked for, named by the answer, listened to at once. */
async function open(
  { server, transport }: Connected,
  thread: string,
  said: readonly object[],
): Promise<readonly string[]> {
  const asked = server.request("thread/start", {});
  const { id } = transport.sent.at(-1) ?? {};
  for (const notification of said) transport.say(notification);
  transport.say({ id, result: { thread: { id: thread } } });
  await asked;
  return hear(server, thread);
}

const settled = async () => new Promise(setImmediate);
const early = (threadId: string) => ({ method: "warning", params: { threadId, message: "early" } });
const configWarning = (summary: string) => ({ method: "configWarning", params: { summary, details: null } });

verifies(
  "codex.peer",
  "what a thread says before anybody listens to it is kept for its listener alone",
  async () => {
    const connected = await connect();
    const { transport } = connected;
    const one = open(connected, "one", [early("one")]);
    const two = open(connected, "two", [{ method: "thread/started", params: { thread: { id: "two" } } }]);
    expect([await one, await two]).toEqual([["warning"], ["thread/started"]]);
    transport.say({ method: "turn/started", params: { threadId: "one", turn: { id: "t" } } });
    expect([await one, await two]).toEqual([["warning", "turn/started"], ["thread/started"]]);
  },
);

verifies(
  "codex.peer",
  "the last words of many closed threads do not push out a new thread's first ones, and are not kept",
  async () => {
    const connected = await connect();
    const { server, transport } = connected;
    const old = Array.from({ length: 1_000 }, (_, count) => ({
      method: "thread/closed",
      params: { threadId: `old ${count}` },
    }));
    expect(await open(connected, "new", [...old, early("new")])).toEqual(["warning"]);
    await settled();
    expect(hear(server, "old 999")).toEqual([]);
    transport.say(early("nobody's"));
    expect(hear(server, "nobody's")).toEqual([]);
  },
);

verifies("codex.peer", "a warning about the configuration is told to everybody, once", async () => {
  const { transport, events } = await connect();
  transport.say(configWarning("no bubblewrap"));
  expect(events).toEqual([{ type: "warning", source: "codex configuration", message: "no bubblewrap" }]);
});

verifies(
  "codex.peer",
  "a warning about one thread's configuration, which Codex says twice, is told to that thread alone",
  async () => {
    const connected = await connect();
    const late = "Codex is ignoring 1 setting.\n  session-flags: `x` is ignored.";
    const said = [configWarning("early"), configWarning("broken rules"), configWarning(late), early("one")];
    const one = await open(connected, "one", said);
    await settled();
    connected.transport.say({ method: "warning", params: { threadId: "one", message: late } });
    expect(one).toEqual(["warning", "warning"]);
    expect(connected.events).toMatchObject([{ message: "broken rules" }]);
  },
);

verifies(
  "codex.peer",
  "the end is told to who waits for it, at once when it is over, and not to who stopped",
  async () => {
    const { server, transport } = await connect();
    const told: string[] = [];
    server.onEnd(({ reason }) => told.push(`first ${reason}`));
    const stop = server.onEnd(() => told.push("never"));
    stop();
    transport.end({ reason: "signal SIGKILL" });
    await server.ended;
    await Promise.resolve();
    server.onEnd(({ reason }) => told.push(`late ${reason}`));
    expect(told).toEqual(["first signal SIGKILL", "late signal SIGKILL"]);
  },
);

verifies("codex.peer", "the handshake names the client and asks for what raw items need", async () => {
  const { server, transport } = await connect();
  expect(server.codexHome).toBe("/home");
  expect(transport.sent).toEqual([
    {
      id: 1,
      method: "initialize",
      params: {
        clientInfo: { name: "test", title: "codex-tandem", version: "1" },
        capabilities: { experimentalApi: true, requestAttestation: false },
      },
    },
    { method: "initialized" },
  ]);
});

const ask = { method: "item/commandExecution/requestApproval", params: { threadId: "one", command: "ls" } };

/** What was sent in answer to the server's own requests. */
function replies({ sent }: MemoryTransport): readonly unknown[] {
  return sent.filter((message) => "result" in message || "error" in message);
}

verifies(
  "approvals.settled",
  "a request of a thread that nobody listens to is declined and told",
  async () => {
    const { server, transport, events } = await connect();
    hear(server, "another");
    transport.say({ id: 0, ...ask });
    await vi.waitFor(() => expect(replies(transport)).toEqual([{ id: 0, result: { decision: "decline" } }]));
    expect(events).toEqual([
      { type: "request_answered", method: ask.method, decision: "declined", text: "ls" },
    ]);
  },
);

verifies(
  "approvals.settled",
  "requests of several threads are open at once, and one taken back gets no reply",
  async () => {
    const { server, transport } = await connect();
    const waiting = new Map<string, (result: unknown) => void>();
    for (const thread of ["one", "two", "three"]) {
      server.listen(thread, {
        onNotification: () => undefined,
        onEvent: () => undefined,
        onRequest: async () => new Promise((resolve) => waiting.set(thread, resolve)),
      });
    }
    transport.say({ id: 0, ...ask });
    transport.say({ id: 1, ...ask, params: { threadId: "two" } });
    transport.say({ id: 2, ...ask, params: { threadId: "three" } });
    expect([...waiting.keys()]).toEqual(["one", "two", "three"]);
    waiting.get("three")?.({ decision: "accept" });
    await vi.waitFor(() => expect(replies(transport)).toEqual([{ id: 2, result: { decision: "accept" } }]));
    waiting.get("two")?.(undefined);
    waiting.get("one")?.({ decision: "decline" });
    await vi.waitFor(() => expect(replies(transport)).toHaveLength(2));
    expect(replies(transport)[1]).toEqual({ id: 0, result: { decision: "decline" } });
  },
);
