import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { lastUserText } from "../../src/rehearsal/model-request.ts";
import {
  applyPatch,
  command,
  empty,
  items,
  message,
  reasoning,
  refusal,
  slow,
  toolCall,
  withUsage,
} from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import { verifies } from "../support/requirements.ts";
import { answers, type ExecResult, runExec } from "./codex-exec.ts";

/** One model of each way in which Codex 0.169 offers tools, and one that it does not know. */
const models = ["gpt-5.5", "gpt-6-sol", "unknown-model"];

function outputs(result: ExecResult): readonly object[] {
  const last = result.requests.at(-1);
  return last === undefined ? [] : toolOutputs(last).map(({ callId: _callId, ...rest }) => rest);
}

describe("plain replies", () => {
  verifies("rehearsal.real_codex", "a run needs no login, sends no token, and shows no warning", async () => {
    const result = await runExec(sequence(message("Hello")), { prompt: "A prompt — with 'quotes'" });
    expect(result.exitCode).toBe(0);
    expect(result.events.map((event) => event.item?.type ?? event.type)).toEqual([
      "thread.started",
      "turn.started",
      "agent_message",
      "turn.completed",
    ]);
    const request = result.requests[0];
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(request && lastUserText(request)).toBe("A prompt — with 'quotes'");
    expect(request?.thread).toBe(request?.body["prompt_cache_key"]);
    expect(existsSync(join(result.home, "auth.json"))).toBe(false);
  });

  verifies("rehearsal.replies", "streamed pieces arrive as one message, after the reasoning", async () => {
    const reply = items([reasoning("Thinking of it"), slow(["Hel", "lo"], { phase: "final_answer" })]);
    const result = await runExec(sequence(reply));
    expect(result.events.slice(2, 4).map((event) => [event.item?.type, event.item?.text])).toEqual([
      ["reasoning", "Thinking of it"],
      ["agent_message", "Hello"],
    ]);
  });

  verifies(
    "rehearsal.replies",
    "token counts are as the script says, and sum up over the requests",
    async () => {
      const script = sequence(command("true"), withUsage(message("x"), { input: 7, reasoning: 1 }));
      const result = await runExec(script);
      expect(result.events.at(-1)?.usage).toMatchObject({
        input_tokens: 107,
        cached_input_tokens: 20,
        output_tokens: 40,
        reasoning_output_tokens: 6,
      });
    },
  );

  verifies(
    "rehearsal.replies",
    "a refusal and an empty response complete the turn without an answer",
    async () => {
      for (const reply of [refusal("I will not."), empty()]) {
        const result = await runExec(sequence(reply));
        expect([result.exitCode, result.events.at(-1)?.type, answers(result)]).toEqual([
          0,
          "turn.completed",
          [],
        ]);
      }
    },
  );
});

describe.each(models)("tools of %s", (model) => {
  verifies("rehearsal.replies", `${model}: commands really run, and their outputs come back`, async () => {
    const script = sequence(
      items([command("echo one; exit 3"), command("pwd", { workdir: "/", yieldTimeMs: 5000 })]),
      message("Done"),
    );
    const result = await runExec(script, { model });
    expect(answers(result)).toEqual(["Done"]);
    expect(outputs(result)).toEqual([
      { command: "echo one; exit 3", exitCode: 3, text: "one\n" },
      { command: "pwd", exitCode: 0, text: "/\n" },
    ]);
    const shown = result.events.filter((event) => event.type === "item.completed");
    expect(shown.map((event) => event.item?.exit_code)).toEqual(expect.arrayContaining([3, 0]));
  });

  verifies("rehearsal.replies", `${model}: a patch is applied where the sandbox allows it`, async () => {
    const patch = '*** Begin Patch\n*** Add File: new.txt\n+it\'s "$HOME"\n*** End Patch';
    const result = await runExec(sequence(applyPatch(patch), message("Done")), {
      model,
      sandbox: "workspace-write",
    });
    expect(readFileSync(join(result.home, "new.txt"), "utf8")).toBe('it\'s "$HOME"\n');
    const changes = result.events.filter((event) => event.item?.type === "file_change");
    expect(changes.at(-1)?.item?.changes?.[0]?.kind).toBe("add");
  });

  verifies(
    "rehearsal.replies",
    `${model}: a request to leave the sandbox is refused under policy never`,
    async () => {
      const escalated = { justification: "I want to" };
      const result = await runExec(sequence(command("touch made", { escalated }), message("Done")), {
        model,
      });
      expect(outputs(result)).toEqual([
        { command: "touch made", text: expect.stringContaining("approval policy is Never") },
      ]);
      expect(existsSync(join(result.home, "made"))).toBe(false);
    },
  );

  verifies("rehearsal.replies", `${model}: the tool of an MCP server is called`, async () => {
    const server = { command: process.execPath, args: ["--eval", echoServer] };
    const result = await runExec(sequence(toolCall("echo", { a: "x" }, "mcp__srv"), message("Done")), {
      model,
      extraConfig: { mcp_servers: { srv: server } },
    });
    expect(result.events.some((event) => event.item?.type === "mcp_tool_call")).toBe(true);
    expect(JSON.stringify(outputs(result))).toContain("echoed x");
  });
});

/** The smallest MCP server with a read-only tool. */
const echoServer = `
const { createInterface } = require("node:readline");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const answers = {
    initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } }),
    "tools/list": () => ({ tools: [{ name: "echo", description: "", inputSchema: { type: "object", properties: { a: { type: "string" } } }, annotations: { readOnlyHint: true } }] }),
    "tools/call": () => ({ content: [{ type: "text", text: "echoed " + params.arguments.a }] }),
  };
  if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method]?.() ?? {} }) + "\\n");
});`;
