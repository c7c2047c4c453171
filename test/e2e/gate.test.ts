import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { usageLimitReached } from "../../src/rehearsal/faults.ts";
import { message } from "../../src/rehearsal/replies.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { answered, files, found, inTurn } from "../integration/gate/gate-world.ts";
import { type CliWorld, startCliWorld } from "../support/cli-world.ts";
import { verifies } from "../support/requirements.ts";
import { type ClaudeWorld, startClaudeWorld } from "./support/claude-world.ts";
import { type Client, withEachClient } from "./support/clients.ts";
import { makeHookPlugin, notedNode } from "./support/gate-plugin.ts";
import type { Rule } from "./support/messages-endpoint.ts";
import { calls, says } from "./support/messages-reply.ts";

interface GatedClaude extends ClaudeWorld {
  readonly tandem: CliWorld;
  readonly nodeStarts: () => readonly string[];
}

async function startGatedClaude(client: Client, codex: Entry, script: readonly Rule[]): Promise<GatedClaude> {
  const tandem = await startCliWorld(() => codex, files);
  const { path, starts } = notedNode();
  const world = await startClaudeWorld({
    client,
    script,
    project: tandem.workspace,
    pluginFolder: await makeHookPlugin(),
    environment: { ...tandem.environment, PATH: path },
    allowedTools: ["Bash"],
  });
  return { ...world, tandem, nodeStarts: starts };
}

const writes = (content: string) =>
  calls("Bash", { command: `printf '${content}' > a.txt && echo written`, description: "Write" });
const grave = message(answered(found({ lineStart: 1, lineEnd: 3, quote: null })));

withEachClient((client) => {
  verifies(
    "gate.e2e.block",
    "a stop is sent back with the findings, and the mended change passes",
    async () => {
      const { tandem, print, endpoint } = await startGatedClaude(client, inTurn(grave, message(answered())), [
        { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
        { when: "Codex's review gate found 1 fault", reply: writes("one\\nzwei\\nthree\\n") },
        { when: "written", reply: says("Done.") },
      ]);
      await tandem.run(["gate", "on"]);
      const { exitCode, result } = await print("please shout");
      expect({ exitCode, result }).toEqual({ exitCode: 0, result: "Done." });
      expect(readFileSync(join(tandem.workspace, "a.txt"), "utf8")).toBe("one\nzwei\nthree\n");
      const told = endpoint.requests.find(({ newest }) => newest.includes("Stop hook feedback"))?.newest;
      expect(told).toContain("1. [high] Two shouts (a.txt:1-3)");
      expect(told).toContain("/codex:gate off");
      expect(tandem.records()).toMatchObject([
        { kind: "gate", verdict: "fail" },
        { kind: "gate", verdict: "pass" },
      ]);
      expect(endpoint.requests).toHaveLength(4);
    },
  );

  verifies(
    "gate.e2e.ends",
    "every stop comes to an end: ignored findings, an endless argument, no quota",
    async () => {
      let count = 0;
      const codex = inTurn(grave, grave, grave, usageLimitReached());
      const { tandem, host, endpoint } = await startGatedClaude(client, codex, [
        { when: "please ignore", reply: writes("1\\n") },
        { when: "please argue", reply: writes("2\\n") },
        { when: "please wait", reply: writes("3\\n") },
        {
          when: "Codex's review gate found",
          reply: ({ body }) =>
            JSON.stringify(body.messages).includes("please argue")
              ? writes(`again ${++count}\\n`)
              : says("No."),
        },
        { when: "written", reply: says("Written.") },
      ]);
      await tandem.run(["gate", "on"]);
      const { ask, end, events } = await host();
      expect(await ask("please ignore")).toMatchObject({ subtype: "success", result: "No." });
      expect(tandem.model.requests).toHaveLength(1);
      expect(await ask("please argue")).toMatchObject({ subtype: "success", result: "Written." });
      // Sent back twice, though each round changes the files.
      expect(tandem.model.requests).toHaveLength(3);
      expect(count).toBe(2);
      expect(await ask("please wait")).toMatchObject({ subtype: "success", result: "Written." });
      expect(tandem.model.requests).toHaveLength(4);
      if (client.name === "newest") {
        expect(JSON.stringify(events.items)).toMatch(/Stop says: Codex's review gate could not run.*quota/);
      }
      expect(await end()).toMatchObject({ exitCode: 0 });
      expect(endpoint.requests.filter(({ newest }) => newest.includes("Stop hook feedback"))).toHaveLength(3);
    },
  );

  verifies("gate.e2e.off", "with the gate off a whole session starts no Node", async () => {
    const { tandem, print, nodeStarts } = await startGatedClaude(client, grave, [
      { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
      { when: "written", reply: says("Done.") },
    ]);
    expect((await print("please shout")).result).toBe("Done.");
    expect(nodeStarts()).toEqual([]);
    await tandem.run(["gate", "on"]);
    expect((await print("Nothing. written")).result).toBe("Done.");
    expect(nodeStarts().map((words) => words.split(" ").slice(1).join(" "))).toEqual([
      "hook session-start",
      "hook stop",
    ]);
    expect(tandem.model.requests).toEqual([]);
  });
});
