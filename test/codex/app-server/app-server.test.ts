import { expect } from "vitest";
import { AppServer } from "../../../src/codex/app-server/app-server.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { verifies } from "../../support/requirements.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

async function connect(): Promise<{ server: AppServer; transport: MemoryTransport; events: RunEvent[] }> {
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

verifies(
  "codex.peer",
  "what a thread says before anybody listens to it is kept for its listener alone",
  async () => {
    const { server, transport } = await connect();
    transport.say({ method: "warning", params: { threadId: "one", message: "early" } });
    transport.say({ method: "thread/started", params: { thread: { id: "two" } } });
    const one = hear(server, "one");
    transport.say({ method: "turn/started", params: { threadId: "one", turn: { id: "t" } } });
    expect(one).toEqual(["warning", "turn/started"]);
    expect(hear(server, "two")).toEqual(["thread/started"]);
  },
);

verifies(
  "codex.peer",
  "the last words of many closed threads do not push out a new thread's first ones",
  async () => {
    const { server, transport } = await connect();
    for (let count = 0; count < 1_000; count += 1) {
      transport.say({ method: "thread/closed", params: { threadId: `old ${count}` } });
    }
    transport.say({ method: "warning", params: { threadId: "new", message: "early" } });
    expect(hear(server, "new")).toEqual(["warning"]);
  },
);

verifies("codex.peer", "a warning about the configuration is told to everybody, once", async () => {
  const { transport, events } = await connect();
  transport.say({ method: "configWarning", params: { summary: "no bubblewrap", details: null } });
  expect(events).toEqual([{ type: "warning", source: "codex configuration", message: "no bubblewrap" }]);
});

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
