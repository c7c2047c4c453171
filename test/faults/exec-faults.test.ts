import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { TurnOutcome } from "../../src/codex/engine.ts";
import { listProcesses } from "../../src/codex/process-family.ts";
import type { ErrorKind } from "../../src/domain/errors/tandem-error.ts";
import { dropStream, hang, httpError, incomplete, responseFailed } from "../../src/rehearsal/faults.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { command, empty, message, refusal, withUsage } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import type { OwnedRun } from "../codex/exec/fixtures/exec-owner.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import { processesNaming, runTurn } from "../support/app-server-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import {
  type ExecWorld,
  endExecWorldsAfterEach,
  fakeCodex,
  guardians,
  startExecWorld,
} from "../support/exec-world.ts";
import { endFixturesAfterEach, type FixtureProcess, startFixture } from "../support/fixture-process.ts";
import { kill } from "../support/kill.ts";
import { commonFaults, type ModelFault } from "../support/model-faults.ts";
import { verifies } from "../support/requirements.ts";
import { sessionsOf } from "../support/sessions.ts";

endFixturesAfterEach();
endExecWorldsAfterEach();

interface ExecFault extends ModelFault {
  /** On a persistent thread, whose session file has Codex's typed error. */
  readonly persistent?: true;
}

const modelFaults: readonly ExecFault[] = [
  ...commonFaults,
  { name: "HTTP 401, typed", replies: [httpError(401)], kind: "not_logged_in", persistent: true },
  {
    name: "HTTP 429 that names a time, again and again",
    replies: [httpError(429, undefined, { "retry-after": "0" })],
    kind: "rate_limited",
    home: { streamRetries: 1 },
    requests: 2,
  },
  {
    name: "a rate limit",
    replies: [responseFailed("rate_limit_exceeded", "Slow down")],
    kind: "rate_limited",
  },
  {
    name: "a policy of the provider, typed",
    replies: [responseFailed("cyber_policy", "Not this")],
    kind: "agent_refused",
    persistent: true,
  },
  {
    name: "an answer that is filtered",
    replies: [incomplete("content_filter", "Half")],
    kind: "agent_refused",
    answer: "Half",
  },
  { name: "a dropped stream", replies: [dropStream()], kind: "network_unreachable" },
  {
    name: "a dropped stream, typed",
    replies: [dropStream({ afterItem: true, text: "Half" })],
    kind: "network_unreachable",
    answer: "Half",
    persistent: true,
  },
  {
    name: "a refusal after a command, typed",
    replies: [command("true"), refusal("No")],
    kind: "agent_refused",
    persistent: true,
  },
  {
    name: "an empty answer",
    replies: [withUsage(empty(), { output: 5, reasoning: 5 })],
    kind: "empty_answer",
  },
  {
    name: "an empty answer after a command, typed",
    replies: [command("true"), withUsage(empty(), { output: 5, reasoning: 5 })],
    kind: "empty_answer",
    persistent: true,
  },
];

