import { expect } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies("plugin.commands.free", "probe agent", async () => {
    const world = await startPluginWorld({
      client,
      codexScript: () => message("Codex says hello."),
      settings: { permissions: { allow: ["mcp__plugin_codex_tandem"] } },
      script: [
        {
          when: "please lazy",
          reply: calls("Agent", {
            subagent_type: "codex:codex-rescue",
            description: "d",
            prompt: "SUBLAZY",
            run_in_background: false,
          }),
        },
        {
          when: "please honest",
          reply: calls("Agent", {
            subagent_type: "codex:codex-rescue",
            description: "d",
            prompt: "SUBHONEST",
            run_in_background: false,
          }),
        },
        { when: "SUBHONEST", reply: calls(ourTool("task"), { task: "Say hello." }) },
        {
          when: (r) => !r.tools.includes("Agent") && r.toolResults.length > 0,
          reply: (r) => says(r.toolResults[0]?.text ?? ""),
        },
        { when: (r) => !r.tools.includes("Agent"), reply: says("It is a race in the cache.") },
        { when: () => true, reply: says("Done.") },
      ],
    });
    const host = await world.host();
    await host.waitForServer(ourServer);
    for (const p of ["please honest", "please lazy"]) {
      const n = world.endpoint.requests.length;
      const e = host.events.items.length;
      const r = await host.ask(p);
      await new Promise((s) => setTimeout(s, 3000));
      console.log(
        "#####",
        p,
        r["result"],
        world.endpoint.requests.slice(n).map((q) => q.newest.slice(-900)),
        host.events.items
          .slice(e)
          .filter(({ type, subtype }) => type === "system" && subtype !== "init")
          .map((x) => JSON.stringify(x).slice(0, 700)),
      );
    }
    const t = await world.terminal();
    await t.waitForServer(ourServer);
    await t.submit("please lazy");
    await new Promise((s) => setTimeout(s, 6000));
    console.log(t.screen());
    await t.submit("/codex:status");
    await new Promise((s) => setTimeout(s, 1000));
    console.log(t.screen());
    expect(1).toBe(1);
  });
});
