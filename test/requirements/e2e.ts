export const e2eRequirements = {
  "e2e.harness.loopback": {
    promise:
      "Claude Code under test speaks to the scripted endpoint only, from a home and with settings of its own.",
    source: "DESIGN §9 (no login, no traffic but loopback)",
  },
  "e2e.harness.script": {
    promise:
      "The scripted endpoint plays a model: turns by what the request says, tool calls, waits, refusals.",
    source: "DESIGN §9; claude-code.md A",
  },
  "e2e.harness.mcp": {
    promise:
      "Both clients speak to a plugin's server as the facts say: handshake, calls, large results, a crash.",
    source: "claude-code.md C4",
  },
  "e2e.harness.host": {
    promise: "A test can answer permissions and forms of both clients, and interrupt them.",
    source: "claude-code.md A (SDK-host mode), C4 (cancel, elicitation)",
  },
  "e2e.harness.terminal": {
    promise: "A test sees what a person sees in both clients, and presses keys.",
    source: "claude-code.md A (TUI), C4 (progress, Esc)",
  },
  "e2e.harness.hook": {
    promise: "A hook on a plugin's own server answers a slash command without a request to the model.",
    source: "claude-code.md C2 (zero-model command)",
  },
  "e2e.harness.codex": {
    promise: "What Claude Code starts under test reaches the Codex and the state folder of the test.",
    source: "DESIGN §9 (never the real home, CODEX_HOME or Claude folders)",
  },
  "e2e.harness.validate": {
    promise: "Both clients judge a plugin and its marketplace, and what they refuse fails the check.",
    source: "issue 6 (validates with --strict in both pinned versions)",
  },
  "e2e.mcp": {
    promise:
      "Both clients call every tool of our server: errors, pages, forms, 20 calls at once, progress, Esc, a crash, and runs that outlive them.",
    source: "issue 5 (must be shown by tests)",
  },
} as const;
