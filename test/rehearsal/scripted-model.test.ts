import { afterEach, describe, expect } from "vitest";
import { hang, silence } from "../../src/rehearsal/faults.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { command, message, slow } from "../../src/rehearsal/replies.ts";
import { asks, byThread, type Entry, firstOf, sequence, when } from "../../src/rehearsal/script.ts";
import {
  type ScriptedModel,
  type ScriptedModelOptions,
  startScriptedModel,
} from "../../src/rehearsal/scripted-model.ts";
import { verifies } from "../support/requirements.ts";

const models: ScriptedModel[] = [];

afterEach(async () => {
  await Promise.all(models.splice(0).map(async (model) => model.close()));
});

async function start(script: Entry, options?: ScriptedModelOptions): Promise<ScriptedModel> {
  const model = await startScriptedModel(script, options);
  models.push(model);
  return model;
}

async function ask(model: ScriptedModel, thread: string, text = "hi"): Promise<string> {
  const input = [{ type: "message", role: "user", content: [{ type: "input_text", text }] }];
  const response = await fetch(`${model.baseUrl}/responses`, {
    method: "POST",
    headers: { "thread-id": thread },
    body: JSON.stringify({ model: "m", input, tools: [{ type: "function", name: "exec_command" }] }),
  });
  const stream = await response.text();
  if (response.status !== 200) return `${response.status} ${stream}`;
  return stream
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice(6)) as { type: string; item?: { content?: { text: string }[] } })
    .filter((event) => event.type === "response.output_item.done")
    .map((event) => event.item?.content?.[0]?.text ?? "call")
    .join("|");
}

describe("scripts", () => {
  verifies("rehearsal.script", "a sequence is counted for each thread apart", async () => {
    const model = await start(sequence(message("one"), message("two")));
    expect([await ask(model, "A"), await ask(model, "B"), await ask(model, "A")]).toEqual([
      "one",
      "one",
      "two",
    ]);
  });

  verifies("rehearsal.script", "a sequence repeats its last reply, but never a tool call", async () => {
    const model = await start(
      byThread((first) => (asks("call")(first) ? sequence(command("ls")) : sequence(message("one")))),
    );
    expect([await ask(model, "A"), await ask(model, "A")]).toEqual(["one", "one"]);
    expect([await ask(model, "B", "call"), await ask(model, "B")]).toEqual(["call", "The script has ended."]);
  });

  verifies("rehearsal.script", "a thread keeps the script that its first request has chosen", async () => {
    const model = await start(byThread((first) => message(asks("red")(first) ? "red" : "blue")));
    expect([await ask(model, "A", "red"), await ask(model, "B"), await ask(model, "A")]).toEqual([
      "red",
      "blue",
      "red",
    ]);
  });

  verifies("rehearsal.script", "the first case that fits answers", async () => {
    const model = await start(firstOf(when(asks("red"), message("red")), message("other")));
    expect([await ask(model, "A", "a red one"), await ask(model, "A", "blue")]).toEqual(["red", "other"]);
  });

  verifies(
    "rehearsal.script",
    "a script without a reply, or one that throws, is told as an error",
    async () => {
      const silent = await start(() => undefined);
      expect(await ask(silent, "A")).toContain("400");
      const broken = await start(() => {
        throw new Error("no such case");
      });
      expect(await ask(broken, "A")).toContain("no such case");
    },
  );
});

describe("synchronising", () => {
  verifies("rehearsal.sync", "a gate holds a reply back until it is opened", async () => {
    const before = gate();
    const between = gate();
    const model = await start(sequence(message("late", { after: before }), slow(["a", between, "b"])));
    const late = ask(model, "A");
    const other = ask(model, "B");
    expect((await model.waitForRequest(2)).thread).toBe("B");
    before.open();
    expect([await late, await other]).toEqual(["late", "late"]);
    const pieces = ask(model, "A");
    await model.waitForRequest(3);
    between.open();
    expect(await pieces).toBe("ab");
  });

  verifies(
    "rehearsal.sync",
    "a request can be waited for before and after it came, by number and by content",
    async () => {
      const model = await start(message("x"));
      const coming = model.waitForRequest((request) => request.thread === "B");
      await ask(model, "A");
      await ask(model, "B");
      expect((await coming).index).toBe(1);
      expect((await model.waitForRequest(1)).thread).toBe("A");
      expect(model.requests.map((request) => request.thread)).toEqual(["A", "B"]);
    },
  );

  verifies(
    "rehearsal.sync",
    "closing ends silent and hanging connections and who waits for a request",
    async () => {
      const model = await start(
        byThread((first) =>
          first.thread === "A" ? hang() : first.thread === "B" ? silence() : slow([gate()]),
        ),
      );
      const asked = ["A", "B", "C"].map(async (thread) => ask(model, thread).catch(() => "cut"));
      const waiting = model.waitForRequest(9).catch((error: Error) => error.message);
      const requests = await Promise.all([1, 2, 3].map(async (count) => model.waitForRequest(count)));
      await model.close();
      await Promise.all(requests.map(async (request) => request.closed));
      expect(await Promise.all(asked)).toEqual(["cut", "cut", "cut"]);
      expect(await waiting).toContain("closed before");
      await expect(model.waitForRequest(9)).rejects.toThrow("closed before");
    },
  );

  verifies("rehearsal.sync", "a model that thinks for long is closed without waiting for it", async () => {
    const model = await start(message("x"), { delayMs: 3_600_000 });
    const asked = ask(model, "A").catch(() => "cut");
    await model.waitForRequest(1);
    await model.close();
    expect(await asked).toBe("cut");
  });
});

describe("endpoint", () => {
  verifies(
    "rehearsal.endpoint",
    "only loopback is listened to, and other paths and methods are 404",
    async () => {
      const model = await start(message("x"));
      expect(model.baseUrl).toBe(`http://127.0.0.1:${model.port}/v1`);
      const answers = await Promise.all([
        fetch(`${model.baseUrl}/models`),
        fetch(`${model.baseUrl}/responses`),
        fetch(`${model.baseUrl}/responses/compact`, { method: "POST", body: "{}" }),
        fetch(`http://127.0.0.1:${model.port}/`, { method: "POST", body: "x" }),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
      for (const answer of answers) expect(await answer.json()).toHaveProperty("error.message");
      expect(model.requests).toEqual([]);
    },
  );

  verifies(
    "rehearsal.endpoint",
    "a body that is no JSON object is refused, and so is one over the limit",
    async () => {
      const model = await start(message("x"), { maxBodyBytes: 1000 });
      const post = async (body: string): Promise<number> =>
        (await fetch(`${model.baseUrl}/responses`, { method: "POST", body })).status;
      expect([await post("{"), await post("[]"), await post("null"), await post("x".repeat(1001))]).toEqual([
        400, 400, 400, 413,
      ]);
      expect(await post("{}")).toBe(200);
    },
  );
});
