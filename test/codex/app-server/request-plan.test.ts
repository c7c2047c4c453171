import { describe, expect } from "vitest";
import type { RequestPlan } from "../../../src/codex/app-server/request-decision.ts";
import { planRequest } from "../../../src/codex/app-server/request-plan.ts";
import { TurnRequests } from "../../../src/codex/app-server/turn-requests.ts";
import type { FileUpdateChange, ServerRequest } from "../../../src/codex/protocol/generated.ts";
import { Watchdog } from "../../../src/codex/watchdog.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { answerOrigins, type PendingAnswer } from "../../../src/domain/pending.ts";
import { readText } from "../../support/repository.ts";
import { verifies } from "../../support/requirements.ts";

type Method = ServerRequest["method"];

const change: FileUpdateChange = { path: "/outside/x", kind: { type: "add" }, diff: "new\n" };
const schema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const ids = { threadId: "t", turnId: "u", itemId: "i" };

/** What becomes of a request: answered at once, refused with an error, or asked, with the answers to each decision. */
type Expected =
  | { readonly at_once: unknown; readonly reason?: RegExp }
  | { readonly error: true }
  | {
      readonly accept: unknown;
      readonly decline: unknown;
      readonly cancel: unknown;
      readonly isStep: boolean;
    };

interface Row {
  readonly name?: string;
  readonly parameters: object;
  readonly expected: Expected;
}

const step = {
  accept: { decision: "accept" },
  decline: { decision: "decline" },
  cancel: { decision: "cancel" },
  isStep: true,
} as const;

const form = (action: string, content: unknown = null) => ({ action, content, _meta: null });
const declinedForm = { at_once: form("decline") } as const;
const toolCall = (tool_name: unknown) => ({ codex_approval_kind: "mcp_tool_call", tool_name });
const empty = { type: "object", properties: {} };
const denied = { decision: { denied: { rejection: expect.any(String) } } };

/** One list a method that Codex may ask: a method that a newer Codex adds to the generated types fails the type check here. */
const rows: Readonly<Record<Method, readonly Row[]>> = {
  "item/commandExecution/requestApproval": [
    { parameters: { ...ids, kind: "command", command: "ls", cwd: "/w", reason: "why" }, expected: step },
    {
      name: "with amendments on offer",
      parameters: {
        ...ids,
        command: "ls",
        proposedExecpolicyAmendment: ["ls"],
        availableDecisions: ["accept", { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["ls"] } }],
      },
      expected: step,
    },
    {
      name: "for a host",
      parameters: {
        ...ids,
        command: "ls",
        networkApprovalContext: { host: "example.org", protocol: "https" },
      },
      expected: step,
    },
    {
      name: "that can be accepted for the session only",
      parameters: { ...ids, command: "ls", availableDecisions: ["acceptForSession", "cancel"] },
      expected: { at_once: { decision: "decline" }, reason: /once/ },
    },
    {
      name: "that is endless",
      parameters: { ...ids, command: "x".repeat(10_001) },
      expected: { at_once: { decision: "decline" }, reason: /10001 characters/ },
    },
  ],
  "item/fileChange/requestApproval": [
    { parameters: { ...ids, itemId: "patch" }, expected: step },
    {
      name: "for a whole folder",
      parameters: { ...ids, itemId: "patch", grantRoot: "/outside" },
      expected: { at_once: { decision: "decline" }, reason: /\/outside until the end/ },
    },
    {
      name: "of unknown files",
      parameters: { ...ids, itemId: "other" },
      expected: { at_once: { decision: "decline" }, reason: /which files/ },
    },
  ],
  "item/permissions/requestApproval": [
    {
      parameters: { ...ids, reason: null, permissions: { network: { enabled: true }, fileSystem: null } },
      expected: { at_once: { permissions: {}, scope: "turn" }, reason: /one command/ },
    },
  ],
  "item/tool/requestUserInput": [
    {
      parameters: { ...ids, questions: [{ id: "name", question: "Who?", options: null, isOther: false }] },
      expected: {
        accept: { answers: { name: { answers: ["Ada"] } } },
        decline: { answers: {} },
        cancel: { answers: {} },
        isStep: false,
      },
    },
    {
      name: "whose options the answer is none of",
      parameters: {
        ...ids,
        questions: [{ id: "name", question: "Who?", options: [{ label: "Bob" }], isOther: false }],
      },
      expected: { accept: { answers: {} }, decline: { answers: {} }, cancel: { answers: {} }, isStep: false },
    },
  ],
  "mcpServer/elicitation/request": [
    {
      name: "form",
      parameters: { serverName: "docs", mode: "form", _meta: null, message: "Who?", requestedSchema: schema },
      expected: {
        accept: form("accept", { name: "Ada" }),
        decline: form("decline"),
        cancel: form("cancel"),
        isStep: false,
      },
    },
    {
      name: "address",
      parameters: {
        serverName: "docs",
        mode: "url",
        message: "Log in",
        url: "https://x",
        elicitationId: "1",
      },
      expected: { accept: form("accept"), decline: form("decline"), cancel: form("cancel"), isStep: false },
    },
    {
      name: "call of an allowed tool",
      parameters: { serverName: "docs", mode: "form", _meta: toolCall("write"), requestedSchema: empty },
      expected: { at_once: form("accept") },
    },
    {
      name: "call of another tool",
      parameters: { serverName: "docs", mode: "form", _meta: toolCall("destroy"), requestedSchema: empty },
      expected: { ...declinedForm, reason: /docs\.destroy/ },
    },
    {
      name: "call of a tool of another server",
      parameters: { serverName: "evil", mode: "form", _meta: toolCall("write"), requestedSchema: empty },
      expected: { ...declinedForm, reason: /evil\.write/ },
    },
    {
      name: "call of a tool without a name",
      parameters: { serverName: "docs", mode: "form", _meta: toolCall(7), requestedSchema: empty },
      expected: { ...declinedForm, reason: /mcp_tool_call/ },
    },
    {
      name: "form that passes for a call",
      parameters: { serverName: "docs", mode: "form", _meta: toolCall("write"), requestedSchema: schema },
      expected: { ...declinedForm, reason: /mcp_tool_call/ },
    },
    {
      name: "something else that Codex wants approved",
      parameters: {
        serverName: "docs",
        mode: "form",
        _meta: { codex_approval_kind: "tool_suggestion" },
        requestedSchema: empty,
      },
      expected: { ...declinedForm, reason: /tool_suggestion/ },
    },
    ...["openai/form", "openaiForm", "openai/userVerification", "of the future"].map((mode) => ({
      name: mode,
      parameters: { serverName: "docs", mode, message: "Who?", requestedSchema: schema },
      expected: { ...declinedForm, reason: new RegExp(mode) },
    })),
  ],
  "item/tool/call": [
    {
      parameters: { tool: "launch" },
      expected: {
        at_once: { contentItems: [expect.objectContaining({ type: "inputText" })], success: false },
      },
    },
  ],
  "currentTime/read": [{ parameters: {}, expected: { at_once: { currentTimeAt: expect.any(Number) } } }],
  applyPatchApproval: [{ parameters: {}, expected: { at_once: denied } }],
  execCommandApproval: [{ parameters: {}, expected: { at_once: denied } }],
  "account/chatgptAuthTokens/refresh": [{ parameters: {}, expected: { error: true } }],
  "attestation/generate": [{ parameters: {}, expected: { error: true } }],
};

