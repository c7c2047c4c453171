import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { httpError } from "../../src/rehearsal/faults.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { allow } from "./support/claude-host.ts";
import { withEachClient } from "./support/clients.ts";
import type { Rule } from "./support/messages-endpoint.ts";
import { calls, type MessageReply, says } from "./support/messages-reply.ts";
import type { MessagesRequest } from "./support/messages-request.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

const sentBack = "Codex did not answer; say so.";
const isAgent = ({ tools }: MessagesRequest) => !tools.includes("Agent");
const toolText = ({ toolResults }: MessagesRequest) => toolResults.map(({ text }) => text).join("\n");

/** An agent that asks Codex, and then makes something of what the tool gave. */
const asksCodex =
  (report: (text: string, request: MessagesRequest) => string) =>
  (request: MessagesRequest): MessageReply =>
    request.toolResults.length === 0 && !request.newest.includes(sentBack)
      ? calls(ourTool("task"), { task: "Why is it slow?" })
      : says(report(toolText(request), request));

/** How agents behave, by the word in what they are told to do. */
function agents(): Readonly<Record<string, (request: MessagesRequest) => MessageReply>> {
  let given = "";
  return {
    honest: asksCodex((text) => {
      given = text;
      return text;
    }),
    lazy: () => says("It is a race in the cache."),
    inventing: ({ newest }) =>
      newest.includes(sentBack)
        ? says("Codex did not answer: no tool was called.")
        : says("It is a race.\n\nReceipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70aa"),
    /** Has a guess where the tool failed, and gives the tool's words only when it is sent back. */
    embellishing: (request) => {
      if (request.toolResults.length > 0) given = toolText(request);
      if (request.newest.includes(sentBack)) return says(`Codex did not answer\n${given}`);
      return request.toolResults.length > 0
        ? says("It is a race.")
        : calls(ourTool("task"), { task: "Why is it slow?" });
    },
    replaying: ({ newest }) => says(newest.includes(sentBack) ? "Codex did not answer." : given),
    altering: asksCodex((text) => {
      if (text !== "") given = text;
      return text === "" ? given : given.replace("slow disk", "fast disk");
    }),
  };
}

function scriptOf(): readonly Rule[] {
  const behaviour = agents();
  const wordOf = ({ body }: MessagesRequest) => /AGENT-(\w+)/.exec(JSON.stringify(body.messages))?.[1] ?? "";
  return [
    {
      when: isAgent,
      reply: (request) => behaviour[wordOf(request)]?.(request) ?? says("Nobody told me anything."),
    },
    {
      when: "please be ",
      reply: ({ newest }) =>
        calls("Agent", {
          subagent_type: "codex:codex-rescue",
          description: "Ask Codex",
          prompt: `AGENT-${/please be (\w+)/.exec(newest)?.[1]}`,
          run_in_background: false,
        }),
    },
    { when: () => true, reply: says("Done.") },
  ];
}

