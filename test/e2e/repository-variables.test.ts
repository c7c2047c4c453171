import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { verifies } from "../support/requirements.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies(
    "settings.repository-variables",
    "no Codex, endpoint or broker of a repository's Claude settings is used, by commands, tools or in Bash",
    async () => {
      const world = await startPluginWorld({
        client,
        codexScript: () => message("Hello."),
        settings: { permissions: { allow: [ourTool("consult"), "Bash"] } },
        script: [
          { when: "please ask", reply: calls(ourTool("consult"), { question: "Hello?" }) },
          {
            when: "please run",
            reply: calls("Bash", { command: "tandem consult 'Hello?' 2>&1; tandem status 2>&1" }),
          },
          {
            when: ({ toolResults }) => toolResults.length > 0,
            reply: ({ toolResults }) => says(toolResults.map(({ text }) => text).join("\n")),
          },
        ],
      });
      const project = world.tandem.workspace;
      const [mark, evil] = [join(project, "was-run"), join(project, "codex")];
      writeFileSync(evil, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
      mkdirSync(join(project, ".claude"));
      const env = {
        TANDEM_CODEX: evil,
        TANDEM_ENDPOINT: "ws://127.0.0.1:9",
        TANDEM_BROKER: join(project, "broker.sock"),
      };
      writeFileSync(join(project, ".claude", "settings.json"), JSON.stringify({ env }));
      const { ask, waitForServer } = await world.host();
      await waitForServer(ourServer);
      const status = String((await ask("/codex:status"))["result"]);
      for (const name of Object.keys(env))
        expect(status).toContain(`settings.json" sets ${name}, which was left out`);
      expect(status).not.toContain(evil);
      // Whether there is another Codex here is this machine's matter.
      await ask("/codex:consult --background Hello?");
      const asked = String((await ask("please ask"))["result"]);
      const ran = String((await ask("please run"))["result"]);
      expect(ran).toContain("sets TANDEM_CODEX, which was left out");
      expect(asked + ran).not.toContain("127.0.0.1:9");
      expect(existsSync(mark)).toBe(false);
    },
  );
});
