import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { startAppServer } from "../../src/codex/app-server/start-app-server.ts";
import type { RunEvent } from "../../src/domain/events.ts";
import { message } from "../../src/rehearsal/replies.ts";
import {
  endWorldsAfterEach,
  processesNaming,
  runTurn,
  startWorld,
  type World,
  type WorldOptions,
} from "../support/app-server-world.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

endWorldsAfterEach();

const fixture = fileURLToPath(new URL("../fixtures/fake-app-server.mjs", import.meta.url));

/** A world whose app-server is the fake one, in the given scenario. */
async function fake(scenario: string, options: Omit<WorldOptions, "program"> = {}): Promise<World> {
  return startWorld(message("never"), {
    ...options,
    program: { path: process.execPath, parameters: [fixture, scenario] },
  });
}

function ofType<Type extends RunEvent["type"]>(
  world: World,
  type: Type,
): Extract<RunEvent, { type: Type }>[] {
  return world.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

describe("a start that fails", () => {
  const late = "no answer to initialize in 1500 ms";
  const failures: readonly (readonly [string, string, string, string])[] = [
    ["that ends at once", "exits-at-once", "spawn_failed", "unexpected argument"],
    ["that ends at the handshake", "exits-at-handshake", "spawn_failed", "fatal: no home"],
    ["that never answers the handshake", "silent", "spawn_failed", late],
    ["that is another program", "chatters", "spawn_failed", late],
    ["that refuses the handshake", "refuses-handshake", "contract_changed", "unknown variant"],
  ];
  for (const [name, scenario, kind, text] of failures) {
    verifies(
      "codex.start",
      `an app-server ${name} is ${kind}, with its reason and no process left`,
      async () => {
        // One that says more than nothing may take its time on a busy machine.
        const start = fake(scenario, text === late ? { deadlineMs: 1_500 } : {});
        await expect(start).rejects.toMatchObject({
          report: { kind, message: expect.stringContaining(text) },
        });
        expect(processesNaming(`fake-app-server.mjs ${scenario}`)).toEqual([]);
      },
    );
  }

  verifies("codex.start", "a program that is not there is spawn_failed with its path", async () => {
    const path = join("/nonexistent", "codex");
    const start = startWorld(message("never"), { program: { path, parameters: [] } });
    await expect(start).rejects.toMatchObject({ report: { kind: "spawn_failed", details: { path } } });
  });

  verifies("codex.start", "a process that cannot be named for the record is not left running", async () => {
    const folder = makeHome("unnamed");
    const start = startAppServer({
      program: { path: process.execPath, parameters: [fixture, "fine"] },
      environment: { PATH: process.env["PATH"] ?? "", CODEX_HOME: folder },
      folder,
      identity: { name: "test", version: "1" },
      onEvent: () => undefined,
      identify: () => {
        throw new Error("no /proc here");
      },
    });
    await expect(start).rejects.toMatchObject({
      report: { kind: "spawn_failed", details: { cause: "no /proc here" } },
    });
    expect(processesNaming(folder)).toEqual([]);
  });

  verifies(
    "codex.start",
    "a process that ignores the end of its input and SIGTERM is killed on close",
    async () => {
      const world = await fake("stubborn");
      expect((await runTurn(await world.open(), "Go")).answer).toBe("the answer");
      await world.server.close();
      expect(processesNaming(world.home)).toEqual([]);
      expect(await world.server.ended).toMatchObject({ reason: "signal SIGKILL" });
    },
  );
});

describe("nonsense in the middle of a turn", () => {
  const harmless = [
    ["wrong-ids", "foreign threads, turns and answers"],
    ["duplicates", "repeated answers, items and completions"],
    ["completion-first", "a completion before the answer to turn/start"],
    ["completion-only", "a completion without any answer to turn/start"],
    ["bare-completion-first", "a completion before the turn was ever named"],
    ["inner-start-first", "a start under another id than the end, both before the answer to turn/start"],
    ["noise", "lines that are no JSON, no objects or no messages"],
    ["unknown-events", "notifications and items of a newer Codex"],
    ["busy-twice", "an overloaded server"],
  ] as const;
  for (const [scenario, name] of harmless) {
    verifies("codex.broken_protocol", `${name}: the turn completes with its own answer`, async () => {
      const world = await fake(scenario);
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome).toMatchObject({ status: "completed", turn: "turn-1", answer: "the answer" });
      expect(outcome.error).toBeUndefined();
      expect(ofType(world, "turn_completed")).toHaveLength(1);
    });
  }

  verifies(
    "codex.broken_protocol",
    "what belongs to no turn of ours is kept as unknown, not as ours",
    async () => {
      const world = await fake("wrong-ids");
      await runTurn(await world.open(), "Go");
      expect(ofType(world, "unknown").map(({ name }) => name)).toEqual([
        "item/completed of another turn",
        "error of another turn",
        "turn/completed of another turn",
      ]);
      expect(ofType(world, "message").map(({ text }) => text)).toEqual(["the answer"]);
      expect(ofType(world, "stray_output").map(({ text }) => text)).toEqual([
        expect.stringContaining("4711"),
      ]);
    },
  );

  verifies("codex.broken_protocol", "what is no message is kept as stray output, by its source", async () => {
    const world = await fake("noise");
    await runTurn(await world.open(), "Go");
    await world.server.close();
    const strays = ofType(world, "stray_output").map(({ source, text }) => `${source}: ${text}`);
    expect(strays).toEqual(
      expect.arrayContaining([
        "stdout: panic: not JSON",
        "stdout: [1,2]",
        "stdout: 7",
        "stdout: null",
        "stdout: {}",
        "stdout: trailing nonsense",
        "stderr: a warning on stderr",
      ]),
    );
  });

  verifies(
    "codex.broken_protocol",
    "unknown notifications and items are kept with their content",
    async () => {
      const world = await fake("unknown-events");
      await runTurn(await world.open(), "Go");
      expect(ofType(world, "unknown")).toMatchObject([
        { name: "item/hologram/updated", payload: { pixels: 3 } },
        { name: "item hologram", payload: { id: "h1" } },
      ]);
    },
  );

  verifies("codex.broken_protocol", "a line of 100 MB is dropped and reported by its beginning", async () => {
    const world = await fake("huge-line");
    const outcome = await runTurn(await world.open(), "Go");
    expect(outcome).toMatchObject({ status: "completed", answer: "the answer" });
    const [stray, ...others] = ofType(world, "stray_output");
    expect(others).toEqual([]);
    expect(stray).toMatchObject({
      source: "oversize",
      text: expect.stringMatching(/^\{"method":"item\/completed"/),
    });
    expect(stray?.text.length).toBeLessThanOrEqual(200);
  });

  verifies("codex.server_requests", "whatever is asked is answered, and the turn goes on", async () => {
    const world = await fake("asks");
    const outcome = await runTurn(await world.open(), "Go");
    const answers: unknown = JSON.parse(outcome.answer ?? "");
    expect(answers).toHaveLength(4);
    const expected = [
      { id: 0, result: { decision: "decline" } },
      { id: 1, error: { code: -32601, message: expect.stringContaining("item/future/ask") } },
      { id: "two", error: { code: -32601, message: expect.stringContaining("attestation/generate") } },
      { id: 0, result: { currentTimeAt: expect.any(Number) } },
    ];
    expect(answers).toEqual(expect.arrayContaining(expected));
    expect(ofType(world, "request_answered")).toMatchObject([
      { decision: "declined", text: "rm -rf /" },
      { decision: "refused" },
      { decision: "refused" },
      { decision: "answered" },
    ]);
  });
});

describe("a turn that cannot end well", () => {
  verifies(
    "codex.broken_protocol",
    "a terminal error without the turn's end is the end, with its own kind",
    async () => {
      const world = await fake("never-closes");
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome).toMatchObject({
        status: "failed",
        answer: "so far",
        unconfirmed: true,
        error: { kind: "quota" },
      });
    },
  );

  const ends = [
    ["exits", "protocol", "so far"],
    ["unloads", "protocol", "so far"],
    ["refuses-turn", "protocol", undefined],
    ["busy", "overloaded", undefined],
  ] as const;
  for (const [scenario, kind, answer] of ends) {
    verifies("codex.lost", `${scenario}: the turn ends as ${kind} at once`, async () => {
      const world = await fake(scenario);
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome.error?.kind).toBe(kind);
      expect(outcome.answer).toBe(answer);
      expect(outcome.unconfirmed).toBeUndefined();
    });
  }

  verifies("codex.lost", "no answer to turn/start and no word after it is stalled", async () => {
    const world = await fake("no-response");
    const outcome = await runTurn(await world.open(), "Go", { limits: { stallMs: 300 } });
    expect(outcome).toMatchObject({ status: "failed", unconfirmed: true, error: { kind: "stalled" } });
  });

  verifies("codex.broken_protocol", "late words of an earlier turn do not end the next one", async () => {
    const world = await fake("late-words");
    const session = await world.open();
    const controller = new AbortController();
    const first = runTurn(session, "Go", { signal: controller.signal });
    await world.event("turn_started");
    controller.abort();
    expect(await first).toMatchObject({ status: "interrupted", turn: "turn-1", unconfirmed: true });
    const second = await runTurn(session, "Again");
    expect(second).toMatchObject({ status: "completed", turn: "turn-2", answer: "the answer" });
    expect(ofType(world, "message").map(({ text }) => text)).toEqual(["the answer"]);
  });
});

