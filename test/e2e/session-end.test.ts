import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { says } from "./support/messages-reply.ts";
import { ourServer, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies(
    "gate.e2e.session-end",
    "the first of two sessions to end leaves the broker to the other, the last one takes it along",
    async () => {
      const { tandem, host } = await startPluginWorld({
        client,
        codexScript: () => message("Forty-two."),
        environment: { TANDEM_DIRECT: undefined },
        script: [{ when: () => true, reply: says("Hello.") }],
      });
      await tandem.run(["consult", "How many?"], { environment: { TANDEM_DIRECT: undefined } });
      const brokers = () => tandem.processes().filter((line) => line.includes("broker"));
      expect(brokers()).toHaveLength(1);
      const claims = () =>
        readdirSync(join(tandem.stateRoot, "sessions")).filter((name) => name.endsWith(".json"));
      const sessions = [await host(), await host()];
      for (const session of sessions) await session.waitForServer(ourServer);
      const [first, second] = sessions;
      await first?.ask("Hello");
      await second?.ask("Hello");
      await vi.waitFor(() => expect(claims()).toHaveLength(2), { interval: 20 });
      await second?.ask("/clear");
      expect(await first?.end()).toMatchObject({ exitCode: 0 });
      await vi.waitFor(() => expect(claims()).toHaveLength(1));
      expect(brokers()).toHaveLength(1);
      expect(await second?.end()).toMatchObject({ exitCode: 0 });
      await vi.waitFor(() => expect(brokers()).toEqual([]), { interval: 20 });
      expect((await tandem.run(["result", "--json"])).envelope).toMatchObject({ answer: "Forty-two." });
    },
  );
});
