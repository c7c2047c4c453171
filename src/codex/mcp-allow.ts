import type { ConfigTable } from "./config-value.ts";

/** Which tools of an MCP server a run may use. */
export type AllowedTools = "all" | readonly string[];

/**
 * Reads the entries of an allow-list: `server` stands for all tools of a server, `server.tool` for one. Names of servers hold no
 * dot (Codex 0.169), those of tools may.
 */
export function readMcpAllowList(entries: readonly string[]): ReadonlyMap<string, AllowedTools> {
  const allowed = new Map<string, AllowedTools>();
  for (const entry of entries) {
    const dot = entry.indexOf(".");
    const server = dot < 0 ? entry : entry.slice(0, dot);
    const before = allowed.get(server) ?? [];
    if (dot < 0 || before === "all") allowed.set(server, "all");
    else allowed.set(server, [...new Set([...before, entry.slice(dot + 1)])]);
  }
  return allowed;
}

/** What is said of servers on an allow-list that Codex's configuration does not have: nothing of them can start. */
export function describeUnknownServers(context: {
  readonly mcpAllowed: readonly string[];
  readonly mcpConfigured: readonly string[];
}): readonly string[] {
  const names = [...readMcpAllowList(context.mcpAllowed).keys()];
  return names
    .filter((name) => !context.mcpConfigured.includes(name))
    .map((name) => `Codex's configuration has no MCP server ${JSON.stringify(name)}, so none was started.`);
}

/** True when an allow-list covers a tool. */
export function allowsTool(entries: readonly string[], server: string, tool: string): boolean {
  const tools = readMcpAllowList(entries).get(server);
  return tools === "all" || (tools?.includes(tool) ?? false);
}

/**
 * What Codex is told of one of its MCP servers. A tool that does not call itself read-only fails under the approval policy `never`
 * and asks under `on-request`; `approve` lets it run, unless the user's own configuration names another mode for that very tool
 * (Codex 0.169). Where the repository is untrusted its words could lead to such calls, so there only the tools that call
 * themselves read-only run. Undefined where the user's own configuration stays as it is.
 */
export function mcpServerConfig(
  tools: AllowedTools | undefined,
  { untrusted }: { readonly untrusted: boolean },
): ConfigTable | undefined {
  if (tools === undefined) return { enabled: false };
  const config: ConfigTable = {
    ...(tools === "all" ? {} : { enabled_tools: [...tools] }),
    ...(untrusted ? {} : { default_tools_approval_mode: "approve" }),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}
