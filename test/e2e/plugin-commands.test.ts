import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { gate } from "../../src/rehearsal/gate.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { reviewer, reviewerJson } from "../support/reviewer.ts";
import { startClaudeWorld } from "./support/claude-world.ts";
import { withEachClient } from "./support/clients.ts";
import type { Rule } from "./support/messages-endpoint.ts";
import { calls, says } from "./support/messages-reply.ts";
import type { MessagesRequest } from "./support/messages-request.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

const hostile = 'it\'s "this" $(touch pwned) `id` ; echo !`touch pwned` --write \\n\nCODEX\n${HOME} é';

/** A model that does what the note of a run says, and shows what the tool gave. */
const obedient: readonly Rule[] = [
  { when: ({ toolResults }) => toolResults.length > 0, reply: (request) => says(toolText(request)) },
  {
    when: "Get its answer: result",
    reply: ({ newest }) => calls(ourTool("result"), JSON.parse(/result (\{.*\})/.exec(newest)?.[1] ?? "")),
  },
];

const toolText = ({ toolResults }: MessagesRequest) => toolResults.map(({ text }) => text).join("\n");

withEachClient((client) => {
  verifies("plugin.commands.free", "what needs no model asks none, whatever is typed", async () => {
    const held = gate();
    const world = await startPluginWorld({
      client,
      codexScript: () => message("Codex says hello.", { after: held }),
      script: [{ when: "Hello", reply: says("Hello.") }],
    });
    const { ask, waitForServer } = await world.host();
    await waitForServer(ourServer);
    const say = async (command: string) => String((await ask(`/codex:${command}`))["result"]);
    expect(await say("status")).toContain("No jobs here.");
    expect(await say("consult --nope x")).toContain('Error (usage): /codex:consult has no flag "--nope"');
    expect(await say("status $(touch pwned)")).toContain("is not the name of a job");
    expect(await say(`dry-run consult ${hostile}`)).toContain("DRY RUN: nothing was started");
    expect(await say("result --show")).toContain("Error (job_not_found)");
    expect(await say("review")).toContain("Error (not_a_git_repo)");
    expect(world.tandem.records()).toEqual([]);
    expect(await say(`consult --background ${hostile}`)).toContain(
      "Codex works on it in the background: job ",
    );
    expect(await say("status")).toMatch(/1 (?:running|queued)/);
    expect(await say("cancel")).toContain("was cancelled");
    held.open();
    const [job] = world.tandem.records();
    expect(job).toMatchObject({ status: "cancelled", askedBy: "claude-code" });
    expect(promptOfJob(world.tandem.stateRoot, job?.id ?? "")).toBe(hostile);
    expect(await say("result --show")).toContain("Error (cancelled)");
    expect(world.endpoint.requests).toEqual([]);
    expect(existsSync(join(world.tandem.workspace, "pwned"))).toBe(false);
    // Nor does the model get to read it later: what Codex said would stand there as the person's words.
    await ask("Hello");
    expect(JSON.stringify(world.endpoint.requests[0]?.body.messages)).not.toContain("No jobs here.");
  });

  verifies("plugin.commands.run", "a review begins by itself, and its text is the tool's", async () => {
    const world = await startPluginWorld({
      client,
      committed: { "a.ts": "one\n" },
      changed: { "a.ts": "two\n" },
      codexScript: (workspace) =>
        reviewer(["cat a.ts"], reviewerJson("patch is incorrect", [{ path: join(workspace, "a.ts") }])),
      script: [...obedient, { when: "fix finding 1", reply: says("Done.") }],
    });
    const { ask, waitForServer } = await world.host();
    await waitForServer(ourServer);
    const { result } = await ask("/codex:review --scope working-tree");
    expect(result).toMatch(/^Review of uncommitted changes\njob .*\nReceipt: /);
    expect(result).toContain("Handle the empty case");
    expect(world.tandem.records()).toMatchObject([{ kind: "review", status: "succeeded" }]);
    expect(world.endpoint.requests).toHaveLength(2);
    const [first] = world.endpoint.requests;
    expect(first?.newest).toContain("Fix nothing and run nothing of it unless the person asks");
    await ask("/codex:result");
    await ask("fix finding 1");
    // The stored result is in the conversation: the next prompt can speak of it.
    expect(JSON.stringify(world.endpoint.requests.at(-1)?.body)).toContain("The stored result of Codex job");
  });

  verifies("plugin.commands.exact", "a question arrives at Codex as it was typed", async () => {
    const world = await startPluginWorld({
      client,
      codexScript: () => message("Codex says hello."),
      script: obedient,
    });
    const { ask, waitForServer } = await world.host();
    await waitForServer(ourServer);
    const { result } = await ask(`/codex:consult --effort low ${hostile}`);
    expect(result).toContain("Codex says hello.");
    const [job] = world.tandem.records();
    expect(promptOfJob(world.tandem.stateRoot, job?.id ?? "")).toBe(hostile);
    expect(JSON.stringify(world.tandem.model.requests[0]?.body)).toContain(
      JSON.stringify(hostile).slice(1, -1),
    );
    expect(existsSync(join(world.tandem.workspace, "pwned"))).toBe(false);
  });

  verifies(
    "plugin.commands.fallback",
    "without the server the command line answers, as exactly",
    async () => {
      const world = await startPluginWorld({ client, codexScript: () => message("") });
      const folder = join(makeHome("plugin"), "plugin");
      await cp(world.pluginFolder, folder, { recursive: true });
      await rm(join(folder, ".mcp.json"));
      const { endpoint, print } = await startClaudeWorld({
        client,
        pluginFolder: folder,
        project: world.tandem.workspace,
        environment: world.tandem.environment,
        script: [{ when: "Show that output word for word", reply: says("Shown.") }],
      });
      expect((await print("/codex:status")).result).toBe("Shown.");
      expect(endpoint.requests[0]?.newest).toContain("No jobs here.");
      expect((await print(`/codex:dry-run consult ${hostile}`)).result).toBe("Shown.");
      expect(endpoint.requests[1]?.newest).toContain("DRY RUN: nothing was started");
      // A command that fails asks no model; the newest client shows why.
      const refused = await print("/codex:cancel $(touch pwned) `id`");
      if (client.name === "newest") expect(refused.result).toContain("is not the name of a job");
      expect(endpoint.requests).toHaveLength(2);
      expect(existsSync(join(world.tandem.workspace, "pwned"))).toBe(false);
    },
  );

  verifies(
    "plugin.commands.fallback",
    "while the server is still starting every command gets its answer",
    async () => {
      const world = await startPluginWorld({ client, codexScript: () => message("Codex says hello.") });
      const folder = join(makeHome("plugin"), "plugin");
      await cp(world.pluginFolder, folder, { recursive: true });
      const open = join(folder, "open");
      const waits = `until [ -e "${open}" ]; do sleep 0.1; done; exec node "${join(folder, "bin", "tandem")}" mcp`;
      const servers = { mcpServers: { tandem: { command: "sh", args: ["-c", waits] } } };
      await writeFile(join(folder, ".mcp.json"), JSON.stringify(servers));
      const { endpoint, host } = await startClaudeWorld({
        client,
        pluginFolder: folder,
        project: world.tandem.workspace,
        environment: { ...world.tandem.environment, MCP_CONNECTION_NONBLOCKING: undefined },
        settings: { permissions: { allow: [ourTool("consult")] } },
        script: [
          { when: "Show that output word for word", reply: (request) => says(request.newest) },
          { when: "is still connecting", reply: calls("WaitForMcpServers") },
          {
            when: ({ newest, toolResults }) =>
              newest.includes("the plugin's server was not ready") ||
              toolResults.some(({ text }) => text.includes(ourServer)),
            reply: () => {
              writeFileSync(open, "");
              return calls(ourTool("consult"), { question: "Hello?" });
            },
          },
          ...obedient,
        ],
      });
      const { ask } = await host();
      if (client.name === "oldest") {
        // It does not wait for the server: the command line answers, and the model calls the tool itself.
        expect((await ask("/codex:status"))["result"]).toContain("No jobs here.");
        expect(endpoint.requests).toHaveLength(1);
        expect((await ask("/codex:consult Hello?"))["result"]).toContain("Codex says hello.");
      } else {
        const asked = ask("/codex:status");
        writeFileSync(open, "");
        expect((await asked)["result"]).toContain("No jobs here.");
        expect(endpoint.requests).toEqual([]);
      }
    },
  );

  verifies(
    "plugin.setup",
    "setup tells what it found, and writes the rules only when it is told to",
    async () => {
      const world = await startPluginWorld({
        client,
        codexScript: () => message(""),
        script: [{ when: "Codex can be used here", reply: says("Seen.") }],
      });
      const plugin = async (...words: readonly string[]) => {
        const child = world.start(["plugin", ...words]);
        child.closeInput();
        expect(await child.ended).toMatchObject({ exitCode: 0 });
      };
      await plugin("marketplace", "add", await otherMarketplace());
      await plugin("install", "codex@openai-codex");
      const { ask, waitForServer } = await world.host();
      await waitForServer(ourServer);
      expect((await ask("/codex:setup --allow-read-only"))["result"]).toBeDefined();
      const settings: unknown = JSON.parse(readFileSync(join(world.configFolder, "settings.json"), "utf8"));
      expect(settings).toMatchObject({
        permissions: { allow: [ourTool("consult"), ourTool("result"), ourTool("review"), ourTool("status")] },
      });
      // The command that it names does it, and then there is nothing left to say.
      const named = /claude plugin (disable codex@openai-codex)/.exec(
        world.endpoint.requests[0]?.newest ?? "",
      );
      await plugin(...(named?.[1]?.split(" ") ?? []));
      expect((await ask("/codex:setup"))["result"]).toMatch(
        /no other plugin answers to \/codex:[^]*read-only tools run without a question/,
      );
      expect(world.endpoint.requests).toHaveLength(1);
    },
  );
});

/** A marketplace with another plugin called codex. */
async function otherMarketplace(): Promise<string> {
  const folder = makeHome("marketplace");
  const write = async (path: string, value: unknown) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(value));
  };
  await write(".claude-plugin/marketplace.json", {
    name: "openai-codex",
    owner: { name: "somebody" },
    plugins: [{ name: "codex", source: "./plugin" }],
  });
  await write("plugin/.claude-plugin/plugin.json", { name: "codex", version: "1.0.0" });
  return folder;
}

function promptOfJob(stateRoot: string, job: string): unknown {
  const request: unknown = JSON.parse(readFileSync(join(stateRoot, "jobs", job, "request.json"), "utf8"));
  return (request as { readonly prompt?: string }).prompt;
}
