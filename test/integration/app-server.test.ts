import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { ReviewTarget } from "../../src/codex/engine.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { lastUserText } from "../../src/rehearsal/model-request.ts";
import type { RecordedRequest } from "../../src/rehearsal/recorder.ts";
import { command, items, message, reasoning, slow, withUsage } from "../../src/rehearsal/replies.ts";
import { asks, byThread, firstOf, sequence, when } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import { endWorldsAfterEach, git, runTurn, startWorld, type World } from "../support/app-server-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

endWorldsAfterEach();

/** The smallest valid PNG. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function sessionFiles(home: string): readonly string[] {
  const folder = join(home, "sessions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
}

function request(world: World, index: number): RecordedRequest {
  const found = world.model.requests[index];
  if (found === undefined) throw new Error(`There was no request ${index}.`);
  return found;
}

describe("a prompt", () => {
  verifies(
    "codex.turn",
    "reaches the model byte by byte and gives the answer without any tool call",
    async () => {
      const world = await startWorld(
        sequence(items([reasoning("Let me see"), slow(["All ", "well"], { phase: "final_answer" })])),
      );
      const prompt = '--review $(rm -rf /) — "quoted"\n\n\tлист 🜚 \\u0041 </user>';
      const session = await world.open();
      const outcome = await runTurn(session, prompt);
      expect(outcome).toMatchObject({
        status: "completed",
        turn: expect.any(String),
        answer: "All well",
        commands: [],
        usage: { inputTokens: 100, cachedInputTokens: 10, outputTokens: 20, reasoningTokens: 5 },
      });
      expect(outcome.error).toBeUndefined();
      expect(world.model.requests).toHaveLength(1);
      expect(lastUserText(request(world, 0))).toBe(prompt);
      expect(world.events.map((event) => event.type)).toEqual(
        expect.arrayContaining([
          "thread_started",
          "turn_started",
          "reasoning",
          "message",
          "usage",
          "turn_completed",
        ]),
      );
      expect(world.events.filter((event) => event.type === "unknown")).toEqual([]);
    },
  );

  verifies("start.thread-name", "names its thread, which no model waits for", async () => {
    const world = await startWorld(sequence(message("All well")));
    const session = await world.open({ ephemeral: false, name: "A name for it" });
    const before = await world.server.request("thread/list", {});
    expect((await runTurn(session, "Well?")).status).toBe("completed");
    await vi.waitFor(async () => {
      const { data } = await world.server.request("thread/list", {});
      expect(data.map(({ name }) => name)).toEqual(["A name for it"]);
    });
    expect(before.data).toEqual([]);
    const warnings = world.events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
    expect(warnings.filter((text) => text.includes("name"))).toEqual([]);
  });

  verifies("codex.turn", "carries model, effort, schema and images into the request", async () => {
    const world = await startWorld(sequence(message('{"ok":true}')));
    const image = join(world.workspace, "pixel one.png");
    writeFileSync(image, pixel);
    const schema = {
      type: "object",
      properties: { ok: { type: "boolean" } },
      required: ["ok"],
      additionalProperties: false,
    };
    const session = await world.open({ model: "gpt-5.4", effort: "low" });
    const outcome = await runTurn(session, {
      type: "prompt",
      text: "Look",
      images: [image],
      outputSchema: schema,
    });
    expect(outcome.answer).toBe('{"ok":true}');
    const { model, body, outputSchema, input } = request(world, 0);
    expect(model).toBe("gpt-5.4");
    expect(body["reasoning"]).toMatchObject({ effort: "low" });
    expect(outputSchema).toEqual(schema);
    expect(JSON.stringify(input)).toContain("data:image/png;base64,");
    expect(session.facts).toMatchObject({ model: "gpt-5.4", effort: "low", provider: "rehearsal" });
  });

  verifies(
    "codex.turn",
    "gives each turn of a thread its own usage, and the sum over its model calls",
    async () => {
      const world = await startWorld(
        sequence(
          withUsage(command("true"), { input: 1_000, output: 7 }),
          withUsage(message("one"), { input: 2_000, cached: 900, output: 30, reasoning: 9 }),
          withUsage(message("two"), { input: 50, cached: 0, output: 4, reasoning: 0 }),
        ),
      );
      const session = await world.open();
      const first = await runTurn(session, "First");
      const second = await runTurn(session, "Second");
      expect(first.usage).toEqual({
        inputTokens: 3_000,
        cachedInputTokens: 910,
        outputTokens: 37,
        reasoningTokens: 14,
      });
      expect(second).toMatchObject({
        answer: "two",
        commands: [],
        usage: { inputTokens: 50, cachedInputTokens: 0, outputTokens: 4, reasoningTokens: 0 },
      });
    },
  );

  verifies("codex.turn", "of more characters than Codex takes is refused without a model call", async () => {
    const world = await startWorld(sequence(message("Fine")));
    const session = await world.open();
    const outcome = await runTurn(session, "x".repeat(1_048_577));
    expect(outcome.error).toMatchObject({ kind: "input_too_large", details: { limit: 1_048_576 } });
    expect(world.model.requests).toHaveLength(0);
    expect((await runTurn(session, "Short")).answer).toBe("Fine");
  });

  verifies(
    "codex.turn",
    "runs on many threads of one server at once, each with its own answer and variables",
    async () => {
      const together = gate();
      const names = ["red", "green", "blue"];
      const world = await startWorld(
        byThread((first) => {
          const name = names.find((candidate) => asks(candidate)(first)) ?? "none";
          return sequence(command("echo colour=$COLOUR"), message(`answer ${name}`, { after: together }));
        }),
      );
      const turns = names.map(async (name) => {
        const session = await world.open({ environment: { COLOUR: name } });
        return runTurn(session, `Say ${name}`);
      });
      await world.model.waitForRequest(names.length * 2);
      together.open();
      const outcomes = await Promise.all(turns);
      expect(outcomes.map(({ answer }) => answer)).toEqual(names.map((name) => `answer ${name}`));
      for (const name of names) {
        const own = world.model.requests.filter(asks(`Say ${name}`)).flatMap(toolOutputs);
        expect(own.map(({ text }) => text.trim())).toEqual([`colour=${name}`]);
      }
    },
  );

  verifies(
    "codex.turn",
    "is refused while another turn of the thread runs, which goes on unharmed",
    async () => {
      const held = gate();
      const world = await startWorld(sequence(message("first", { after: held })));
      const session = await world.open();
      const first = runTurn(session, "One");
      await world.model.waitForRequest(1);
      await expect(runTurn(session, "Two")).rejects.toMatchObject({ report: { kind: "internal" } });
      held.open();
      expect((await first).answer).toBe("first");
      expect(world.model.requests).toHaveLength(1);
    },
  );
});

describe("the sandbox", () => {
  verifies("codex.sandbox", "read-only: a command really runs, reads, and can write nowhere", async () => {
    const world = await startWorld(
      sequence(
        command("cat a.txt; touch b.txt /tmp/tandem-never || echo failed; sleep 0.3"),
        message("Done"),
      ),
      { repository: { "a.txt": "content of a\n" } },
    );
    const session = await world.open();
    const outcome = await runTurn(session, "Try");
    expect(outcome.commands).toMatchObject([{ status: "completed", exitCode: 0 }]);
    const [output] = toolOutputs(request(world, 1));
    expect(output?.text).toContain("content of a");
    expect(output?.text.match(/Read-only file system/g)).toHaveLength(2);
    expect(git(world.workspace, "status", "--porcelain")).toBe("");
    expect(existsSync("/tmp/tandem-never")).toBe(false);
    expect(session.facts.sandbox).toEqual({ tier: "read-only", network: false, approvals: "never" });
  });

  verifies(
    "codex.sandbox",
    "workspace-write: the workspace is writable, .git and the world around it are not",
    async () => {
      const outside = makeHome("outside");
      const world = await startWorld(
        sequence(command(`echo x > new.txt; touch .git/x; touch ${outside}/x; sleep 0.3`), message("Done")),
        { repository: { "a.txt": "a\n" } },
      );
      const session = await world.open({ tier: "workspace-write" });
      await runTurn(session, "Write");
      expect(readFileSync(join(world.workspace, "new.txt"), "utf8")).toBe("x\n");
      expect(readdirSync(outside)).toEqual([]);
      expect(existsSync(join(world.workspace, ".git", "x"))).toBe(false);
      expect(session.facts.sandbox).toEqual({ tier: "workspace-write", network: false, approvals: "never" });
    },
  );

  verifies("codex.sandbox", "danger-full-access: everything is writable, and Codex says so", async () => {
    const outside = makeHome("outside");
    const world = await startWorld(sequence(command(`touch ${outside}/x`), message("Done")));
    const session = await world.open({ tier: "danger-full-access" });
    await runTurn(session, "Write");
    expect(readdirSync(outside)).toEqual(["x"]);
    expect(session.facts.sandbox).toMatchObject({ tier: "danger-full-access", network: true });
  });

  for (const tier of ["read-only", "workspace-write"] as const) {
    verifies("codex.sandbox", `${tier}: commands reach the network only when it was asked for`, async () => {
      const world = await startWorld((asked) =>
        asked.input.some((item) => item["type"] === "function_call_output")
          ? message("Done")
          : command(`(exec 3<>/dev/tcp/127.0.0.1/${world.model.port}) && echo connected; sleep 0.3`),
      );
      const closed = await world.open({ tier });
      await runTurn(closed, "Offline");
      const open = await world.open({ tier, network: true });
      await runTurn(open, "Online");
      const outputs = world.model.requests.flatMap(toolOutputs).map(({ text }) => text);
      expect(outputs).toHaveLength(2);
      expect(outputs[0]).not.toContain("connected");
      expect(outputs[1]).toContain("connected");
      expect([closed.facts.sandbox.network, open.facts.sandbox.network]).toEqual([false, true]);
    });
  }

  verifies("codex.sandbox", "the user's own wider sandbox does not reach a run", async () => {
    const outside = makeHome("outside");
    const world = await startWorld(
      (asked) =>
        asked.input.some((item) => item["type"] === "function_call_output")
          ? message("Done")
          : command(
              `touch ${lastUserText(asked)}.txt; touch ${outside}/x; (exec 3<>/dev/tcp/127.0.0.1/${world.model.port}) && echo connected; sleep 0.3`,
            ),
      {
        home: {
          extraConfig: {
            sandbox_mode: "danger-full-access",
            approval_policy: "on-request",
            sandbox_workspace_write: { writable_roots: [outside], network_access: true },
          },
        },
      },
    );
    await runTurn(await world.open(), "reading");
    expect(readdirSync(world.workspace)).toEqual([]);
    const writing = await world.open({ tier: "workspace-write" });
    await runTurn(writing, "writing");
    expect(readdirSync(world.workspace)).toEqual(["writing.txt"]);
    expect(readdirSync(outside)).toEqual([]);
    expect(writing.facts.sandbox).toEqual({ tier: "workspace-write", network: false, approvals: "never" });
    const outputs = world.model.requests.flatMap(toolOutputs);
    expect(outputs.map(({ text }) => text).join()).not.toContain("connected");
  });

  verifies("codex.sandbox", "an escalated command is refused without anybody being asked", async () => {
    const world = await startWorld(
      sequence(command("touch escaped.txt", { escalated: { justification: "please" } }), message("Done")),
    );
    const outcome = await runTurn(await world.open(), "Escape");
    expect(outcome.status).toBe("completed");
    expect(readdirSync(world.workspace)).toEqual([]);
    expect(world.events.filter((event) => event.type === "request_answered")).toEqual([]);
  });
});

describe("a native review", () => {
  const verdict = {
    findings: [
      {
        title: "Off by one",
        body: "The loop ends early.",
        confidence_score: 0.8,
        priority: 1,
        code_location: { absolute_file_path: "/x/a.txt", line_range: { start: 1, end: 1 } },
      },
    ],
    overall_correctness: "patch is incorrect",
    overall_explanation: "One bug.",
    overall_confidence_score: 0.7,
  };

  const targets: readonly ((head: string) => ReviewTarget)[] = [
    () => ({ type: "uncommittedChanges" }),
    () => ({ type: "baseBranch", branch: "main" }),
    (head) => ({ type: "commit", sha: head, title: "First" }),
    () => ({ type: "custom", instructions: "Look at a.txt only." }),
  ];

  for (const target of targets) {
    verifies(
      "codex.review",
      `${target("").type}: the reviewer's JSON comes out, and no thread is left`,
      async () => {
        const world = await startWorld(sequence(command("cat a.txt"), message(JSON.stringify(verdict))), {
          repository: { "a.txt": "a\n" },
        });
        writeFileSync(join(world.workspace, "a.txt"), "b\n");
        const head = git(world.workspace, "rev-parse", "HEAD").trim();
        const session = await world.open({ untrusted: true });
        const outcome = await runTurn(session, { type: "review", target: target(head) });
        expect(outcome).toMatchObject({
          status: "completed",
          answer: expect.stringContaining("Off by one"),
          commands: [{ exitCode: 0, reads: [join(world.workspace, "a.txt")] }],
          usage: { inputTokens: 200 },
        });
        expect(JSON.parse(outcome.reviewerMessage ?? "")).toEqual(verdict);
        expect(world.model.requests.every(({ subagent }) => subagent === "review")).toBe(true);
        expect(sessionFiles(world.home)).toEqual([]);
      },
    );
  }

  verifies(
    "codex.review",
    "a second, plain turn follows on the same thread with the review in its context",
    async () => {
      const world = await startWorld(
        firstOf(
          when(({ subagent }) => subagent === "review", message(JSON.stringify(verdict))),
          message("More about it"),
        ),
        { repository: { "a.txt": "a\n" } },
      );
      const session = await world.open({ untrusted: true });
      await runTurn(session, { type: "review", target: { type: "uncommittedChanges" } });
      const outcome = await runTurn(session, "Say more.");
      expect(outcome).toMatchObject({ answer: "More about it", usage: { inputTokens: 100 } });
      expect(outcome.reviewerMessage).toBeUndefined();
      expect(JSON.stringify(world.model.requests.at(-1)?.input)).toContain("Off by one");
    },
  );

  verifies("codex.review", "an answer that is no JSON is passed on as it is", async () => {
    const world = await startWorld(sequence(message("Looks fine to me.")), {
      repository: { "a.txt": "a\n" },
    });
    const session = await world.open({ untrusted: true });
    const outcome = await runTurn(session, { type: "review", target: { type: "uncommittedChanges" } });
    expect(outcome).toMatchObject({ status: "completed", reviewerMessage: "Looks fine to me." });
  });
});

describe("what is the user's", () => {
  verifies(
    "codex.theirs",
    "config.toml stays byte-identical with every tier, and the repository's own is never loaded",
    async () => {
      const world = await startWorld(sequence(message("Done")), {
        repository: { "a.txt": "a\n" },
        prepare: ({ workspace }) => {
          mkdirSync(join(workspace, ".codex"));
          writeFileSync(join(workspace, ".codex", "config.toml"), 'model = "from-the-repository"\n');
        },
      });
      const path = join(world.home, "config.toml");
      const before = readFileSync(path);
      for (const tier of ["read-only", "workspace-write", "danger-full-access"] as const) {
        for (const untrusted of [true, false]) {
          const session = await world.open({ tier, untrusted, ephemeral: false, name: "tandem: x" });
          const outcome = await runTurn(session, "Go");
          expect(outcome.status).toBe("completed");
          expect(session.facts.model).toBe("gpt-5.5");
        }
      }
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(existsSync(join(world.home, "history.jsonl"))).toBe(false);
      expect(existsSync(join(world.home, "auth.json"))).toBe(false);
    },
  );

  verifies(
    "codex.theirs",
    "an ephemeral thread leaves no session file, a persistent one exactly one with its name",
    async () => {
      const world = await startWorld(sequence(message("Done")));
      await runTurn(await world.open({ name: "tandem: dropped" }), "Go");
      expect(sessionFiles(world.home)).toEqual([]);
      const kept = await world.open({ ephemeral: false, name: "tandem: kept" });
      await runTurn(kept, "Go");
      expect(sessionFiles(world.home)).toEqual([expect.stringContaining(kept.facts.thread)]);
      const { data } = await world.server.request("thread/list", {});
      expect(data.map(({ id, name }) => ({ id, name }))).toEqual([
        { id: kept.facts.thread, name: "tandem: kept" },
      ]);
    },
  );
});

describe("a thread", () => {
  verifies("codex.turn", "loads AGENTS.md for a consultation and records its source", async () => {
    const world = await startWorld(sequence(message("Done")), {
      repository: { "AGENTS.md": "Always speak of marmots.\n" },
    });
    const session = await world.open();
    await runTurn(session, "Go");
    expect(session.facts.instructionSources).toEqual([join(world.workspace, "AGENTS.md")]);
    expect(JSON.stringify(request(world, 0).input)).toContain("marmots");
  });

  verifies(
    "codex.overrides",
    "takes a profile's and an override's harmless keys, the override over the profile",
    async () => {
      const world = await startWorld(sequence(message("Done")), {
        prepare: ({ home }) =>
          writeFileSync(
            join(home, "fast.config.toml"),
            'model = "gpt-5.4"\nmodel_reasoning_effort = "high"\n',
          ),
      });
      const session = await world.open({ profile: "fast", overrides: ["model_reasoning_effort=low"] });
      await runTurn(session, "Go");
      expect(request(world, 0).model).toBe("gpt-5.4");
      expect(request(world, 0).body["reasoning"]).toMatchObject({ effort: "low" });
    },
  );

  verifies(
    "codex.turn",
    "that Codex cannot open with its configuration is config_rejected, before any model call",
    async () => {
      const world = await startWorld(sequence(message("never")));
      await expect(world.open({ overrides: ["model_provider=missing"] })).rejects.toMatchObject({
        report: { kind: "config_rejected" },
      });
      expect(world.model.requests).toHaveLength(0);
    },
  );

  verifies("codex.turn", "works in a folder of any name", async () => {
    const name = 'it\'s a "folder" [x]=y; $HOME ünï\n.d';
    const world = await startWorld(sequence(command("pwd"), message("Done")), {
      prepare: ({ workspace }) => {
        mkdirSync(join(workspace, name));
      },
    });
    const cwd = join(world.workspace, name);
    const session = await world.open({ cwd, workTreeRoot: cwd, untrusted: true });
    await runTurn(session, "Where?");
    expect(toolOutputs(request(world, 1))[0]?.text.trim()).toBe(cwd);
  });
});