describe("a sandbox that is not the one asked for", () => {
  verifies("codex.sandbox", "of a new thread is sandbox_mismatch before any turn", async () => {
    const world = await fake("wider-sandbox");
    await expect(world.open()).rejects.toMatchObject({
      report: {
        kind: "sandbox_mismatch",
        details: {
          requested: "read-only, network off, approvals never",
          effective: "workspace-write, network off, approvals never",
        },
      },
    });
  });

  verifies("codex.sandbox", "that is never confirmed is sandbox_mismatch before any turn", async () => {
    // Its start has to keep the deadline too, on a busy machine.
    const world = await fake("never-confirms", { deadlineMs: 5_000 });
    await expect(world.open()).rejects.toMatchObject({
      report: {
        kind: "sandbox_mismatch",
        details: { effective: "read-only, network off, approvals on-request" },
      },
    });
  });

  for (const [scenario, effective] of [
    ["changes-sandbox", "danger-full-access, network on, approvals never"],
    ["asks-approval", "read-only, network off, approvals on-request"],
  ] as const) {
    verifies("codex.sandbox", `of a turn (${effective}) stops it as sandbox_mismatch`, async () => {
      const world = await fake(scenario);
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome).toMatchObject({
        status: "failed",
        error: { kind: "sandbox_mismatch", details: { effective } },
      });
      expect(outcome.unconfirmed).toBeUndefined();
    });
  }
});
