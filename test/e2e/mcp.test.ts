import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { gate } from "../../src/rehearsal/gate.ts";
import { isNativeReview, lastUserText, type ModelRequest } from "../../src/rehearsal/model-request.ts";
import { applyPatch, command, message } from "../../src/rehearsal/replies.ts";
import { byThread, type Entry, sequence } from "../../src/rehearsal/script.ts";
import { makeHome } from "../support/homes.ts";
import { kill } from "../support/kill.ts";
import { type McpWorld, startMcpWorld } from "../support/mcp-world.ts";
import { verifies } from "../support/requirements.ts";
import { reviewer, reviewerJson } from "../support/reviewer.ts";
import { acceptForm, declineForm } from "./support/claude-host.ts";
import { startClaudeWorld } from "./support/claude-world.ts";
import { type Client, withEachClient } from "./support/clients.ts";
import { codexServer, codexTool, makeCodexPlugin, toolsAllowed } from "./support/codex-plugin.ts";
import { calls, callsAll, type MessageReply, says } from "./support/messages-reply.ts";
import type { MessagesRequest } from "./support/messages-request.ts";

const long = `${Array.from({ length: 15_000 }, (_, line) => `line ${line} of a long one`).join("\n")}\nThe end.`;
const patch = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch";

interface Stage {
  readonly tandem: McpWorld;
  readonly outside: string;
  readonly think: ReturnType<typeof gate>;
}

/** What Codex does, by what it is asked. */
function codexScript(root: string, outside: string, think: ReturnType<typeof gate>): Entry {
  const review = reviewer(
    ["git diff HEAD"],
    reviewerJson("patch is incorrect", [{ path: join(root, "a.txt"), start: 2 }]),
  );
  const step = command(`touch ${outside}`, { escalated: { justification: "May I?" } });
  return byThread((first: ModelRequest): Entry => {
    if (isNativeReview(first) || first.outputSchema !== undefined) return review;
    const asked = lastUserText(first) ?? "";
    if (asked.includes("step outside")) return sequence(step, message("Stepped or not."));
    if (asked.includes("write a file")) return sequence(applyPatch(patch), message("Made."));
    if (asked.includes("sleep")) return command("sleep 1000", { yieldTimeMs: 30_000 });
    if (asked.includes("later")) return message("Thought.", { after: think });
    return (request) => message(asked.includes("at length") ? long : `Codex on ${lastUserText(request)}`);
  });
}

async function startStage(): Promise<Stage> {
  const outside = join(makeHome("outside"), "made");
  const think = gate();
  const tandem = await startMcpWorld((root) => codexScript(root, outside, think), {
    committed: { "a.txt": "one\ntwo\n" },
    changed: { "a.txt": "one\nTWO\n" },
  });
  return { tandem, outside, think };
}

/** The model of Claude Code: does what the prompt says, `please <tool> <JSON>`, and ends with what came of it. */
function calling({ newest, toolResults }: MessagesRequest): MessageReply {
  if (toolResults.length > 0) {
    const next = /The next one: result (\{.*\})/.exec(toolResults.map(({ text }) => text).join("\n"))?.[1];
    return next === undefined ? says("That is all.") : calls(codexTool("result"), JSON.parse(next));
  }
  const wishes = [...newest.matchAll(/^please (\w+) (\{.*\})$/gm)].map(([, tool = "", values = "{}"]) => ({
    name: codexTool(tool),
    input: JSON.parse(values) as unknown,
  }));
  return callsAll(wishes);
}

async function startSession(client: Client, { tandem }: Stage) {
  return startClaudeWorld({
    client,
    project: tandem.workspace,
    pluginFolder: await makeCodexPlugin(tandem.program),
    environment: { ...tandem.environment, TANDEM_DIRECT: undefined, TANDEM_BROKER_IDLE: "2s" },
    settings: toolsAllowed,
    script: [{ when: () => true, reply: calling }],
  });
}

const please = (tool: string, values: Readonly<Record<string, unknown>>) =>
  `please ${tool} ${JSON.stringify(values)}`;

/** The server as a process, among all of a world. */
function serverPid(world: McpWorld): number {
  const line = world.processes().find((each) => each.endsWith("start.cjs mcp"));
  if (line === undefined) throw new Error("There is no server.");
  return Number(line.split(" ")[0]);
}

