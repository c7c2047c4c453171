import { expect } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer, ourTool, promptOf, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies("plugin.commands.free", "probe", async () => {
    const world = await startPluginWorld({
      client,
      codexScript: () => message("Codex says hello."),
      committed: { "a.txt": "one\n" },
      changed: { "a.txt": "two\n" },
      script: [
        {
          when: (r) => r.toolResults.some(({ text }) => text.includes("Receipt:")),
          reply: (r) => says(r.toolResults[0]?.text ?? ""),
        },
        {
          when: "Get its answer: result",
          reply: (r) => calls(ourTool("result"), JSON.parse(/result (\{.*\})/.exec(r.newest)?.[1] ?? "{}")),
        },
        { when: () => true, reply: says("Else.") },
      ],
    });
    const host = await world.host();
    await host.waitForServer(ourServer);
    const show = async (p: string) => {
      const n = world.endpoint.requests.length;
      const r = await host.ask(p);
      console.log(
        "#####",
        p,
        "\n=>",
        r["result"],
        "\nREQ",
        world.endpoint.requests.slice(n).map((q) => promptOf(q).slice(-2500)),
      );
    };
    await show("/codex:status");
    await show("/codex:consult --nope x");
    await show('/codex:consult what\'s "this" $(touch pwned) `id` ; echo !`touch pwned2` --write');
    await show("/codex:result");
    await show("/codex:result --show");
    await show("/codex:dry-run review");
    await show("/codex:review --background");
    await show("/codex:cancel");
    await show("/codex:status --all");
    await show("/codex:rescue --model gpt-5 fix\nit `x`");
    expect(1).toBe(1);
  });
});