function plan(method: string, parameters: object): RequestPlan {
  return planRequest({ method, id: 0, params: parameters } as unknown as ServerRequest, {
    allowsTool: (server, tool) => server === "docs" && tool === "write",
    changesOf: (item) => (item === "patch" ? [change] : []),
  });
}

const answers = { name: "Ada" };
const byPerson = { origin: "terminal", answers } as const;

describe.each(Object.entries(rows))("%s", (method, list) => {
  for (const { name = "as it comes", parameters, expected } of list) {
    verifies("approvals.every_request", name, () => {
      if ("error" in expected) {
        expect(() => plan(method, parameters)).toThrow(`${method} is not offered`);
        return;
      }
      const made = plan(method, parameters);
      if ("at_once" in expected) {
        expect(made).toMatchObject({ type: "answered", answer: { result: expected.at_once } });
        if (made.type === "answered" && expected.reason) expect(made.answer.reason).toMatch(expected.reason);
        return;
      }
      if (made.type !== "asked") throw new Error("Nobody is asked.");
      for (const decision of ["accept", "decline", "cancel"] as const) {
        const answer = made.decide({ decision, ...byPerson });
        expect(answer.result, decision).toEqual(expected[decision]);
        expect(answer.isFullAccess ?? false).toBe(expected.isStep && decision === "accept");
      }
    });
  }

  verifies("approvals.every_request", "nothing is granted for longer than one step", () => {
    for (const { parameters, expected } of list) {
      if ("error" in expected) continue;
      const made = plan(method, parameters);
      const given =
        made.type === "answered" ? [made.answer] : [made.decide({ decision: "accept", ...byPerson })];
      expect(JSON.stringify(given.map(({ result }) => result))).not.toMatch(
        /session|amendment|persist|always|approved|strict|network|fileSystem/i,
      );
    }
  });

  verifies("approvals.person", "nobody but a person accepts a step or fills in a form", () => {
    for (const { parameters, expected } of list) {
      const made = "error" in expected ? undefined : plan(method, parameters);
      if (made?.type !== "asked") continue;
      for (const origin of answerOrigins) {
        const answer: PendingAnswer = { decision: "accept", answers, origin };
        const isOpen = origin === "terminal" || origin === "form" || made.question.kind === "question";
        const { result, reason, isFullAccess } = made.decide(answer);
        if (isOpen) continue;
        expect(result).toEqual("accept" in expected ? expected.decline : undefined);
        expect(reason).toMatch(/only a person/);
        expect(isFullAccess).toBeUndefined();
      }
    }
  });
});

