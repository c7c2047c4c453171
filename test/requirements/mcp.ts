export const mcpRequirements = {
  "mcp.handshake": {
    promise:
      "The server speaks protocol 2025-11-25 with any client and answers server/discover at once with -32601; stdout carries protocol bytes only.",
    source: "issue 5 (4, 5); DESIGN §7",
  },
  "mcp.list": {
    promise:
      "Seven tools in at most 16 KB, each described in at most 1,000 characters with the rule first and what leaves the machine.",
    source: "issue 5 (1); lessons §7 37, 38",
  },
  "mcp.consult": {
    promise: "consult gives Codex's answer as text for the model, with a header and how to go on.",
    source: "issue 5 (1, 2)",
  },
} as const;
