import { expect } from "vitest";
import { gate } from "../../src/rehearsal/gate.ts";
import { filesBelow } from "../support/cli-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { startClaudeWorld } from "./support/claude-world.ts";
import { withEachClient } from "./support/clients.ts";
import { holdsUntil, refuses, says } from "./support/messages-reply.ts";

withEachClient((client) => {
  verifies(
    "e2e.harness.loopback",
    "reaches for no other host, and writes into its own folders only",
    async () => {
      const script = [{ when: "hello there", reply: says("Good day.") }];
      const direct = await startClaudeWorld({ client, script });
      const home = makeHome("person");
      // Whatever is for another host goes to the proxy, which is such an endpoint and notes it.
      const proxy = {
        HTTPS_PROXY: direct.endpoint.url,
        HTTP_PROXY: direct.endpoint.url,
        NO_PROXY: "127.0.0.1",
      };
      const world = await startClaudeWorld({ client, script, environment: { ...proxy, HOME: home } });
      expect(await world.print("hello there")).toMatchObject({
        exitCode: 0,
        result: "Good day.",
        stderr: "",
      });
      expect(world.endpoint.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["scripted"]);
      expect([...world.endpoint.strayRequests, ...direct.endpoint.strayRequests]).toEqual([]);
      expect([home, world.project].flatMap(filesBelow)).toEqual([]);
      expect(filesBelow(world.configFolder)).toContain(".claude.json");
    },
  );

  verifies("e2e.harness.script", "a reply waits for its gate", async () => {
    const closed = gate();
    const { endpoint, host } = await startClaudeWorld({
      client,
      script: [{ when: "hello there", reply: holdsUntil(closed, says("At last.")) }],
    });
    const { ask, events } = await host();
    const answer = ask("hello there");
    await endpoint.waitForRequest(({ newest }) => newest.includes("hello there"));
    expect(events.items.map(({ type }) => type)).not.toContain("assistant");
    closed.open();
    expect(await answer).toMatchObject({ subtype: "success", result: "At last." });
  });

  verifies(
    "e2e.harness.script",
    "a refusal ends the run with its message, and so does a request nobody expected",
    async () => {
      const { print } = await startClaudeWorld({
        client,
        script: [{ when: "hello there", reply: refuses(529, "Come back later.") }],
      });
      expect(await print("hello there")).toMatchObject({
        exitCode: 1,
        result: expect.stringContaining("Come back later."),
      });
      expect(await print("something else")).toMatchObject({
        exitCode: 1,
        result: expect.stringContaining("The script has no reply to this request."),
      });
    },
  );
});
