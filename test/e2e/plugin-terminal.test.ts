import { expect, vi } from "vitest";
import { gate } from "../../src/rehearsal/gate.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies(
    "plugin.terminal",
    "shows status and the progress of a review; Esc leaves the run alone",
    async () => {
      const thinking = gate();
      const world = await startPluginWorld({
        client,
        committed: { "a.ts": "one\n" },
        changed: { "a.ts": "two\n" },
        codexScript: () => message("", { after: thinking }),
        script: [
          {
            when: "Get its answer: result",
            reply: ({ newest }) =>
              calls(ourTool("result"), JSON.parse(/result (\{.*\})/.exec(newest)?.[1] ?? "")),
          },
          { when: () => true, reply: says("Heard.") },
        ],
      });
      const { submit, press, waitFor, waitForServer } = await world.terminal([
        "--permission-mode",
        "default",
      ]);
      await waitForServer(ourServer);
      await submit("/codex:status");
      await waitFor("No jobs here.");
      await submit("/codex:review");
      await waitFor((screen) => /\d+s · thinking/.test(screen));
      press("escape");
      await waitFor((screen) => !screen.includes("esc to interrupt"));
      await submit("/codex:status");
      await waitFor("1 running");
      expect(world.tandem.records()).toMatchObject([{ kind: "review", status: "running" }]);
      await submit("/codex:cancel");
      await waitFor("was cancelled");
      thinking.open();
      await vi.waitFor(() => expect(world.tandem.records()).toMatchObject([{ status: "cancelled" }]));
    },
  );
  if (client.name !== "newest") return;

  verifies(
    "plugin.background",
    "a long wait goes into the background, and its result wakes the conversation",
    async () => {
      const thinking = gate();
      const world = await startPluginWorld({
        client,
        codexScript: () => message("Codex says hello.", { after: thinking }),
        environment: { CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS: "500" },
        script: [
          {
            when: "Get its answer: result",
            reply: ({ newest }) =>
              calls(ourTool("result"), JSON.parse(/result (\{.*\})/.exec(newest)?.[1] ?? "")),
          },
          { when: "Codex says hello.", reply: says("There it is.") },
          { when: "background", reply: says("Codex is at work.") },
        ],
      });
      const { submit, waitFor, waitForServer } = await world.terminal(["--permission-mode", "default"]);
      await waitForServer(ourServer);
      await submit("/codex:consult Hello?");
      await waitFor("Codex is at work.");
      thinking.open();
      await waitFor("There it is.");
      expect(world.tandem.records()).toMatchObject([{ kind: "consult", status: "succeeded" }]);
    },
  );
});
