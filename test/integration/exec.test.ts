import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pins } from "../../src/codex/pins.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { lastUserText } from "../../src/rehearsal/model-request.ts";
import type { RecordedRequest } from "../../src/rehearsal/recorder.ts";
import {
  applyPatch,
  command,
  items,
  message,
  reasoning,
  toolCall,
  withUsage,
} from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { toolOutputs } from "../../src/rehearsal/tool-outputs.ts";
import { git, runTurn } from "../support/app-server-world.ts";
import { type ExecWorld, endExecWorldsAfterEach, fakeCodex, startExecWorld } from "../support/exec-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

endExecWorldsAfterEach();

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function sessionFiles(home: string): readonly string[] {
  const folder = join(home, "sessions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
}

function request(world: ExecWorld, index: number): RecordedRequest {
  const found = world.model.requests[index];
  if (found === undefined) throw new Error(`There was no request ${index}.`);
  return found;
}

/** What the last request says of the commands before it. */
function outputs(world: ExecWorld): string {
  return toolOutputs(request(world, world.model.requests.length - 1))
    .map(({ text }) => text)
    .join("\n");
}

const prompt = (text: string, more: object = {}) => ({ type: "prompt" as const, text, images: [], ...more });

describe("a one-shot prompt", () => {
  verifies(
    "exec.turn",
    "reaches the model byte by byte on stdin and gives answer, commands and usage",
    async () => {
      const world = await startExecWorld(
        sequence(
          items([reasoning("Let me see"), command("echo out; exit 3")]),
          withUsage(message("All well"), { input: 2_000, cached: 900, output: 30, reasoning: 9 }),
        ),
      );
      const text = '--review $(rm -rf /) — "quoted"\n\n\tлист 🜚 \\u0041 </user>';
      const session = await world.open({ ephemeral: false });
      const outcome = await runTurn(session, text);
      expect(outcome).toEqual({
        status: "completed",
        turn: expect.any(String),
        answer: "All well",
        commands: [expect.objectContaining({ exitCode: 3, status: "failed", reads: [] })],
        blockedWrites: [],
        usage: { inputTokens: 2_100, cachedInputTokens: 910, outputTokens: 50, reasoningTokens: 14 },
      });
      expect(lastUserText(request(world, 0))).toBe(text);
      expect(world.events.map(({ type }) => type)).toEqual([
        "thread_started",
        "turn_started",
        "reasoning",
        "command_started",
        "command_completed",
        "message",
        "usage",
        "turn_completed",
      ]);
    },
  );

  verifies(
    "exec.turn",
    "carries model, effort, schema and images, also one with a comma in its name",
    async () => {
      const world = await startExecWorld(sequence(message('{"ok":true}')));
      const images = ["pixel one.png", "two,2.png"].map((name) => join(world.workspace, name));
      for (const image of images) writeFileSync(image, pixel);
      const properties = { ok: { type: "boolean" } };
      const outputSchema = { type: "object", properties, required: ["ok"], additionalProperties: false };
      const session = await world.open({ model: "gpt-5.4", effort: "low", ephemeral: false });
      const outcome = await runTurn(session, prompt("Look", { images, outputSchema }));
      expect(outcome.answer).toBe('{"ok":true}');
      const { model, body, outputSchema: sent, input } = request(world, 0);
      expect([model, sent]).toEqual(["gpt-5.4", outputSchema]);
      expect(body["reasoning"]).toMatchObject({ effort: "low" });
      expect(JSON.stringify(input).match(/data:image\/png;base64,/g)).toHaveLength(2);
      expect(lastUserText(request(world, 0))).toContain("Look");
      expect(session.facts).toMatchObject({ model: "gpt-5.4", effort: "low", provider: "rehearsal" });
      expect(readdirSync(world.folder)).toEqual([]);
    },
  );

  verifies(
    "exec.turn",
    "knows the instructions of a repository that may steer it, and not those of one that may not",
    async () => {
      const world = await startExecWorld(message("Read"), { repository: { "AGENTS.md": "SAY-PLEASE" } });
      await runTurn(await world.open(), "Go");
      await runTurn(await world.open({ untrusted: true }), "Go");
      const told = world.model.requests.map(({ input }) => JSON.stringify(input).includes("SAY-PLEASE"));
      expect(told).toEqual([true, false]);
    },
  );

  const refused: readonly [name: string, input: (world: ExecWorld) => object, kind: string][] = [
    [
      "a missing image",
      ({ workspace }) => prompt("x", { images: [join(workspace, "no.png")] }),
      "input_unreadable",
    ],
    ["a folder as image", ({ workspace }) => prompt("x", { images: [workspace] }), "input_unreadable"],
    ["an empty prompt", () => prompt(" \n"), "usage"],
    ["a native review", () => ({ type: "review", target: { type: "uncommittedChanges" } }), "usage"],
  ];
  for (const [name, input, kind] of refused) {
    verifies("exec.inputs", `with ${name} is refused before Codex is started`, async () => {
      const world = await startExecWorld(message("x"));
      const session = await world.open();
      const outcome = await runTurn(session, input(world) as Parameters<typeof runTurn>[1]);
      expect([outcome.status, outcome.error?.kind, session.child]).toEqual(["failed", kind, undefined]);
    });
  }

  verifies("exec.inputs", "in a folder that is gone is workspace_gone", async () => {
    const world = await startExecWorld(message("x"));
    const session = await world.open({ cwd: join(world.workspace, "gone") });
    expect((await runTurn(session, "x")).error?.kind).toBe("workspace_gone");
  });
});

describe("the sandbox of a one-shot run", () => {
  verifies(
    "exec.sandbox",
    "is what was asked for, read back before the first call, also in a folder the user trusts",
    async () => {
      const world = await startExecWorld(sequence(command("echo x > kept.txt"), message("Done")), {
        repository: { a: "a" },
      });
      const config = join(world.home, "config.toml");
      writeFileSync(
        config,
        `${readFileSync(config, "utf8")}\n[projects."${world.workspace}"]\ntrust_level = "trusted"\n[sandbox_workspace_write]\nnetwork_access = true\nwritable_roots = ["/opt"]\n`,
      );
      const session = await world.open({ ephemeral: false });
      const outcome = await runTurn(session, "Write");
      expect(session.facts.sandbox).toEqual({ tier: "read-only", network: false, approvals: "never" });
      expect(world.events[0]).toMatchObject({ type: "thread_started", sandbox: { tier: "read-only" } });
      expect(existsSync(join(world.workspace, "kept.txt"))).toBe(false);
      expect(outcome.blockedWrites).toEqual(["echo x > kept.txt"]);
    },
  );

  verifies(
    "exec.sandbox",
    "writes the folder and no other in workspace-write, whatever the user's configuration opens",
    async () => {
      const script = `echo x > kept.txt; echo x > "$MORE/more.txt"; echo x > "$ELSE/else.txt"`;
      const folders = { MORE: "more", ELSE: "else" };
      const world = await startExecWorld(sequence(command(script), message("Done")));
      const places = Object.fromEntries(
        Object.entries(folders).map(([name, folder]) => [name, join(world.home, folder)]),
      );
      for (const place of Object.values(places)) mkdirSync(place);
      const config = join(world.home, "config.toml");
      writeFileSync(
        config,
        `${readFileSync(config, "utf8")}\n[sandbox_workspace_write]\nnetwork_access = true\nwritable_roots = ["${places["ELSE"]}"]\n`,
      );
      const session = await world.open({
        tier: "workspace-write",
        ephemeral: false,
        environment: places,
        addDirectories: [join(world.home, "more")],
      });
      await runTurn(session, "Write");
      expect(session.facts.sandbox).toEqual({ tier: "workspace-write", network: false, approvals: "never" });
      const written = [
        join(world.workspace, "kept.txt"),
        join(world.home, "more/more.txt"),
        join(world.home, "else/else.txt"),
      ];
      expect(written.map((path) => existsSync(path))).toEqual([true, true, false]);
    },
  );

  verifies("exec.sandbox", "of an ephemeral run is unverified and says so", async () => {
    const world = await startExecWorld(message("x"));
    const session = await world.open();
    await runTurn(session, "x");
    expect(session.facts.sandbox.tier).toBe("unverified");
    expect(world.events[0]).toMatchObject({ type: "thread_started", sandbox: { tier: "unverified" } });
  });

  const thread = `${Date.now()
    .toString(16)
    .padStart(12, "0")
    .replace(/^(.{8})/, "$1-")}-7000-8000-000000000001`;
  const today = new Date();
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  const written = (home: string, sandbox: object) => ({
    file: join(home, "sessions", ...day, `rollout-x-${thread}.jsonl`),
    content: `${JSON.stringify({ type: "turn_context", payload: { turn_id: "t", approval_policy: "never", sandbox_policy: sandbox } })}\n`,
  });
  const started = [
    { event: { type: "thread.started", thread_id: thread } },
    { event: { type: "turn.started" } },
  ];
  const acting = {
    event: { type: "item.started", item: { id: "item_0", type: "command_execution", command: "rm -rf ." } },
  };

  verifies(
    "exec.sandbox",
    "that is another one than asked for ends the run at once as sandbox_mismatch",
    async () => {
      const world = await startExecWorld(message("x"), fakeCodex([]));
      const plan = [written(world.home, { type: "danger-full-access" }), ...started, { stay: true }];
      Object.assign(world.start.environment, { FAKE_PLAN: JSON.stringify(plan) });
      const session = await world.open({ ephemeral: false });
      const outcome = await runTurn(session, "x");
      expect(outcome).toMatchObject({ status: "failed", error: { kind: "sandbox_mismatch" } });
      expect(session.facts.sandbox.tier).toBe("danger-full-access");
      // Less than the wall clock of the turn.
    },
    40_000,
  );

  verifies("exec.sandbox", "that is not told does not let a writing run act", async () => {
    const world = await startExecWorld(message("x"), fakeCodex([...started, acting, { stay: true }]));
    const session = await world.open({ ephemeral: false, tier: "workspace-write" });
    expect((await runTurn(session, "x")).error?.kind).toBe("sandbox_mismatch");
  });

  verifies("exec.rules", "holds although a rule of the user's would let the command out of it", async () => {
    const out = join(makeHome("outside"), "escaped");
    const start = async () => {
      const world = await startExecWorld(sequence(command(`touch ${out}`), message("Done")));
      mkdirSync(join(world.home, "rules"));
      writeFileSync(
        join(world.home, "rules/default.rules"),
        'prefix_rule(pattern=["touch"], decision="allow")\n',
      );
      return world;
    };
    const world = await start();
    const outcome = await runTurn(await world.open(), "Touch");
    expect([outcome.status, existsSync(out)]).toEqual(["completed", false]);
    // A command line without the flag does what the promise forbids.
    const bare = await start();
    const words = ["exec", "--json", "--sandbox", "read-only", "--skip-git-repo-check", "-"];
    const codex = spawn(bare.start.program.path, words, {
      cwd: bare.workspace,
      env: bare.start.environment,
      stdio: ["pipe", "ignore", "ignore"],
    });
    codex.stdin.end("Touch");
    await once(codex, "exit");
    expect(existsSync(out)).toBe(true);
  });
});

describe("a thread of one-shot turns", () => {
  verifies(
    "exec.resume",
    "goes on with its second turn, each with its own usage and its own sandbox",
    async () => {
      const world = await startExecWorld(
        sequence(
          message("one"),
          command("true"),
          withUsage(message("two"), { input: 50, cached: 0, output: 4, reasoning: 0 }),
        ),
      );
      const session = await world.open({ ephemeral: false, tier: "workspace-write" });
      expect(session.takesFollowUps).toBe(true);
      const first = await runTurn(session, "First");
      const { thread } = session.facts;
      const second = await runTurn(session, "Second");
      expect(first.usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
      expect(second).toMatchObject({ answer: "two", usage: { inputTokens: 150, outputTokens: 24 } });
      expect(second.turn).not.toBe(first.turn);
      expect([session.facts.thread, sessionFiles(world.home).length]).toEqual([thread, 1]);
      expect(JSON.stringify(request(world, 1).input)).toContain("First");
      // A later run of another tier does not inherit the earlier one's.
      const later = await world.open({ ephemeral: false, resume: thread });
      const third = await runTurn(later, "Third");
      expect([third.status, later.facts.thread, later.facts.sandbox.tier]).toEqual([
        "completed",
        thread,
        "read-only",
      ]);
      expect(third.usage).toMatchObject({ inputTokens: 50, outputTokens: 4 });
      expect(world.events.filter(({ type }) => type === "thread_started")).toHaveLength(2);
    },
  );

  verifies(
    "exec.resume",
    "is refused under another name than its id, and nothing new is started",
    async () => {
      const world = await startExecWorld(message("x"));
      await expect(world.open({ resume: "my-thread", ephemeral: false })).rejects.toMatchObject({
        report: { kind: "usage" },
      });
      expect(sessionFiles(world.home)).toEqual([]);
    },
  );

  verifies("exec.resume", "that Codex does not have is an error and starts no other", async () => {
    const world = await startExecWorld(message("x"));
    const session = await world.open({ resume: "01a1fc36-0000-7263-a131-2f6c499282bb", ephemeral: false });
    const outcome = await runTurn(session, "x");
    expect(outcome.error).toMatchObject({
      kind: "usage",
      message: expect.stringContaining("no rollout found"),
    });
    expect([world.model.requests.length, sessionFiles(world.home).length]).toEqual([0, 0]);
  });

  verifies("exec.resume", "that Codex exchanges for another one is stopped", async () => {
    const other = "01a1fc36-1111-7263-a131-2f6c499282bb";
    const plan = [{ event: { type: "thread.started", thread_id: other } }, { stay: true }];
    const world = await startExecWorld(message("x"), fakeCodex(plan));
    const session = await world.open({ resume: "01a1fc36-0000-7263-a131-2f6c499282bb", ephemeral: false });
    const outcome = await runTurn(session, "x");
    expect(outcome.error).toMatchObject({ kind: "protocol", message: expect.stringContaining(other) });
  });

  verifies("exec.resume", "that is ephemeral takes no second turn and says so", async () => {
    const world = await startExecWorld(message("x"));
    const session = await world.open();
    expect(session.takesFollowUps).toBe(false);
    await runTurn(session, "x");
    expect((await runTurn(session, "y")).error?.kind).toBe("protocol");
    expect(world.model.requests).toHaveLength(1);
  });
});

describe("the user's own Codex", () => {
  verifies(
    "exec.theirs",
    "keeps its configuration byte by byte; an ephemeral run leaves no session",
    async () => {
      const world = await startExecWorld(message("x"), { repository: { a: "a" } });
      const config = readFileSync(join(world.home, "config.toml"));
      await runTurn(await world.open(), "x");
      expect(sessionFiles(world.home)).toEqual([]);
      await runTurn(await world.open({ ephemeral: false, tier: "workspace-write" }), "x");
      expect(sessionFiles(world.home)).toHaveLength(1);
      expect(readFileSync(join(world.home, "config.toml"))).toEqual(config);
      expect(readdirSync(world.folder)).toEqual([]);
      expect(git(world.workspace, "status", "--porcelain")).toBe("");
    },
  );

  verifies(
    "exec.environment",
    "gives commands the core variables and the allow-list, and shows no value of it",
    async () => {
      const held = gate();
      const world = await startExecWorld(sequence(command("env"), message("Done", { after: held })), {
        environment: { A_TOKEN: "allowed-value", SECRET_KEY: "hidden-value", LANG: "C.UTF-8" },
      });
      const session = await world.open({ environment: { A_TOKEN: "allowed-value", OTHER: "other-value" } });
      const turn = runTurn(session, "Go");
      await world.model.waitForRequest(2);
      const line = readFileSync(`/proc/${session.child?.pid}/cmdline`, "utf8");
      held.open();
      await turn;
      expect(outputs(world)).toMatch(/^A_TOKEN=allowed-value$/m);
      expect(outputs(world)).toMatch(/^OTHER=other-value$/m);
      expect(outputs(world)).toMatch(/^LANG=C\.UTF-8$/m);
      expect(outputs(world)).not.toContain("hidden-value");
      expect(line).toContain("A_TOKEN");
      expect(line).not.toMatch(/allowed-value|other-value/);
      await runTurn(await world.open(), "Without an allow-list");
      expect(outputs(world)).not.toContain("A_TOKEN");
    },
  );

  verifies(
    "exec.pins",
    "has its servers, notifications, skills and search left out, and starts those that are named",
    async () => {
      const world = await startExecWorld(message("Done"), { repository: { a: "a" } });
      const marks = ["named", "own", "project", "notified"].map((name) => join(world.home, `mark-${name}`));
      const [named, own, project, notified] = marks;
      const server = (name: string, mark: string | undefined) =>
        `[mcp_servers.${name}]\ncommand = "/usr/bin/touch"\nargs = ["${mark}"]\n`;
      const config = join(world.home, "config.toml");
      writeFileSync(
        config,
        `notify = ["/usr/bin/touch", "${notified}"]\n${readFileSync(config, "utf8")}\n${server("named", named)}${server('"o.w n"', own)}[projects."${world.workspace}"]\ntrust_level = "trusted"\n`,
      );
      mkdirSync(join(world.workspace, ".codex"));
      writeFileSync(join(world.workspace, ".codex/config.toml"), server("project", project));
      await runTurn(await world.open({ mcpServers: ["named"] }), "Go");
      expect(marks.map((mark) => existsSync(mark))).toEqual([true, false, false, false]);
      expect(request(world, 0).tools).not.toContain("web_search");
      // A project that is not trusted for the run has no servers to leave out.
      const untrusted = await runTurn(await world.open({ untrusted: true }), "Go");
      expect([untrusted.status, existsSync(project ?? "")]).toEqual(["completed", false]);
    },
  );

  verifies("exec.pins", "knows every key that is pinned", async () => {
    const world = await startExecWorld(message("Done"));
    const session = await world.open({ ephemeral: false, tier: "workspace-write", untrusted: true });
    expect((await runTurn(session, "Go")).status).toBe("completed");
    expect(session.pins.length).toBeGreaterThan(10);
    expect(world.events.filter(({ type }) => type === "warning")).toEqual([]);
  });

  verifies("exec.pins", "that ignores a pin is contract_changed before any model call", async () => {
    const unknown = { path: ["features", "of_yesterday"], reason: "", value: () => false };
    const world = await startExecWorld(message("Done"), { start: { pinTable: [...pins, unknown] } });
    const outcome = await runTurn(await world.open(), "Go");
    expect(outcome.error).toMatchObject({
      kind: "contract_changed",
      message: expect.stringContaining("of_yesterday"),
    });
    expect(world.model.requests).toEqual([]);
  });

  verifies("exec.pins", "that says it ignores a pin ends the run as contract_changed", async () => {
    const notice = "Codex is ignoring 1 setting.\n  session-flags: `features.apps` is ignored.";
    const plan = [
      { event: { type: "thread.started", thread_id: "t" } },
      { event: { type: "item.completed", item: { id: "item_0", type: "error", message: notice } } },
      { stay: true },
    ];
    const world = await startExecWorld(message("x"), fakeCodex(plan));
    const outcome = await runTurn(await world.open(), "Go");
    expect(outcome.error).toMatchObject({
      kind: "contract_changed",
      message: expect.stringContaining("features.apps"),
    });
  });

  verifies(
    "exec.pins",
    "may have keys that Codex does not know in its files, which are ignored, but not in -c",
    async () => {
      const world = await startExecWorld(message("Done"));
      const config = join(world.home, "config.toml");
      writeFileSync(config, `${readFileSync(config, "utf8")}\n[of_yesterday]\nkey = 1\n`);
      const session = await world.open({ ephemeral: false });
      expect((await runTurn(session, "Go")).status).toBe("completed");
      expect((await runTurn(session, "Go on")).status).toBe("completed");
      const told = world.events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
      expect(told.filter((text) => text.includes(`ignores it: ${config}: of_yesterday`))).toHaveLength(1);
      const typo = await world.open({ overrides: ["of_tomorrow=1"] });
      expect((await runTurn(typo, "Go")).error).toMatchObject({ kind: "config_rejected" });
      expect(world.model.requests).toHaveLength(2);
    },
  );

  verifies(
    "exec.isolation",
    "is left out with its servers where the run is to be isolated from it",
    async () => {
      const world = await startExecWorld(message("Done"));
      const mark = join(world.home, "mark");
      const config = join(world.home, "config.toml");
      const provider = readFileSync(config, "utf8");
      writeFileSync(
        config,
        `${provider}\n[mcp_servers.own]\ncommand = "/usr/bin/touch"\nargs = ["${mark}"]\n`,
      );
      const overrides = [
        'model_provider="scripted"',
        `model_providers.scripted={name="s",base_url="${world.model.baseUrl}",wire_api="responses"}`,
      ];
      const session = await world.open({
        isolation: "ignore-config",
        overrides,
        ephemeral: false,
        mcpServers: ["own"],
      });
      expect((await runTurn(session, "Go")).status).toBe("completed");
      expect([session.facts.provider, existsSync(mark)]).toEqual(["scripted", false]);
    },
  );

  verifies("exec.turn", "takes a profile, which may not touch what is pinned", async () => {
    const world = await startExecWorld(message("Done"));
    writeFileSync(join(world.home, "quick.config.toml"), 'model = "gpt-5.4"\n');
    writeFileSync(join(world.home, "wide.config.toml"), 'sandbox_mode = "danger-full-access"\n');
    await runTurn(await world.open({ profile: "quick" }), "Go");
    expect(request(world, 0).model).toBe("gpt-5.4");
    await expect(world.open({ profile: "wide" })).rejects.toMatchObject({
      report: { kind: "config_rejected" },
    });
  });

  verifies("exec.turn", "is asked whether it knows a model, and only when one was chosen", async () => {
    const world = await startExecWorld(message("Done"));
    expect(await world.engine.checkModel({})).toEqual([]);
    expect(await world.engine.checkModel({ model: "no-such-model" })).toEqual([
      expect.stringContaining("no-such-model"),
    ]);
    await expect(world.engine.checkModel({ effort: "bananas" })).rejects.toMatchObject({
      report: { kind: "model_unavailable" },
    });
  });
});

describe("calls that were refused", () => {
  verifies("exec.refused_calls", "are told as warnings, and blocked writes are in the outcome", async () => {
    const patch = (path: string) => `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`;
    const outside = "/usr/outside.txt";
    const world = await startExecWorld(
      sequence(
        applyPatch(patch(outside)),
        applyPatch(patch("inside.txt")),
        command(`touch ${outside}`),
        command("true", { escalated: { justification: "please" } }),
        toolCall("no_such_tool", {}),
        message("Done"),
      ),
    );
    const session = await world.open({ tier: "workspace-write", ephemeral: false });
    const outcome = await runTurn(session, "Go");
    expect(outcome.blockedWrites).toEqual([`apply_patch ${outside}`, `touch ${outside}`]);
    expect(world.events.flatMap((event) => (event.type === "warning" ? [event.message] : []))).toEqual([
      `the sandbox refused a write: apply_patch ${outside}`,
      `the sandbox refused a write: touch ${outside}`,
      expect.stringContaining("approval policy is Never; reject command"),
      expect.stringContaining("unsupported call: no_such_tool"),
    ]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: "files_changed", paths: [join(world.workspace, "inside.txt")] }),
    );
    expect(readdirSync(world.workspace)).toEqual(["inside.txt"]);
  });
});
