import { expect } from "vitest";
import { callKey } from "../../../src/surfaces/mcp/calls/call-key.ts";
import { CurrentSession } from "../../../src/surfaces/mcp/current-session.ts";
import type { McpHost } from "../../../src/surfaces/mcp/host.ts";
import { verifies } from "../../support/requirements.ts";

const toolUse = "toolu_01A09q90qw90lq917835lq9";
const hostOf = (session?: string) =>
  ({ session: new CurrentSession(session, async () => undefined) }) as McpHost;

verifies("mcp.idempotency", "a key is the caller's, else the session's use of the tool, else none", () => {
  expect(callKey("mine", { toolUse, host: hostOf("s") })).toBe("mine");
  expect(callKey(undefined, { toolUse, host: hostOf("s") })).toBe(`s/${toolUse}`);
  expect(callKey(undefined, { toolUse, host: hostOf("t") })).toBe(`t/${toolUse}`);
  expect(callKey(undefined, { toolUse, host: hostOf() })).toBe(`no session/${toolUse}`);
  expect(callKey(undefined, { host: hostOf("s") })).toBeUndefined();
  for (const weak of ["toolu_1", "1", "call_0123456789abcdef", "toolu_../../../../etc"]) {
    expect(callKey(undefined, { toolUse: weak, host: hostOf("s") }), weak).toBeUndefined();
  }
});
