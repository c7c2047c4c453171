import { variableOf } from "../../settings/paths.ts";

/** Variables of the client that nothing of ours may see, and why. */
const foreign: readonly { readonly names: RegExp; readonly reason: string }[] = [
  {
    names: /^ANTHROPIC_/i,
    reason:
      "Keys, tokens, headers and addresses of Claude Code's own model: it hands its whole environment to its servers (2.1.197, 2.1.329).",
  },
  {
    // CLAUDECODE stays: it says that Claude Code asks.
    names: /^CLAUDE_/i,
    reason:
      "Messaging and login tokens of Claude Code, its session, and options of plugins, which may be secrets.",
  },
  {
    names: /^MCP_(?:CLIENT_SECRET|OAUTH_)/i,
    reason: "Secrets with which a client logs in to other MCP servers.",
  },
];

/**
 * Options of the plugin and the settings that they set, by the names in which the server's `.mcp.json` hands them over and in which
 * Claude Code tells them to hooks (2.1.197, 2.1.329).
 */
const pluginOptions: readonly { readonly names: readonly string[]; readonly settings: readonly string[] }[] =
  [
    { names: ["TANDEM_OPTION_MODEL", "CLAUDE_PLUGIN_OPTION_MODEL"], settings: ["TANDEM_MODEL"] },
    { names: ["TANDEM_OPTION_EFFORT", "CLAUDE_PLUGIN_OPTION_EFFORT"], settings: ["TANDEM_EFFORT"] },
    {
      names: ["TANDEM_OPTION_WAIT_BUDGET", "CLAUDE_PLUGIN_OPTION_WAIT_BUDGET"],
      settings: ["TANDEM_WAIT_BUDGET", "TANDEM_MCP_WAIT_BUDGET"],
    },
    { names: ["TANDEM_OPTION_APPROVALS", "CLAUDE_PLUGIN_OPTION_APPROVALS"], settings: ["TANDEM_APPROVALS"] },
    { names: ["TANDEM_OPTION_CODEX", "CLAUDE_PLUGIN_OPTION_CODEX_PATH"], settings: ["TANDEM_CODEX"] },
  ];

/**
 * The environment for all that a server or hook of Claude Code starts: the client's own secrets are left out, and the plugin's options
 * are settings where the person has set nothing nearer. An option that is not set is empty.
 */
export function ownEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith("TANDEM_OPTION_") && !foreign.some(({ names }) => names.test(name)),
    ),
  );
  for (const { names, settings } of pluginOptions) {
    const value = names.map((name) => variableOf(environment, name)).find((word) => word !== undefined);
    if (value === undefined) continue;
    for (const setting of settings) kept[setting] = variableOf(environment, setting) ?? value;
  }
  return kept;
}