describe("a provider that fails", () => {
  for (const fault of modelFaults) {
    verifies("exec.model_faults", `with ${fault.name} ends the turn as ${fault.kind}`, async () => {
      const world = await startExecWorld(sequence(...fault.replies), { home: fault.home ?? {} });
      const session = await world.open({ ephemeral: fault.persistent !== true });
      const outcome = await runTurn(session, "Go");
      expect([outcome.status, outcome.error?.kind, outcome.answer]).toEqual([
        "failed",
        fault.kind,
        fault.answer,
      ]);
      if (fault.requests !== undefined) expect(world.model.requests).toHaveLength(fault.requests);
      if (fault.persistent === true) expect(session.facts.sandbox.tier).toBe("read-only");
    });
  }

  verifies(
    "exec.model_faults",
    "and then answers is a completed turn, and the retries are told",
    async () => {
      const later = httpError(429, undefined, { "retry-after": "0" });
      const world = await startExecWorld(sequence(later, dropStream(), message("Then")), {
        home: { streamRetries: 2 },
      });
      const outcome = await runTurn(await world.open(), "Go");
      expect([outcome.status, outcome.answer]).toEqual(["completed", "Then"]);
      expect(world.events.filter(({ type }) => type === "retrying")).toHaveLength(2);
    },
  );

  verifies("exec.turn", "is charged for what it used all the same", async () => {
    const world = await startExecWorld(sequence(command("true"), httpError(400)));
    const outcome = await runTurn(await world.open({ ephemeral: false }), "Go");
    expect(outcome.usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  });
});

describe("time", () => {
  verifies(
    "exec.limits",
    "a silent server ends the turn at the wall clock, and nothing is left",
    async () => {
      const world = await startExecWorld(hang());
      const outcome = await runTurn(await world.open(), "Go", { limits: { timeoutMs: 500 } });
      expect(outcome).toMatchObject({
        status: "failed",
        error: { kind: "timeout", details: { afterMs: 500 } },
      });
      expect(outcome.unconfirmed).toBeUndefined();
    },
  );

  verifies(
    "exec.limits",
    "neither a long quiet command nor a model that thinks is called stalled",
    async () => {
      const held = gate();
      const world = await startExecWorld(sequence(command("sleep 0.5"), message("Done", { after: held })));
      const turn = runTurn(await world.open(), "Go", { limits: { stallMs: 50 } });
      await world.model.waitForRequest(2);
      await new Promise((resolve) => setTimeout(resolve, 150));
      held.open();
      expect((await turn).status).toBe("completed");
    },
  );
});

/** An MCP server that ignores every signal and the end of its input. */
const stubbornServer = `
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => undefined);
  setInterval(() => undefined, 1000);
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const results = {
      initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
      "tools/list": { tools: [] },
    };
    if (method in results) process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }) + "\\n");
  });
`;

function configureServer(world: ExecWorld): void {
  const config = join(world.home, "config.toml");
  const server = { command: process.execPath, args: ["--eval", stubbornServer, "stubborn", world.workspace] };
  const lines = Object.entries(server).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  writeFileSync(config, `${readFileSync(config, "utf8")}\n[mcp_servers.stubborn]\n${lines.join("\n")}\n`);
}

const isStubborn = (world: ExecWorld) =>
  processesNaming(world.workspace).some((line) => line.includes("stubborn"));

describe("what Codex has started", () => {
  verifies(
    "exec.family",
    "is gone when a turn has completed, also a server that is deaf to signals and to the end of its input",
    async () => {
      const seen = gate();
      const world = await startExecWorld(
        sequence(command("setsid sleep 1000 > /dev/null 2>&1 & true"), message("Done", { after: seen })),
      );
      configureServer(world);
      const session = await world.open({ ephemeral: false, mcpServers: ["stubborn"] });
      const running = runTurn(session, "Go");
      await vi.waitFor(() => expect(isStubborn(world)).toBe(true));
      seen.open();
      expect(await running).toMatchObject({ status: "completed", answer: "Done" });
      expect(processesNaming(world.workspace, world.home)).toEqual([]);
    },
  );

  for (const tier of ["read-only", "danger-full-access"] as const) {
    verifies(
      "exec.cancel",
      `is gone when a turn in ${tier} was cancelled, and the thread can be continued`,
      async () => {
        const line = "sleep 1001 & setsid sleep 1002 & wait";
        const world = await startExecWorld(
          sequence(command(line, { yieldTimeMs: 30_000 }), message("Again")),
        );
        configureServer(world);
        const controller = new AbortController();
        const session = await world.open({ tier, ephemeral: false, mcpServers: ["stubborn"] });
        const running = runTurn(session, "Go", { signal: controller.signal });
        await world.event("command_started");
        await vi.waitFor(() =>
          expect(
            processesNaming(world.workspace).filter((each) => /\d sleep 100[12] /.test(each)),
          ).toHaveLength(2),
        );
        controller.abort();
        expect(await running).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
        expect(processesNaming(world.workspace, world.home)).toEqual([]);
        expect(await runTurn(session, "Go on")).toMatchObject({ status: "completed", answer: "Again" });
      },
    );
  }

  verifies("exec.cancel", "is nothing when the run was cancelled before it began", async () => {
    const world = await startExecWorld(message("x"));
    const outcome = await runTurn(await world.open(), "Go", { signal: AbortSignal.abort() });
    expect([outcome.status, outcome.error?.kind, world.model.requests.length]).toEqual([
      "interrupted",
      "cancelled",
      0,
    ]);
  });

  verifies(
    "exec.lost",
    "is gone when Codex was killed in the middle of a turn; what had arrived is kept",
    async () => {
      const world = await startOwnedWorld();
      const session = await world.open({ ephemeral: false, mcpServers: ["stubborn"] });
      const running = runTurn(session, "Go");
      await world.event("command_started");
      // Codex may begin with a command before it has noted what the response that asked for it has cost.
      await vi.waitFor(async () => expect(await sessionsOf(world.home)).toContain('"token_usage_record"'));
      kill(session.child?.pid);
      const outcome = await running;
      expect(outcome.error).toMatchObject({ kind: "protocol", message: expect.stringContaining("SIGKILL") });
      expect([outcome.usage?.inputTokens, session.facts.sandbox.tier]).toEqual([100, "read-only"]);
      expect(processesNaming(world.workspace, world.home)).toEqual([]);
    },
  );
});

const ownerFixture = await bundleFixture("test/codex/exec/fixtures/exec-owner.ts");

/** Starts an owner in a process of its own and waits until its Codex runs a command. Gives the pid of Codex. */
async function startOwner(world: ExecWorld): Promise<{ owner: FixtureProcess; codex: number }> {
  const run: OwnedRun = {
    codex: codexBinary(),
    environment: world.start.environment as Record<string, string>,
    folder: world.folder,
    options: {
      cwd: world.workspace,
      tier: "read-only",
      network: false,
      ephemeral: false,
      untrusted: false,
      environment: {},
      mcpServers: ["stubborn"],
      overrides: [],
    },
  };
  const owner = startFixture(ownerFixture, [JSON.stringify(run)]);
  const codex = Number((await owner.nextLine()).split(" ")[1]);
  expect(await owner.nextLine()).toBe("command");
  return { owner, codex };
}

async function startOwnedWorld(): Promise<ExecWorld> {
  const world = await startExecWorld(
    sequence(command("sleep 1001", { yieldTimeMs: 30_000 }), message("Done")),
  );
  configureServer(world);
  return world;
}

async function expectNothingLeft(world: ExecWorld, owner: number): Promise<void> {
  await vi.waitFor(() => expect(processesNaming(world.workspace, world.home)).toEqual([]));
  await vi.waitFor(() => expect(guardians(owner)).toEqual([]));
}

describe("the process that owns a run", () => {
  verifies(
    "exec.guardian",
    "takes Codex, its command, its servers and the guardian with it when it is killed",
    async () => {
      const world = await startOwnedWorld();
      const { owner } = await startOwner(world);
      const [guardian] = guardians(owner.pid);
      expect(guardian).toBeDefined();
      await owner.crash();
      await expectNothingLeft(world, owner.pid);
      await vi.waitFor(async () => {
        const pids = (await listProcesses()).filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
        expect(pids).not.toContain(guardian);
      });
    },
  );

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    verifies("exec.cancel", `cancels the run when it gets ${signal}, and leaves nothing`, async () => {
      const world = await startOwnedWorld();
      const { owner } = await startOwner(world);
      process.kill(owner.pid, signal);
      expect(JSON.parse(await owner.nextLine())).toEqual({ status: "interrupted", kind: "cancelled" });
      expect(await owner.ended()).toBe(0);
      await expectNothingLeft(world, owner.pid);
    });
  }

  verifies("exec.guardian", "ends the run when the guardian is killed", async () => {
    const world = await startOwnedWorld();
    const session = await world.open({ ephemeral: false, mcpServers: ["stubborn"] });
    const running = runTurn(session, "Go");
    await world.event("command_started");
    for (const pid of guardians()) kill(pid);
    const outcome = await running;
    expect(outcome.error).toMatchObject({ kind: "protocol", message: expect.stringContaining("guardian") });
    expect(processesNaming(world.workspace, world.home)).toEqual([]);
  });
});

