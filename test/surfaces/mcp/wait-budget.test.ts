import { expect } from "vitest";
import { waitBudget } from "../../../src/surfaces/mcp/calls/wait-budget.ts";
import { describeClient, readClaudeFacts } from "../../../src/surfaces/mcp/client-facts.ts";
import { verifies } from "../../support/requirements.ts";

const session = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "s", CLAUDE_CODE_ENTRYPOINT: "cli" };

function budget(
  environment: Readonly<Record<string, string>>,
  version = "2.1.329",
  name = "claude-code",
  chosen?: number,
): number | undefined {
  return waitBudget(describeClient({ name, version }, {}, readClaudeFacts(environment)), chosen);
}

verifies("mcp.patience", "only a known Claude Code with a person before it is waited with to the end", () => {
  expect(budget(session)).toBeUndefined();
  expect(budget(session, "2.9.0")).toBeUndefined();
  for (const version of ["2.1.328", "2.1.329-beta.1", "1.99.0", "3.0.0", "newest", ""]) {
    expect(budget(session, version), version).toBe(50_000);
  }
  expect(budget(session, "2.1.329", "another")).toBe(50_000);
  expect(budget({})).toBe(50_000);
  expect(budget({ ...session, CLAUDE_CODE_ENTRYPOINT: "sdk-cli" })).toBe(50_000);
  expect(budget({ ...session, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" })).toBe(50_000);
  expect(budget({ ...session, CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS: "600000" })).toBe(50_000);
});

verifies("mcp.patience", "the setting wins, and a call ends before the client's own limit", () => {
  expect(budget(session, "2.1.329", "claude-code", 7_000)).toBe(7_000);
  expect(budget({ ...session, MCP_TOOL_TIMEOUT: "30000" })).toBe(25_000);
  expect(budget({ ...session, MCP_TOOL_TIMEOUT: "600000" })).toBe(50_000);
  expect(budget({ ...session, MCP_TOOL_TIMEOUT: "10" })).toBe(1_000);
  for (const limit of ["", "soon", "0", "-5"]) {
    expect(budget({ ...session, MCP_TOOL_TIMEOUT: limit }), limit).toBeUndefined();
  }
});

verifies("mcp.forms", "a client has forms when it says so, in the words of any revision", () => {
  const takes = (elicitation: unknown) => describeClient({}, { elicitation }, undefined).takesForms;
  expect([{}, { form: {} }, { form: {}, url: {} }].map(takes)).toEqual([true, true, true]);
  expect([undefined, { url: {} }, null, 7, []].map(takes)).toEqual([false, false, false, false, false]);
});
