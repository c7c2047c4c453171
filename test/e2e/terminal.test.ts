import { expect } from "vitest";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { fixtureServer, fixtureTool, startFixtureWorld } from "./support/fixture-plugin.ts";
import { calls } from "./support/messages-reply.ts";

withEachClient((client) => {
  verifies("e2e.harness.terminal", "shows a call's progress, and Esc cancels it at the server", async () => {
    const { observer, terminal } = await startFixtureWorld({
      client,
      settings: { permissions: { allow: ["mcp__plugin_fixture_srv"] } },
      script: [{ when: "please wait", reply: calls(fixtureTool("wait")) }],
    });
    const { submit, waitFor, waitForServer, press } = await terminal();
    await waitForServer(fixtureServer);
    await submit("please wait");
    expect(await waitFor("seven of a hundred")).toContain("7%");
    const call = await observer.waitForMethod("tools/call");
    press("escape");
    const cancelled = await observer.waitForMethod("notifications/cancelled");
    expect(cancelled.frame.params).toMatchObject({ requestId: call.frame.id });
  });

  verifies("e2e.harness.hook", "a person sees a hook's answer to a command", async () => {
    const { endpoint, terminal } = await startFixtureWorld({ client });
    const { submit, waitFor, waitForServer } = await terminal();
    await waitForServer(fixtureServer);
    await submit('/fixture:status a "b c" $(x)');
    await waitFor('status of <a "b c" $(x)>');
    expect(endpoint.requests).toEqual([]);
  });
});
