import { expect, vi } from "vitest";
import { usageLimitReached } from "../../src/rehearsal/faults.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { files, inTurn } from "../integration/gate/gate-world.ts";
import { verifies } from "../support/requirements.ts";
import { answered, found } from "../support/structured-answer.ts";
import { withEachClient } from "./support/clients.ts";
import { writes } from "./support/gated-claude.ts";
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
        codexScript: () => sequence(command("cat a.ts"), message("", { after: thinking })),
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
      // It goes along with the run: the tokens are those of the response that asked for a command.
      await waitFor((screen) => /\d+s · \d+ tokens · thinking/.test(screen));
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

  verifies("gate.e2e.seen", "shows what the gate says at a stop, once", async () => {
    const grave = message(answered(found({ lineStart: 1, lineEnd: 3, quote: null })));
    const world = await startPluginWorld({
      client,
      ...files,
      codexScript: () => inTurn(grave, usageLimitReached()),
      allowedTools: ["Bash"],
      script: [
        { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
        { when: "please whisper", reply: writes("one\\ntwo\\n") },
        { when: "Codex's review gate found", reply: says("It is meant so.") },
        { when: "written", reply: says("Done.") },
      ],
    });
    const { submit, waitFor, waitForServer, screen } = await world.terminal(["--permission-mode", "default"]);
    await waitForServer(ourServer);
    await world.tandem.run(["gate", "on"]);
    await submit("please shout");
    await waitFor("nothing changed since it found faults, so they stand as they were told");
    expect(screen()).toMatch(
      /Codex's review gate found 1 fault in what changed \(round 1 of 2,[^]*1\. \[high\] Two shouts \(a\.txt:1-3\)/,
    );
    expect(screen().match(/\/codex:gate off/g)).toHaveLength(1);
    await submit("please whisper");
    await waitFor("Codex's review gate could not run, so this stop was not reviewed (quota)");
    await waitFor((shown) => shown.split("/codex:gate off").length === 3);
  });
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