withEachClient((client) => {
  verifies("plugin.rescue.report", "an agent passes on what Codex said, and nothing else", async () => {
    const { endpoint, host } = await startPluginWorld({
      client,
      codexScript: () => message("The slow disk is the cause."),
      settings: { permissions: { allow: [ourTool("task"), "Agent"] } },
      script: scriptOf(),
    });
    const { ask, waitForServer } = await host();
    await waitForServer(ourServer);
    const run = async (word: string) => {
      const past = endpoint.requests.length;
      await ask(`please be ${word}`);
      const requests = endpoint.requests.slice(past);
      return {
        sentBack: requests.filter((request) => isAgent(request) && request.newest.includes(sentBack)).length,
        /** What the conversation gets of it. */
        told: requests.filter((request) => !isAgent(request)).at(-1)?.newest ?? "",
      };
    };
    const honest = await run("honest");
    expect(honest).toMatchObject({
      sentBack: 0,
      told: expect.stringContaining("The slow disk is the cause."),
    });
    expect(honest.told).not.toContain("UNVERIFIED");
    const lazy = await run("lazy");
    expect(lazy).toMatchObject({ sentBack: 1, told: expect.stringContaining("UNVERIFIED: the report") });
    const inventing = await run("inventing");
    expect(inventing).toMatchObject({ sentBack: 1, told: expect.stringContaining("Codex did not answer") });
    expect(inventing.told).not.toContain("UNVERIFIED");
    const replaying = await run("replaying");
    expect(replaying).toMatchObject({ sentBack: 1, told: expect.stringContaining("Codex did not answer.") });
    const altering = await run("altering");
    expect(altering).toMatchObject({
      sentBack: 1,
      told: expect.stringContaining("The slow disk is the cause."),
    });
    expect(altering.told).not.toContain("fast disk");
  });

  verifies(
    "plugin.rescue.report",
    "an agent brings an older run of its session, also over /clear, and none of another session",
    async () => {
      const { tandem, endpoint, host } = await startPluginWorld({
        client,
        codexScript: () => message("The slow disk is the cause."),
        settings: { permissions: { allow: [ourTool("result"), "Agent"] } },
        script: [
          {
            when: isAgent,
            reply: (request) => {
              if (request.newest.includes(sentBack)) return says("Codex did not answer.");
              const [, job] = /AGENT-(\w+)/.exec(JSON.stringify(request.body.messages)) ?? [];
              return request.toolResults.length === 0
                ? calls(ourTool("result"), { job })
                : says(toolText(request));
            },
          },
          ...scriptOf(),
        ],
      });
      const [mine, other] = [await host(), await host()];
      await Promise.all([mine, other].map(async ({ waitForServer }) => waitForServer(ourServer)));
      const begin = async ({ ask }: typeof mine) =>
        /job ([a-z]{6})/.exec(String((await ask("/codex:consult --background Hello?"))["result"]))?.[1] ?? "";
      const [job, foreign] = [await begin(mine), await begin(other)];
      await vi.waitFor(
        () => expect(tandem.records().map(({ status }) => status)).toEqual(["succeeded", "succeeded"]),
        { timeout: 20_000, interval: 50 },
      );
      const bring = async (name: string) => {
        const past = endpoint.requests.length;
        await mine.ask(`please be ${name}`);
        const back = endpoint.requests.slice(past).filter(({ newest }) => newest.includes(sentBack));
        return back.map(({ newest }) => newest).join("\n");
      };
      expect(await bring(job)).toBe("");
      expect(await bring(foreign)).toContain("brings the run of another session");
      await mine.ask("/clear");
      expect(await bring(job)).toBe("");
      expect(await bring(foreign)).toContain("brings the run of another session");
    },
  );

  verifies(
    "plugin.rescue.fails",
    "what keeps Codex from answering is named, and nobody answers in its place",
    async () => {
      const codex = join(makeHome("codex-program"), "codex");
      let isDenied = true;
      const { tandem, endpoint, host } = await startPluginWorld({
        client,
        codexScript: () => httpError(401),
        environment: { TANDEM_CODEX: codex },
        settings: { permissions: { allow: ["Agent"] } },
        script: [
          {
            when: "Shape a prompt from it",
            reply: calls(ourTool("task"), { task: "Mend it." }),
          },
          {
            when: (request) => !isAgent(request) && toolText(request).includes("Error ("),
            reply: (request) => says(toolText(request)),
          },
          ...scriptOf(),
        ],
      });
      const { ask, waitForServer } = await host({
        answer: ({ subtype }) => (subtype !== "can_use_tool" ? undefined : isDenied ? undefined : allow),
      });
      await waitForServer(ourServer);
      const told = async () => {
        await ask("please be embellishing");
        return endpoint.requests.filter((request) => !isAgent(request)).at(-1)?.newest ?? "";
      };
      const denied = await told();
      expect(denied).toContain("Codex did not answer");
      expect(denied).toContain("Nobody allowed it.");
      isDenied = false;
      expect(await told()).toMatch(/Codex did not answer[^]*Error \(codex_not_installed\)/);
      expect((await ask("/codex:rescue mend it"))["result"]).toContain("Error (codex_not_installed)");
      expect((await ask("/codex:task mend it"))["result"]).toContain("Error (codex_not_installed)");
      expect(tandem.records()).toEqual([]);
      symlinkSync(codexBinary(), codex);
      expect(await told()).toMatch(/Codex did not answer[^]*Error \(not_logged_in\)/);
      expect((await ask("/codex:rescue mend it"))["result"]).toContain("Error (not_logged_in)");
      expect(
        JSON.stringify(endpoint.requests.filter((request) => !isAgent(request)).map(({ newest }) => newest)),
      ).not.toContain("It is a race.");
    },
  );

  verifies(
    "plugin.rescue.write",
    "a rescue is shaped by the model and writes only with --write",
    async () => {
      const { tandem, endpoint, host } = await startPluginWorld({
        client,
        codexScript: () => message("It is mended."),
        script: [
          { when: "is refused. Say that", reply: calls(ourTool("task"), { task: "Mend it.", write: true }) },
          {
            when: "this one call may change files",
            reply: calls(ourTool("task"), { task: "Mend it.", write: true }),
          },
          { when: "did not type --write", reply: calls(ourTool("task"), { task: "Look into it." }) },
          { when: () => true, reply: (request) => says(toolText(request)) },
        ],
      });
      const { ask, waitForServer, questions } = await host();
      await waitForServer(ourServer);
      expect((await ask("/codex:rescue mend `it`, --write or not"))["result"]).toContain("It is mended.");
      expect((await ask("/codex:rescue --write mend it"))["result"]).toContain("It is mended.");
      // Typing the command was the permission.
      expect(questions.items).toEqual([]);
      const requests = tandem.records().map(({ id }) => readRequest(tandem.stateRoot, id));
      expect(requests).toMatchObject([
        { tier: "read-only", prompt: "Look into it.", words: "mend `it`, --write or not" },
        { tier: "workspace-write", prompt: "Mend it.", words: "mend it" },
      ]);
      expect(endpoint.requests).toHaveLength(5);
      expect((await ask("/codex:rescue --raw as it `is`"))["result"]).toBeDefined();
      expect(readRequest(tandem.stateRoot, tandem.records().at(-1)?.id ?? "")).toMatchObject({
        tier: "read-only",
        prompt: "as it `is`",
      });
    },
  );
});

function readRequest(stateRoot: string, job: string): unknown {
  return JSON.parse(readFileSync(join(stateRoot, "jobs", job, "request.json"), "utf8"));
}
