import { expect } from "vitest";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { fixtureServer, startFixtureWorld } from "./support/fixture-plugin.ts";

withEachClient((client) => {
  verifies(
    "e2e.harness.hook",
    "the server gets a command's arguments verbatim, the model nothing",
    async () => {
      const hostile = "a \"b c\" $(x) `id` ; echo 'd' ${HOME} \\n é";
      const { observer, endpoint, host } = await startFixtureWorld({ client });
      const { ask, waitForServer } = await host();
      await waitForServer(fixtureServer);
      const { result } = await ask(`/fixture:status ${hostile}`);
      const call = await observer.waitForMethod("tools/call");
      expect(call.frame.params).toMatchObject({ name: "ui_status", arguments: { text: hostile } });
      expect(result).toContain(`status of <${hostile}>`);
      expect(endpoint.requests).toEqual([]);
    },
  );
});
