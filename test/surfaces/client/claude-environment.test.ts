import { expect } from "vitest";
import { ownEnvironment } from "../../../src/surfaces/client/claude-environment.ts";
import { verifies } from "../../support/requirements.ts";

verifies("mcp.environment", "the client's secrets are left out, and what Codex needs stays", () => {
  const kept = { PATH: "/bin", CODEX_API_KEY: "k", OPENAI_API_KEY: "o", TANDEM_HOME: "/s", CLAUDECODE: "1" };
  const dropped = {
    ANTHROPIC_API_KEY: "a",
    ANTHROPIC_AUTH_TOKEN: "a",
    anthropic_custom_headers: "a",
    CLAUDE_CODE_MESSAGING_TOKEN: "c",
    CLAUDE_CODE_OAUTH_TOKEN: "c",
    CLAUDE_PLUGIN_OPTION_KEY: "c",
    MCP_CLIENT_SECRET: "m",
    MCP_OAUTH_CALLBACK_PORT: "m",
  };
  expect(ownEnvironment({ ...kept, ...dropped })).toEqual(kept);
});
