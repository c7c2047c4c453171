import { expect } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { startCliWorld } from "../support/cli-world.ts";
import { verifies } from "../support/requirements.ts";
import { startClaudeWorld } from "./support/claude-world.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";

withEachClient((client) => {
  verifies("e2e.harness.codex", "a command of the model's Bash tool asks the scripted Codex", async () => {
    const tandem = await startCliWorld(() => message("Codex says forty-two."));
    const command = `node ${tandem.program} consult "How many?"`;
    const { print } = await startClaudeWorld({
      client,
      project: tandem.workspace,
      environment: tandem.environment,
      allowedTools: ["Bash"],
      script: [
        { when: "please consult", reply: calls("Bash", { command, description: "Ask Codex" }) },
        { when: "Codex says forty-two.", reply: says("It is forty-two.") },
      ],
    });
    expect((await print("please consult")).result).toBe("It is forty-two.");
    expect(tandem.model.requests).toHaveLength(1);
    expect(tandem.records()).toMatchObject([{ status: "succeeded", askedBy: "claude-code" }]);
  });
});
