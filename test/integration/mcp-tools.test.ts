import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import type { ThreadOptions } from "../../src/codex/engine.ts";
import type { PendingAnswer } from "../../src/domain/pending.ts";
import { message, toolCall } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import {
  endWorldsAfterEach,
  runTurn,
  startWorld,
  type World,
  type WorldOptions,
} from "../support/app-server-world.ts";
import { accept, always, somebody } from "../support/asked.ts";
import { endExecWorldsAfterEach, startExecWorld } from "../support/exec-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

// The last one is the first to end: it finds no guardian of an app-server that still runs.
endExecWorldsAfterEach();
endWorldsAfterEach();

const fixture = fileURLToPath(new URL("../fixtures/mcp-server.mjs", import.meta.url));

type Tool = "look" | "write" | "destroy" | "form" | "address" | "disguise";

/** The user's own configuration of two MCP servers, and the calls that reached the first. */
function userServers(own: Readonly<Record<string, unknown>> = {}): {
  readonly home: NonNullable<WorldOptions["home"]>;
  readonly calls: () => readonly string[];
} {
  const log = join(makeHome("mcp"), "calls");
  const server = { command: process.execPath, args: [fixture], env: { MCP_LOG: log } };
  return {
    home: { extraConfig: { mcp_servers: { docs: { ...server, ...own }, other: server } } },
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

function calling(...tools: readonly Tool[]) {
  return sequence(...tools.map((tool) => toolCall(tool, {}, "mcp__docs")), message("Done"));
}

function outputs({ model }: Pick<World, "model">): readonly string[] {
  const last = model.requests.at(-1);
  return last === undefined ? [] : toolOutputs(last).map(({ text }) => text);
}

const nobody = { decision: "decline", origin: "expiry" } as const;

describe("tools of the user's MCP servers", () => {
  const rows: readonly (readonly [
    name: string,
    options: Partial<ThreadOptions>,
    own: Readonly<Record<string, unknown>>,
    calls: readonly Tool[],
  ])[] = [
    ["a server by its name: all its tools", { mcpServers: ["docs"] }, {}, ["look", "write", "destroy"]],
    ["a tool by its name: that one", { mcpServers: ["docs.write"] }, {}, ["write"]],
    ["two tools by their names", { mcpServers: ["docs.write", "docs.look"] }, {}, ["look", "write"]],
    [
      "a server and one of its tools: all",
      { mcpServers: ["docs.write", "docs"] },
      {},
      ["look", "write", "destroy"],
    ],
    ["another server: none", { mcpServers: ["other"] }, {}, []],
    ["a tool of another server: none", { mcpServers: ["other.write"] }, {}, []],
    [
      "in an untrusted repository: what calls itself read-only",
      { mcpServers: ["docs"], untrusted: true },
      {},
      ["look"],
    ],
    [
      "a tool in an untrusted repository: not even that one",
      { mcpServers: ["docs.write"], untrusted: true },
      {},
      [],
    ],
    [
      "a run that may ask, which is not asked",
      { mcpServers: ["docs"], approvals: "ask" },
      {},
      ["look", "write", "destroy"],
    ],
    [
      "a tool for which the user's own file wants a question, where nobody is asked: not that one",
      { mcpServers: ["docs"] },
      { tools: { write: { approval_mode: "prompt" } } },
      ["look", "destroy"],
    ],
    [
      "such a tool in a run that may ask: the list answers",
      { mcpServers: ["docs"], approvals: "ask" },
      { tools: { write: { approval_mode: "prompt" } } },
      ["look", "write", "destroy"],
    ],
  ];
  for (const [name, options, own, expected] of rows) {
    verifies("approvals.mcp_tools", name, async () => {
      const { home, calls } = userServers(own);
      const person = always(nobody);
      const world = await startWorld(calling("look", "write", "destroy"), { ...person, home });
      expect(await runTurn(await world.open(options), "Go")).toMatchObject({ answer: "Done" });
      expect(calls()).toEqual(expected);
      expect(person.asked).toEqual([]);
      expect(outputs(world).filter((text) => text.includes("ran "))).toHaveLength(expected.length);
    });
  }

  for (const [entries, expected] of [
    [["docs"], ["look", "write", "destroy"]],
    [["docs.destroy"], ["destroy"]],
    [["other"], []],
  ] as const) {
    verifies("approvals.mcp_tools", `codex exec follows the same list: ${entries.join(", ")}`, async () => {
      const { home, calls } = userServers();
      const world = await startExecWorld(calling("look", "write", "destroy"), { home });
      const outcome = await runTurn(await world.open({ mcpServers: entries }), "Go");
      expect(outcome).toMatchObject({ answer: "Done" });
      expect(calls()).toEqual(expected);
    });
  }

  verifies("approvals.mcp_tools", "the list's answer is told", async () => {
    const { home } = userServers({ tools: { write: { approval_mode: "prompt" } } });
    const world = await startWorld(calling("write"), { ...always(nobody), home });
    const outcome = await runTurn(await world.open({ mcpServers: ["docs"], approvals: "ask" }), "Go");
    expect(outcome.escalations).toBeUndefined();
    expect(world.events.filter(({ type }) => type.startsWith("request"))).toEqual([
      {
        type: "request_answered",
        method: "mcpServer/elicitation/request",
        decision: "accepted",
        text: "the tool docs.write",
        reason: "allow-list",
      },
    ]);
  });
});

describe("what an MCP server asks", () => {
  const options = { mcpServers: ["docs"], approvals: "ask" } as const;

  verifies(
    "approvals.forms",
    "a form reaches a person field by field, and the server gets typed values",
    async () => {
      const { home } = userServers();
      const person = somebody();
      const world = await startWorld(calling("form"), { ...person, home });
      const turn = runTurn(await world.open(options), "Go");
      const { question, answer } = await person.next();
      expect(question).toMatchObject({ kind: "elicitation", text: expect.stringContaining("Who are you?") });
      expect(question.questions?.map(({ id, choices }) => [id, choices])).toEqual(
        expect.arrayContaining([
          ["name", []],
          ["age", []],
          ["isHappy", ["true", "false"]],
          ["colour", ["red", "blue"]],
        ]),
      );
      answer({ ...accept, answers: { name: "Ada", age: "36", isHappy: "true", colour: "red" } });
      await turn;
      expect(outputs(world)).toEqual([
        `answered ${JSON.stringify({ action: "accept", content: { age: 36, colour: "red", isHappy: true, name: "Ada" } })}`,
      ]);
    },
  );

  const refused: readonly (readonly [string, PendingAnswer, RegExp | undefined])[] = [
    ["answers that do not fit", { ...accept, answers: { name: "A", age: "36" } }, /name.*at least 2/],
    ["an answer that is missing", { ...accept, answers: { name: "Ada" } }, /age.*no answer/],
    [
      "an answer that nobody asked for",
      { ...accept, answers: { name: "Ada", age: "3", x: "y" } },
      /no field "x"/,
    ],
    [
      "a pipe's answer",
      { decision: "accept", answers: { name: "Ada", age: "36" }, origin: "pipe" },
      /only a person/,
    ],
    ["no answer in time", nobody, undefined],
  ];
  for (const [name, given, reason] of refused) {
    verifies("approvals.forms", `${name}: declined, and the turn goes on`, async () => {
      const { home } = userServers();
      const world = await startWorld(calling("form"), { ...always(given), home });
      expect(await runTurn(await world.open(options), "Go")).toMatchObject({ answer: "Done" });
      expect(outputs(world)).toEqual(['answered {"action":"decline"}']);
      expect(world.events).toContainEqual(
        expect.objectContaining({
          type: "request_answered",
          decision: "declined",
          ...(reason === undefined ? {} : { reason: expect.stringMatching(reason) }),
        }),
      );
    });
  }

  verifies("approvals.forms", "a form that calls itself the approval of a tool is declined", async () => {
    const { home } = userServers();
    const person = always(nobody);
    const world = await startWorld(calling("disguise"), { ...person, home });
    await runTurn(await world.open(options), "Go");
    expect(outputs(world)).toEqual(['answered {"action":"decline"}']);
  });

  verifies("approvals.forms", "an address is shown, and accepted only by a person", async () => {
    const { home } = userServers();
    const person = somebody();
    const world = await startWorld(calling("address", "address"), { ...person, home });
    const turn = runTurn(await world.open(options), "Go");
    const { question, answer } = await person.next();
    expect(question.text).toContain("https://example.invalid/login");
    answer(accept);
    (await person.next()).answer({ decision: "accept", origin: "tool" });
    await turn;
    expect(outputs(world)).toEqual([expect.stringContaining('"accept"'), 'answered {"action":"decline"}']);
  });

  verifies("approvals.forms", "nothing reaches anybody in a run that does not ask", async () => {
    const { home } = userServers();
    const person = somebody();
    const world = await startWorld(calling("form", "address"), { ...person, home });
    await runTurn(await world.open({ mcpServers: ["docs"] }), "Go");
    expect(person.asked).toEqual([]);
    expect(outputs(world)).toEqual(Array(2).fill('answered {"action":"decline"}'));
  });
});
