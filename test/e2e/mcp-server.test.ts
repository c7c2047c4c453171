import { expect } from "vitest";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { fixtureTool, startFixtureWorld } from "./support/fixture-plugin.ts";
import { calls, callsAll, says } from "./support/messages-reply.ts";

const settings = { permissions: { allow: ["mcp__plugin_fixture_srv"] } };

withEachClient((client) => {
  verifies("e2e.harness.mcp", "shakes hands, calls a tool, and the model sees the result", async () => {
    const { observer, endpoint, print } = await startFixtureWorld({
      client,
      settings,
      script: [
        { when: "please echo", reply: calls(fixtureTool("echo"), { text: "hello" }) },
        { when: "echo of hello", reply: says("It said hello.") },
      ],
    });
    const { exitCode, result } = await print("please echo");
    expect({ exitCode, result }).toEqual({ exitCode: 0, result: "It said hello." });
    expect(endpoint.requests[1]?.toolResults).toMatchObject([
      { isError: false, text: expect.stringMatching(/^echo of hello by \d+$/) },
    ]);
    const [first] = observer.history.items;
    expect(first?.frame.method).toBe(client.name === "newest" ? "server/discover" : "initialize");
    const initialize = await observer.waitForMethod("initialize");
    expect(initialize.frame.params).toMatchObject({
      protocolVersion: "2025-11-25",
      clientInfo: { name: "claude-code", version: client.version },
    });
    const call = await observer.waitForMethod("tools/call");
    expect(call.frame.params).toMatchObject({ name: "echo", arguments: { text: "hello" } });
  });

  verifies("e2e.harness.mcp", "hands a result of 300 KB to the model as it is", async () => {
    const { endpoint, print } = await startFixtureWorld({
      client,
      settings,
      script: [
        { when: "please be large", reply: calls(fixtureTool("large")) },
        { when: "and its end", reply: says("Read it all.") },
      ],
    });
    expect((await print("please be large")).result).toBe("Read it all.");
    expect(endpoint.requests[1]?.toolResults[0]?.text).toBe(`${"x".repeat(300_000)} and its end`);
  });

  verifies("e2e.harness.mcp", "starts a server again that has crashed, with the next call", async () => {
    const { observer, endpoint, print } = await startFixtureWorld({
      client,
      settings,
      script: [
        { when: "please crash", reply: calls(fixtureTool("crash")) },
        {
          when: ({ toolResults: [result] }) => result?.isError === true,
          reply: calls(fixtureTool("echo"), { text: "again" }),
        },
        { when: "echo of again", reply: says("It is back.") },
      ],
    });
    expect((await print("please crash")).result).toBe("It is back.");
    expect(endpoint.requests[1]?.toolResults[0]?.text).toMatch(/connection closed/i);
    expect(new Set(observer.history.items.map(({ pid }) => pid)).size).toBe(2);
  });

  verifies("e2e.harness.script", "several calls in one message come to the server together", async () => {
    const { endpoint, print } = await startFixtureWorld({
      client,
      settings,
      script: [
        {
          when: "please echo twice",
          reply: callsAll(["one", "two"].map((text) => ({ name: fixtureTool("echo"), input: { text } }))),
        },
        { when: "echo of", reply: says("Both.") },
      ],
    });
    expect((await print("please echo twice")).result).toBe("Both.");
    expect(endpoint.requests[1]?.toolResults.map(({ text }) => text.slice(0, 11))).toEqual([
      "echo of one",
      "echo of two",
    ]);
  });
});