const started = [{ event: { type: "thread.started", thread_id: "t" } }, { event: { type: "turn.started" } }];
const said = (text: string) => ({
  event: { type: "item.completed", item: { id: "item_0", type: "agent_message", text } },
});
const done = {
  event: {
    type: "turn.completed",
    usage: { input_tokens: 3, cached_input_tokens: 0, output_tokens: 2, reasoning_output_tokens: 1 },
  },
};

async function runFake(
  plan: readonly object[],
  options: { timeoutMs?: number } = {},
): Promise<[TurnOutcome, ExecWorld]> {
  const world = await startExecWorld(message("never asked"), fakeCodex(plan));
  return [await runTurn(await world.open(), "Go", { limits: options }), world];
}

describe("a Codex that misbehaves", () => {
  const endings: readonly [
    name: string,
    plan: readonly object[],
    kind: ErrorKind,
    answer: string | undefined,
  ][] = [
    [
      "tells an error and nothing else",
      [...started, { event: { type: "error", message: "boom" } }, { exit: 1 }],
      "protocol",
      undefined,
    ],
    [
      "ends with success but without an end of the turn",
      [...started, said("Half"), { exit: 0 }],
      "protocol",
      "Half",
    ],
    [
      "crashes in the middle of a line",
      [...started, said("Half"), { raw: '{"type":"turn.comp' }, { signal: "SIGKILL" }],
      "protocol",
      "Half",
    ],
    ["crashes at its first byte", [{ signal: "SIGSEGV" }], "spawn_failed", undefined],
    [
      "does not know an option",
      [{ stderr: "error: unexpected argument '--json' found\n" }, { exit: 2 }],
      "contract_changed",
      undefined,
    ],
    ["says nothing at all", [{ stay: true }], "timeout", undefined],
    [
      "says nothing at all and ignores signals",
      [{ ignoreSignals: true }, { stay: true }],
      "timeout",
      undefined,
    ],
  ];
  for (const [name, plan, kind, answer] of endings) {
    verifies("exec.lost", `and ${name} is ${kind}; what had arrived is kept`, async () => {
      const [outcome] = await runFake(plan, { timeoutMs: kind === "timeout" ? 500 : 40_000 });
      expect([outcome.status, outcome.error?.kind, outcome.answer]).toEqual(["failed", kind, answer]);
    });
  }

  verifies("exec.lost", "and does not end after its last word is ended, and its answer counts", async () => {
    const [outcome, world] = await runFake([
      ...started,
      said("Done"),
      done,
      { ignoreSignals: true },
      { stay: true },
    ]);
    expect(outcome).toMatchObject({
      status: "completed",
      answer: "Done",
      usage: { inputTokens: 3, outputTokens: 2 },
    });
    expect(processesNaming(world.workspace, world.home)).toEqual([]);
  });

  verifies("exec.lost", "and cannot be started is spawn_failed, with no guardian left", async () => {
    const world = await startExecWorld(message("x"), {
      start: { program: { path: "/no/such/codex", parameters: [] } },
    });
    expect((await runTurn(await world.open(), "Go")).error?.kind).toBe("spawn_failed");
  });

  verifies(
    "exec.stream",
    "and writes nonsense, repeated keys and events of tomorrow ends as it says",
    async () => {
      const [outcome, world] = await runFake([
        { raw: "\u0000\u00FF garbage\n\n{\n" },
        ...started,
        { event: { type: "a.new.event", value: 1 } },
        { raw: '{"type":"item.completed","item":{"id":"item_9","type":"web_search","id":"ws_1"}}\r\n' },
        said("First"),
        { event: { type: "error", message: "not the end" } },
        said("Last"),
        done,
        { raw: "more garbage" },
        { exit: 0 },
      ]);
      expect([outcome.status, outcome.answer]).toEqual(["completed", "Last"]);
      expect(world.events.filter(({ type }) => type === "unknown")).toHaveLength(2);
      expect(world.events.filter(({ type }) => type === "stray_output")).toHaveLength(3);
    },
  );

  verifies(
    "exec.bounded",
    "and writes 64 MiB in one line and 64 MiB of nonsense is read in bounded memory",
    async () => {
      const mebibyte = 1024 * 1024;
      const plan = [
        ...started,
        { fill: "x", size: mebibyte, times: 64 },
        { raw: "\n" },
        { flood: `${"nonsense ".repeat(100)}\n`.repeat(50), times: 1_500 },
        said("Done"),
        done,
        { exit: 0 },
      ];
      const before = process.memoryUsage().rss;
      const [outcome, world] = await runFake(plan);
      expect([outcome.status, outcome.answer]).toEqual(["completed", "Done"]);
      expect(JSON.stringify(world.events).length).toBeLessThan(mebibyte);
      expect((process.memoryUsage().rss - before) / mebibyte).toBeLessThan(160);
    },
  );
});

describe("a Codex that refuses to start", () => {
  verifies("exec.start_errors", "over its configuration says so, whoever is asked first", async () => {
    for (const text of ["nonsense =", "[mcp_servers.x]\ncommand = 3\n"]) {
      const world = await startExecWorld(message("x"));
      writeFileSync(join(world.home, "config.toml"), text);
      const outcome = world.open().then(async (session) => (await runTurn(session, "Go")).error);
      const error = await outcome.catch((thrown: { report: unknown }) => thrown.report);
      expect(error).toMatchObject({ kind: "config_rejected" });
    }
  });

  verifies("exec.start_errors", "over a prompt that is too long says so, without a model call", async () => {
    const world = await startExecWorld(message("x"));
    const outcome = await runTurn(await world.open(), "x".repeat(1_048_577));
    expect(outcome.error).toMatchObject({
      kind: "input_too_large",
      details: { size: 1_048_577, limit: 1_048_576 },
    });
    expect(world.model.requests).toEqual([]);
  });
});