withEachClient((client) => {
  verifies(
    "e2e.mcp",
    "every tool is called and its words reach the model; a crash costs one call",
    async () => {
      const stage = await startStage();
      const { tandem, outside } = stage;
      const { endpoint, host } = await startSession(client, stage);
      const forms = [acceptForm({ tandem_decision: "accept" }), declineForm];
      const claude = await host({
        answer: ({ subtype }) => (subtype === "elicitation" ? forms.shift() : undefined),
      });
      await claude.waitForServer(codexServer);
      /** Asks for calls and gives what the model saw of them, over all pages. */
      const ask = async (...wishes: readonly string[]) => {
        const before = endpoint.requests.length;
        const { result } = await claude.ask(wishes.join("\n"), 120_000);
        expect(result).toBe("That is all.");
        return endpoint.requests.slice(before).flatMap(({ toolResults }) => toolResults);
      };
      const one = async (tool: string, values: Readonly<Record<string, unknown>>) => {
        const [seen] = await ask(please(tool, values));
        return seen ?? { isError: undefined, text: "" };
      };

      const consulted = await one("consult", { question: "the lock" });
      expect(consulted).toMatchObject({ isError: false, text: expect.stringContaining("Codex on the lock") });
      expect(consulted.text).toMatch(/^Consult: the lock\njob [a-z]{6} · app-server/);
      const offered = endpoint.requests[0]?.tools ?? [];
      for (const name of ["consult", "review", "result"]) expect(offered).toContain(codexTool(name));
      expect(offered).not.toContain(codexTool("hook_status"));
      expect(tandem.records()[0]).toMatchObject({ askedBy: "claude-code", workspace: tandem.workspace });
      expect(tandem.records()[0]?.idempotencyKey).toMatch(/^[0-9a-f-]{36}\/toolu_/);

      expect((await one("review", {})).text).toContain("Fail: 1 high");
      expect((await one("task", { task: "write a file", write: true })).text).toContain("Made.");
      expect(readFileSync(join(tandem.workspace, "made.txt"), "utf8")).toBe("made\n");
      expect((await one("status", {})).text).toContain("Consult: the lock".slice(9));
      const job = tandem.records()[0]?.id.slice(-6) ?? "";
      expect((await one("result", { job })).text).toContain("Codex on the lock");
      expect((await one("reply", { job, text: "and the key" })).text).toContain("Codex on and the key");
      expect((await one("cancel", { job })).text).toContain("had ended before");

      const failed = await one("result", { job: "zzzzzz" });
      expect(failed.isError).toBe(true);
      expect(failed.text).toMatch(
        /Error \(job_not_found\)[\s\S]*codex:status --all \(for a model: `status` with `all: true`\)/,
      );

      const pages = await ask(please("consult", { question: "at length" }));
      expect(pages.length).toBeGreaterThan(6);
      const whole = pages.map(({ text }) => text.replace(/\n?This is page \d+ of \d+\. .*$/s, "")).join("");
      for (const part of [long.slice(0, 40_000), long.slice(-40_000)])
        expect(withoutBreaks(whole)).toContain(withoutBreaks(part));

      const step = { task: "step outside", approvals: "ask" };
      expect((await one("task", step)).text).toContain("Stepped or not.");
      expect(existsSync(outside)).toBe(true);
      expect((await one("task", step)).text).toContain("Stepped or not.");
      const asked = claude.questions.items.filter(({ subtype }) => subtype === "elicitation");
      expect(asked.map(({ message: text }) => text)).toEqual([
        expect.stringContaining(`touch ${outside}`),
        expect.stringContaining(`touch ${outside}`),
      ]);
      const warnings = tandem
        .records()
        .slice(-2)
        .map(({ id }) => tandem.storedResult(id).run?.warnings.join("\n") ?? "");
      expect(warnings).toEqual([
        expect.stringContaining(`touch ${outside}`),
        expect.not.stringContaining(`touch ${outside}`),
      ]);

      const twenty = Array.from({ length: 20 }, (_, index) =>
        please("consult", { question: `number ${index}.` }),
      );
      const answers = await ask(...twenty);
      // They come as they end.
      const numbers = answers.map(({ text }) => Number(/Codex on number (\d+)\./.exec(text)?.[1]));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(twenty.map((_, index) => index));

      // The hook's tool answers the command; the model is not asked.
      const before = endpoint.requests.length;
      expect((await claude.ask("/codex:status"))["result"]).toContain("number ");
      expect(endpoint.requests).toHaveLength(before);

      kill(serverPid(tandem));
      const after = await ask(please("status", {}), please("status", {}));
      const later = after.at(-1)?.isError === true ? await one("status", {}) : after.at(-1);
      expect(later).toMatchObject({ isError: false, text: expect.stringContaining("number ") });

      await claude.end();
    },
    180_000,
  );

  verifies(
    "e2e.mcp",
    "a person sees the progress of a call, and Esc cancels the turn of Codex",
    async () => {
      const stage = await startStage();
      const { tandem } = stage;
      const { terminal } = await startSession(client, stage);
      const { submit, waitFor, waitForServer, press } = await terminal();
      await waitForServer(codexServer);
      await submit(please("consult", { question: "sleep" }));
      await waitFor("running sleep 1000");
      press("escape");
      await vi.waitFor(() => expect(tandem.records()).toMatchObject([{ status: "cancelled" }]), {
        timeout: 20_000,
      });
      await vi.waitFor(() => expect(tandem.processes().join("\n")).not.toContain("sleep 1000"), {
        timeout: 20_000,
      });
    },
    120_000,
  );

  verifies(
    "e2e.mcp",
    "a run outlives the session that asked for it",
    async () => {
      const stage = await startStage();
      const { tandem, think } = stage;
      const { print } = await startSession(client, stage);
      const { exitCode, result } = await print(please("consult", { question: "later", wait: false }));
      expect({ exitCode, result }).toEqual({ exitCode: 0, result: "That is all." });
      await vi.waitFor(() => expect(tandem.processes().join("\n")).not.toContain("start.cjs mcp"));
      expect(tandem.records()).toMatchObject([{ status: "running" }]);
      think.open();
      const { envelope } = await tandem.run(["wait", "--json", tandem.records()[0]?.id ?? ""]);
      expect(envelope.answer).toBe("Thought.");
    },
    120_000,
  );
});

function withoutBreaks(text: string): string {
  return text.replaceAll("\n", "");
}
