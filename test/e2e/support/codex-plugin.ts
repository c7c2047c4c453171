import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeHome } from "../../support/homes.ts";

/** What Claude Code calls our server. */
export const codexServer = "plugin:codex:tandem";

/** What the model calls a tool of ours. */
export const codexTool = (name: string) => `mcp__plugin_codex_tandem__${name}`;

/** For `settings`: our tools need no permission. */
export const toolsAllowed = { permissions: { allow: ["mcp__plugin_codex_tandem"] } };

/** A plugin with our server, a slash command and the hook that answers it, around a command line that is built already. */
export async function makeCodexPlugin(program: string): Promise<string> {
  const folder = makeHome("plugin");
  const start = join(dirname(dirname(program)), "start.cjs");
  const call = {
    type: "mcp_tool",
    server: codexServer,
    tool: "hook_slash",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills these in.
    input: { command: "${command_name}", args: "${command_args}", cwd: "${cwd}", session: "${session_id}" },
    timeout: 10,
  };
  const files = {
    ".claude-plugin/plugin.json": { name: "codex", version: "1.0.0", description: "Under test." },
    ".mcp.json": { mcpServers: { tandem: { command: process.execPath, args: [start, "mcp"] } } },
    "hooks/hooks.json": {
      hooks: { UserPromptExpansion: [{ matcher: "codex:status", hooks: [call] }] },
    },
  };
  for (const [path, content] of Object.entries(files))
    await write(join(folder, path), JSON.stringify(content));
  await write(
    join(folder, "commands", "status.md"),
    "---\ndescription: Status\n---\nCall the tool status.\n",
  );
  return folder;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
