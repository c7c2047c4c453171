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

/** The environment for all that this server starts: the client's own secrets are left out. */
export function ownEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !foreign.some(({ names }) => names.test(name))),
  );
}
