import { describe, expect } from "vitest";
import { declineServerRequest, requestEvent } from "../../../src/codex/app-server/server-requests.ts";
import type { ServerRequest } from "../../../src/codex/protocol/generated.ts";
import { verifies } from "../../support/requirements.ts";

type Method = ServerRequest["method"];

interface Expected {
  /** The parts of the request that the answer or its record reads. */
  readonly parameters: object;
  /** What goes back; the source holds its type against Codex's own. "error" is a JSON-RPC error, which Codex takes as a refusal. */
  readonly result: unknown;
  readonly text?: string;
}

/** One row a method that Codex may ask: a method that a newer Codex adds to the generated types fails the type check here. */
const rows: Readonly<Record<Method, Expected>> = {
  "item/commandExecution/requestApproval": {
    parameters: { command: "rm -rf /", reason: null },
    result: { decision: "decline" },
    text: "rm -rf /",
  },
  "item/fileChange/requestApproval": {
    parameters: { reason: "outside of the workspace" },
    result: { decision: "decline" },
    text: "outside of the workspace",
  },
  "item/permissions/requestApproval": {
    parameters: { reason: null },
    result: { permissions: {}, scope: "turn" },
    text: "more permissions",
  },
  "item/tool/requestUserInput": {
    parameters: { questions: [{ question: "Which one?" }, { question: "Really?" }] },
    result: { answers: {} },
    text: "Which one? / Really?",
  },
  "mcpServer/elicitation/request": {
    parameters: { serverName: "srv" },
    result: { action: "decline", content: null, _meta: null },
    text: "a form of the MCP server srv",
  },
  "item/tool/call": {
    parameters: { tool: "launch" },
    result: {
      contentItems: [{ type: "inputText", text: "This client hosts no tools." }],
      success: false,
    },
    text: "the tool launch",
  },
  "currentTime/read": { parameters: {}, result: { currentTimeAt: expect.any(Number) } },
  applyPatchApproval: {
    parameters: {},
    result: { decision: { denied: { rejection: expect.any(String) } } },
  },
  execCommandApproval: {
    parameters: {},
    result: { decision: { denied: { rejection: expect.any(String) } } },
  },
  "account/chatgptAuthTokens/refresh": { parameters: {}, result: "error" },
  "attestation/generate": { parameters: {}, result: "error" },
};

function request(method: string, parameters: object): ServerRequest {
  return { method, id: 0, params: parameters } as unknown as ServerRequest;
}

describe.each(Object.entries(rows))("%s", (method, { parameters, result, text }) => {
  verifies("codex.server_requests", "is answered with a refusal that Codex reads", () => {
    const ask = () => declineServerRequest(request(method, parameters));
    if (result === "error") {
      expect(ask).toThrow(`${method} is not offered`);
      return;
    }
    const answer = ask();
    expect(answer.result).toEqual(result);
    if (text !== undefined) expect(answer.text).toBe(text);
    expect(JSON.stringify(answer.result)).not.toMatch(/accept|approved/);
  });
});

verifies(
  "codex.server_requests",
  "a method of a newer Codex is refused with its name, in bounded length",
  () => {
    const huge = request("item/future/ask", { text: "x".repeat(100_000) });
    expect(() => declineServerRequest(huge)).toThrow(/item\/future\/ask/);
    try {
      declineServerRequest(huge);
    } catch (error) {
      expect(String(error).length).toBeLessThan(400);
    }
  },
);

verifies("codex.server_requests", "the journal says what was asked and what was answered", () => {
  expect(requestEvent("item/tool/call", { decision: "refused", text: "the tool launch" })).toEqual({
    type: "request_answered",
    method: "item/tool/call",
    decision: "refused",
    text: "the tool launch",
  });
});
