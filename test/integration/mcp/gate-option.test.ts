import { expect, vi } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

verifies(
  "gate.option",
  "switches the gate on in the folder that Claude Code was opened in, and not where a person switched it",
  async () => {
    const world = await startMcpWorld(() => message("Never asked."), { committed: { "a.txt": "one\n" } });
    const environment = {
      CLAUDECODE: "1",
      CLAUDE_CODE_SESSION_ID: "8b0f8f9e-1111-4222-8333-444455556666",
      CLAUDE_PROJECT_DIR: world.workspace,
    };
    const stateOf = async () => (await world.run(["gate", "status", "--json"])).envelope.gate?.state;
    const unset = await world.connect({ environment: { ...environment, TANDEM_OPTION_GATE: "" } });
    await unset.call("status", {});
    expect(await stateOf()).toBe("off");

    await world.connect({ environment: { ...environment, TANDEM_OPTION_GATE: "true" } });
    await vi.waitFor(async () => expect(await stateOf()).toBe("on"), { timeout: 20_000 });

    await world.run(["gate", "off"]);
    const again = await world.connect({ environment: { ...environment, TANDEM_OPTION_GATE: "true" } });
    // It has looked by then: what begins a session comes before the calls of that session end.
    await again.call("status", {});
    await again.call("status", {});
    expect(await stateOf()).toBe("off");
    expect(world.model.requests).toEqual([]);
  },
);
