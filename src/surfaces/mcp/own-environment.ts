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

/** Options of the plugin, by the variable in which its `.mcp.json` hands each over, and the settings that they set. */
const pluginOptions: Readonly<Record<string, readonly string[]>> = {
  TANDEM_OPTION_MODEL: ["TANDEM_MODEL"],
  TANDEM_OPTION_EFFORT: ["TANDEM_EFFORT"],
  TANDEM_OPTION_WAIT_BUDGET: ["TANDEM_WAIT_BUDGET", "TANDEM_MCP_WAIT_BUDGET"],
  TANDEM_OPTION_APPROVALS: ["TANDEM_APPROVALS"],
  TANDEM_OPTION_CODEX: ["TANDEM_CODEX"],
};

/**
 * The environment for all that this server starts: the client's own secrets are left out, and the plugin's options are settings where
 * the person has set nothing nearer. An option that is not set is empty.
 */
export function ownEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !Object.hasOwn(pluginOptions, name) && !foreign.some(({ names }) => names.test(name)),
    ),
  );
  for (const [option, settings] of Object.entries(pluginOptions)) {
    const value = variableOf(environment, option);
    if (value === undefined) continue;
    for (const setting of settings) kept[setting] = variableOf(environment, setting) ?? value;
  }
  return kept;
}
