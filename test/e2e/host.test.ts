import { expect } from "vitest";
import { verifies } from "../support/requirements.ts";
import { acceptForm, allow, declineForm } from "./support/claude-host.ts";
import { withEachClient } from "./support/clients.ts";
import { fixtureTool, startFixtureWorld } from "./support/fixture-plugin.ts";
import { calls, says } from "./support/messages-reply.ts";

withEachClient((client) => {
  verifies(
    "e2e.harness.host",
    "a form is filled in, declined, or cancelled when nobody answers",
    async () => {
      const forms = [acceptForm({ name: "Ada" }), declineForm, undefined];
      const { host, endpoint } = await startFixtureWorld({
        client,
        script: [
          { when: "please ask", reply: calls(fixtureTool("ask")) },
          { when: "answered", reply: says("Heard.") },
        ],
      });
      const { ask, questions, end } = await host({
        answer: ({ subtype }) => (subtype === "can_use_tool" ? allow : forms.shift()),
      });
      for (const answered of [
        { action: "accept", content: { name: "Ada" } },
        { action: "decline" },
        { action: "cancel" },
      ]) {
        expect(await ask("please ask")).toMatchObject({ subtype: "success", result: "Heard." });
        expect(endpoint.requests.at(-1)?.toolResults[0]?.text).toBe(`answered ${JSON.stringify(answered)}`);
      }
      expect(questions.items.slice(0, 2)).toMatchObject([
        { subtype: "can_use_tool", tool_name: fixtureTool("ask") },
        { subtype: "elicitation", message: "Who is there?" },
      ]);
      expect(await end()).toMatchObject({ exitCode: 0 });
    },
  );

  verifies("e2e.harness.host", "a permission is denied when nobody answers", async () => {
    const { host, endpoint, observer } = await startFixtureWorld({
      client,
      script: [
        { when: "please echo", reply: calls(fixtureTool("echo"), { text: "hello" }) },
        { when: "Nobody allowed it.", reply: says("Denied.") },
      ],
    });
    const { ask } = await host();
    expect((await ask("please echo"))["result"]).toBe("Denied.");
    expect(endpoint.requests[1]?.toolResults).toMatchObject([{ isError: true }]);
    expect(observer.history.items.map(({ frame }) => frame.method)).not.toContain("tools/call");
  });

  verifies("e2e.harness.host", "an interrupt cancels the call at the server", async () => {
    const { host, observer } = await startFixtureWorld({
      client,
      settings: { permissions: { allow: ["mcp__plugin_fixture_srv"] } },
      script: [{ when: "please wait", reply: calls(fixtureTool("wait")) }],
    });
    const { send, interrupt } = await host();
    send("please wait");
    const call = await observer.waitForMethod("tools/call");
    await interrupt();
    const cancelled = await observer.waitForMethod("notifications/cancelled");
    expect(cancelled.frame.params).toMatchObject({ requestId: call.frame.id });
  });
});
