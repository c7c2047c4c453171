import { expect } from "vitest";
import {
  allowsTool,
  describeUnknownServers,
  mcpServerConfig,
  readMcpAllowList,
} from "../../src/codex/mcp-allow.ts";
import { verifies } from "../support/requirements.ts";

const rows: readonly (readonly [
  entries: readonly string[],
  server: string,
  tool: string,
  allowed: boolean,
])[] = [
  [[], "docs", "find", false],
  [["docs"], "docs", "find", true],
  [["docs.find"], "docs", "find", true],
  [["docs.find"], "docs", "write", false],
  [["docs.find", "docs.write"], "docs", "write", true],
  [["docs.find", "docs"], "docs", "write", true],
  [["docs", "docs.find"], "docs", "write", true],
  [["docs.a.b"], "docs", "a.b", true],
  [["docs.a.b"], "docs", "a", false],
  [["docs"], "docs2", "find", false],
  [["docs.find"], "constructor", "find", false],
  [["docs.constructor"], "docs", "toString", false],
];
for (const [entries, server, tool, allowed] of rows) {
  const list = entries.length === 0 ? "nothing" : entries.join(", ");
  verifies(
    "approvals.mcp_tools",
    `${list} ${allowed ? "allows" : "does not allow"} ${server}.${tool}`,
    () => {
      expect(allowsTool(entries, server, tool)).toBe(allowed);
    },
  );
}

verifies("approvals.mcp_tools", "what Codex is told of a server", () => {
  const trusted = { untrusted: false };
  const untrusted = { untrusted: true };
  const tools = readMcpAllowList(["a.x", "a.y", "a.x"]).get("a");
  expect(mcpServerConfig(undefined, trusted)).toEqual({ enabled: false });
  expect(mcpServerConfig(undefined, untrusted)).toEqual({ enabled: false });
  expect(mcpServerConfig("all", trusted)).toEqual({ default_tools_approval_mode: "approve" });
  expect(mcpServerConfig("all", untrusted)).toBeUndefined();
  expect(mcpServerConfig(tools, trusted)).toEqual({
    enabled_tools: ["x", "y"],
    default_tools_approval_mode: "approve",
  });
  expect(mcpServerConfig(tools, untrusted)).toEqual({ enabled_tools: ["x", "y"] });
});

verifies(
  "approvals.mcp_tools",
  "a server that Codex does not know is told, once for all of its tools",
  () => {
    const told = describeUnknownServers({
      mcpAllowed: ["docs.find", "gone.a", "gone.b", "away"],
      mcpConfigured: ["docs", "other"],
    });
    expect(told.map((text) => /"(.+)"/.exec(text)?.[1])).toEqual(["gone", "away"]);
    expect(describeUnknownServers({ mcpAllowed: [], mcpConfigured: ["docs"] })).toEqual([]);
  },
);