describe("all requests of the generated protocol", () => {
  const union = /^export type ServerRequest = (.*);$/m.exec(readText("src/codex/protocol/generated.ts"))?.[1];
  const methods = [...(union ?? "").matchAll(/"method": "([^"]+)"/g)].map(([, method]) => method ?? "");

  verifies("approvals.every_request", "have a row here, and nothing else has one", () => {
    expect(methods.length).toBeGreaterThan(5);
    expect(Object.keys(rows).sort()).toEqual([...new Set(methods)].sort());
  });

  for (const method of methods) {
    for (const asks of [false, true]) {
      const who = asks ? "where somebody can be asked" : "where nobody is asked";
      verifies("approvals.every_request", `${method} is recorded, ${who}`, async () => {
        // The rows of a method that has none are missed above.
        for (const { parameters } of rows[method as Method] ?? []) {
          const events = await eventsOf(method, parameters, asks);
          expect(events.length).toBeGreaterThan(0);
          expect(events.at(-1)).toMatchObject({ type: "request_answered", method });
        }
      });
    }
  }
});

/** What a turn tells of one request, which somebody declines if anybody is asked. */
async function eventsOf(method: string, params: object, asks: boolean): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const watchdog = new Watchdog({ stallMs: 60_000, timeoutMs: 60_000 });
  const ask = async () => ({ decision: "decline", origin: "terminal" }) as const;
  const requests = new TurnRequests({
    emit: (event) => events.push(event),
    watchdog,
    mcpServers: [],
    ...(asks ? { ask } : {}),
  });
  try {
    await requests.answer({ method, id: 1, params } as unknown as ServerRequest).catch((error: unknown) => {
      // Codex gets an error for what this client does not offer.
      expect(String(error)).toContain(method);
    });
  } finally {
    watchdog.stop();
  }
  return events;
}

verifies("approvals.every_request", "a method of a newer Codex is refused with its name", () => {
  expect(() => plan("item/future/ask", {})).toThrow(/item\/future\/ask/);
});

verifies(
  "approvals.recorded",
  "the text of a command shows it with folder and reason, none of whose lines passes for ours",
  () => {
    const made = plan("item/commandExecution/requestApproval", {
      ...ids,
      kind: "command",
      command: "rm -rf /\nin /tmp",
      cwd: "/work tree",
      reason: "No harm.\nin /tmp",
      additionalPermissions: { network: { enabled: true }, fileSystem: null },
    });
    if (made.type !== "asked") throw new Error("Nobody is asked.");
    expect(made.question.text.split("\n")).toEqual([
      "Codex wants to run a command that may then run outside of the sandbox:",
      "  rm -rf /",
      "  in /tmp",
      "in /work tree",
      'with more rights: {"network":{"enabled":true},"fileSystem":null}',
      "Codex's reason:",
      "  No harm.",
      "  in /tmp",
    ]);
  },
);

verifies("approvals.recorded", "the text of input to a program and of a host says what it is", () => {
  const text = (parameters: object) => {
    const made = plan("item/commandExecution/requestApproval", { ...ids, command: "x", ...parameters });
    return made.type === "asked" ? made.question.text : "";
  };
  expect(text({ kind: "writeStdin" })).toMatch(/^Codex wants to type into a program/);
  const network = { host: "example.org", protocol: "https" };
  expect(text({ kind: "command", networkApprovalContext: network })).toMatch(/reach example\.org \(https\)/);
});

verifies("approvals.patch", "a long patch is shown with all its files, and what is left out is said", () => {
  const changes: FileUpdateChange[] = [
    { path: "/a", kind: { type: "update", move_path: "/b\nin /tmp" }, diff: "x".repeat(20_000) },
    { path: "/c", kind: { type: "delete" }, diff: "" },
  ];
  const made = planRequest(
    {
      method: "item/fileChange/requestApproval",
      id: 0,
      params: { ...ids, startedAtMs: 0, reason: null, grantRoot: null },
    },
    { allowsTool: () => false, changesOf: () => changes },
  );
  if (made.type !== "asked") throw new Error("Nobody is asked.");
  const { text } = made.question;
  expect(text).toContain('  update /a to "/b\\nin /tmp"\n  delete /c');
  expect(text).toMatch(/… and \d+ more characters$/);
  expect(text.length).toBeLessThan(11_000);
});
