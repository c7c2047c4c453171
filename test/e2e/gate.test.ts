import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { hang, httpError, usageLimitReached } from "../../src/rehearsal/faults.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { files, inTurn } from "../integration/gate/gate-world.ts";
import { verifies } from "../support/requirements.ts";
import { answered, found } from "../support/structured-answer.ts";
import { withEachClient } from "./support/clients.ts";
import { startGatedClaude, writes } from "./support/gated-claude.ts";
import type { Rule } from "./support/messages-endpoint.ts";
import { says } from "./support/messages-reply.ts";
import { ourServer, startPluginWorld } from "./support/plugin-world.ts";

/** Writes what it is asked to, and mends nothing. */
let count = 0;
const obstinate: readonly Rule[] = [
  { when: ({ newest }) => /please \w+ \d/.test(newest), reply: () => writes(`content ${++count}\\n`) },
  {
    when: "Codex's review gate found",
    reply: ({ body }) =>
      JSON.stringify(body.messages).includes("please argue") ? writes(`content ${++count}\\n`) : says("No."),
  },
  { when: "Codex's review gate could not review", reply: says("Nothing to mend.") },
  { when: "written", reply: says("Written.") },
];
const grave = message(answered(found({ lineStart: 1, lineEnd: 3, quote: null })));

withEachClient((client) => {
  verifies(
    "gate.e2e.block",
    "a stop is sent back with the findings, and the mended change passes",
    async () => {
      const { tandem, print, endpoint } = await startGatedClaude({
        client,
        codex: inTurn(grave, message(answered())),
        script: [
          { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
          { when: "Codex's review gate found 1 fault", reply: writes("one\\nzwei\\nthree\\n") },
          { when: "written", reply: says("Done.") },
        ],
      });
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

  verifies("gate.e2e.slash", "a person switches the gate by slash commands, which ask no model", async () => {
    const { tandem, endpoint, host } = await startPluginWorld({
      client,
      ...files,
      codexScript: () => grave,
      allowedTools: ["Bash"],
      script: [
        { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
        { when: "written", reply: says("Done.") },
        { when: "Codex's review gate found 1 fault", reply: says("It is meant so.") },
      ],
    });
    const { ask, waitForServer } = await host();
    await waitForServer(ourServer);
    const say = async (command: string) => String((await ask(`/codex:gate ${command}`))["result"]);
    expect(await say("status")).toContain("The review gate is off");
    expect(await say("on")).toMatch(/gate is on[^]*What it costs:[^]*Loop risk:[^]*\/codex:gate off/);
    expect(await say("status")).toContain("The review gate is on");
    expect(endpoint.requests).toEqual([]);
    expect((await ask("please shout"))["result"]).toBe("It is meant so.");
    expect(tandem.records()).toMatchObject([{ kind: "gate", verdict: "fail" }]);
    expect(await say("off")).toContain("The review gate is off");
    expect((await ask("please shout"))["result"]).toBe("Done.");
    expect(tandem.records()).toHaveLength(1);
  });

  verifies(
    "gate.e2e.ends",
    "every prompt of a session comes to its end, whatever the gate comes to",
    async () => {
      const prose = message("I would block this.");
      // Prose gets a second chance on the same thread.
      const codex = inTurn(
        grave,
        grave,
        grave,
        usageLimitReached(),
        prose,
        prose,
        message(answered()),
        httpError(401),
      );
      const { tandem, host, endpoint } = await startGatedClaude({ client, codex, script: obstinate });
      await tandem.run(["gate", "on"]);
      const { ask, end, events } = await host();
      const asks = async (prompt: string) => (await ask(prompt))["result"];
      const outcomes = () => tandem.records().map(({ status, error }) => error?.kind ?? status);

      expect(await asks("please ignore 1")).toBe("No.");
      expect(outcomes()).toEqual(["succeeded"]);
      // Sent back twice, though each round changes the files.
      expect(await asks("please argue 2")).toBe("Written.");
      expect(outcomes()).toHaveLength(3);
      for (const [prompt, outcome] of [
        ["please quota 3", "quota"],
        ["please prose 4", "schema_violation"],
        ["please allow 5", "succeeded"],
        ["please logout 6", "not_logged_in"],
      ] as const) {
        expect(await asks(prompt)).toBe("Written.");
        expect(outcomes().at(-1)).toBe(outcome);
      }
      expect(outcomes()).toHaveLength(7);
      if (client.name === "newest") {
        const said = JSON.stringify(events.items);
        for (const kind of ["quota", "schema_violation", "not_logged_in"]) {
          expect(said).toMatch(new RegExp(`Stop says: Codex's review gate could not run[^"]*${kind}`));
        }
      }
      expect(await end()).toMatchObject({ exitCode: 0 });
      expect(endpoint.requests.filter(({ newest }) => newest.includes("Stop hook feedback"))).toHaveLength(3);
    },
  );

  verifies("gate.e2e.ends", "a strict gate that cannot review lets the session end too", async () => {
    const { tandem, host, endpoint, configure } = await startGatedClaude({
      client,
      codex: usageLimitReached(),
      script: obstinate,
    });
    configure("gate_strict = true");
    await tandem.run(["gate", "on"]);
    const { ask, end } = await host();
    expect(await ask("please quota 1")).toMatchObject({ subtype: "success", result: "Nothing to mend." });
    expect(endpoint.requests.filter(({ newest }) => newest.includes("could not review"))).toHaveLength(2);
    expect(await end()).toMatchObject({ exitCode: 0 });
  });

  verifies("gate.e2e.off", "with the gate off a whole session starts no Node", async () => {
    const { tandem, print, nodeStarts } = await startGatedClaude({
      client,
      codex: grave,
      script: [
        { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
        { when: "written", reply: says("Done.") },
      ],
    });
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

  verifies(
    "gate.e2e.ends",
    "an interrupt while Codex reviews ends the review, and the session goes on",
    async () => {
      const { tandem, host } = await startGatedClaude({
        client,
        codex: hang(),
        script: [
          { when: "please shout", reply: writes("one\\nTWO\\nthree\\n") },
          { when: "written", reply: says("Done.") },
        ],
      });
      await tandem.run(["gate", "on"]);
      const { send, interrupt, end } = await host();
      send("please shout");
      await tandem.model.waitForRequest(1);
      await interrupt();
      await vi.waitFor(() => expect(tandem.records()).toMatchObject([{ status: "cancelled" }]), {
        timeout: 20_000,
        interval: 50,
      });
      expect(await end()).toMatchObject({ signal: null });
    },
  );
});
