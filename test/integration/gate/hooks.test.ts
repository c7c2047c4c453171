import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { claimSession, releaseSession } from "../../../src/broker/session-claims.ts";
import { systemWorld } from "../../../src/jobs/state-world.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import type { Entry } from "../../../src/rehearsal/script.ts";
import { type CliWorld, type CliWorldOptions, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { untilOver } from "../../support/stored-jobs.ts";
import { answered, found } from "../../support/structured-answer.ts";
import { files, session, startGateWorld } from "./gate-world.ts";

const inSession = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: session };
const soon = { timeout: 20_000, interval: 20 };

async function hook(
  world: CliWorld,
  event: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const whole = { session_id: session, cwd: world.workspace, hook_event_name: event, ...input };
  const { stdout, exitCode } = await world.run(["hook", event], { input: JSON.stringify(whole) });
  expect(exitCode).toBe(0);
  return stdout === "" ? undefined : JSON.parse(stdout);
}

describe("the hook of a prompt", () => {
  verifies(
    "gate.notice",
    "tells once of jobs of this session that have ended and were not read",
    async () => {
      const world = await startCliWorld(() => message("Forty-two."));
      const { stdout } = await world.run(["consult", "--background", "How \u001b[31mmany?"], {
        environment: inSession,
      });
      await untilOver(world);
      expect(readdirSync(join(world.stateRoot, "notices"))).toEqual([session]);
      expect(await hook(world, "user-prompt-submit", { session_id: "another-session" })).toBeUndefined();
      const told = await hook(world, "user-prompt-submit", { prompt_id: "p", prompt: "Go on" });
      expect(told).toEqual({
        systemMessage: expect.stringContaining(`/codex:result ${stdout.trim().slice(-6)}`),
        hookSpecificOutput: {
          hookEventName: "UserPromptSubmit",
          additionalContext: expect.stringMatching(
            /A Codex job of this session has ended:\n- consult "How .*many\?": done/,
          ),
        },
      });
      expect(JSON.stringify(told)).not.toContain("\\u001b");
      expect(await hook(world, "user-prompt-submit")).toBeUndefined();
    },
  );

  verifies(
    "gate.notice",
    "says nothing of what was read, and jobs outside of a session leave no note",
    async () => {
      const world = await startCliWorld(() => message("Forty-two."));
      await world.run(["consult", "How many?"], { environment: inSession });
      await world.run(["consult", "How many?"]);
      expect(world.records()).toMatchObject([{ session }, { status: "succeeded" }]);
      expect(await hook(world, "user-prompt-submit")).toBeUndefined();
      expect(readdirSync(join(world.stateRoot, "notices"))).toEqual([]);
    },
  );
});

describe("the hook of a session's start", () => {
  verifies("gate.switch", "tells the person where the gate is on", async () => {
    const world = await startGateWorld(message(answered()));
    expect(await hook(world, "session-start", { source: "startup" })).toEqual({
      systemMessage: expect.stringMatching(/review gate is on for .*costs tokens.*\/codex:gate off/),
    });
    await world.run(["gate", "off"]);
    expect(await hook(world, "session-start", { source: "startup" })).toBeUndefined();
  });
});

describe("a hook", () => {
  for (const [what, words, input] of [
    ["without input", ["hook", "stop"], ""],
    ["with another's input", ["hook", "stop"], '{"session_id":"../../x","cwd":"/"}'],
    ["of an unknown event", ["hook", "frobnicate"], "{}"],
  ] as const) {
    verifies("gate.hook-fails", `${what} says so and ends with 0`, async () => {
      const world = await startCliWorld(() => message("Nobody asks me."));
      const { exitCode, stdout } = await world.run(words, { input });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ systemMessage: expect.stringMatching(/hook .* is passed over/) });
    });
  }
});

describe("the hook of a session's end", () => {
  verifies("gate.session-end", "ends an idle broker when no other session claims it", async () => {
    const { world, brokerPid } = await startWithBroker(() => message("Done."));
    await world.run(["consult", "One?"]);
    const pid = brokerPid();
    expect(pid).toBeGreaterThan(0);
    const claims = systemWorld();
    await claimSession(world.stateRoot, "another-session-1", claims);
    expect(await hook(world, "session-end", { reason: "other" })).toBeUndefined();
    expect(brokerPid()).toBe(pid);
    releaseSession(world.stateRoot, "another-session-1");
    await hook(world, "session-end", { reason: "clear" });
    expect(brokerPid()).toBe(pid);
    await hook(world, "session-end", { reason: "other" });
    await vi.waitFor(() => expect(world.processes()).toEqual([]), soon);
    // The result is there, and the next job gets another broker.
    expect((await world.run(["result", "--json"])).envelope).toMatchObject({ answer: "Done." });
    expect((await world.run(["consult", "--json", "Two?"])).envelope).toMatchObject({ ok: true });
  });

  verifies("gate.run", "after a stop that a broker reviewed takes nothing away", async () => {
    const { world } = await startWithBroker(() => message(answered(found())), files);
    await world.run(["gate", "on"]);
    writeFileSync(join(world.workspace, "a.txt"), "one\nTWO\nthree\n");
    expect(await hook(world, "stop", { stop_hook_active: false, prompt_id: "p" })).toMatchObject({
      decision: "block",
    });
    expect(world.records()).toMatchObject([{ kind: "gate", host: "broker", status: "succeeded" }]);
  });

  verifies("gate.session-end", "leaves a broker alone that works, and its job comes to its end", async () => {
    const held = gate();
    const { world, brokerPid } = await startWithBroker(() => async () => {
      await held.opened;
      return message("Done.");
    });
    const started = await world.run(["consult", "--background", "One?"], { environment: inSession });
    await world.model.waitForRequest(1);
    const pid = brokerPid();
    await hook(world, "session-end", { reason: "other" });
    expect(brokerPid()).toBe(pid);
    held.open();
    const { envelope } = await world.run(["wait", "--json", started.stdout.trim()]);
    expect(envelope).toMatchObject({ ok: true, answer: "Done." });
  });
});

async function startWithBroker(
  script: () => Entry,
  options?: CliWorldOptions,
): Promise<{ world: CliWorld; brokerPid: () => number }> {
  const world = await startCliWorld(script, options);
  const brokerPid = () => {
    const folder = join(world.stateRoot, "brokers");
    const [key = ""] = readdirSync(folder);
    const record = JSON.parse(readFileSync(join(folder, key, "broker.json"), "utf8")) as {
      process: { pid: number };
    };
    return record.process.pid;
  };
  onTestFinished(async () => {
    await hook(withBroker, "session-end", { reason: "other" });
    await vi.waitFor(() => expect(world.processes()).toEqual([]), soon);
  });
  const withBroker: CliWorld = {
    ...world,
    run: async (words, options = {}) =>
      world.run(words, { ...options, environment: { TANDEM_DIRECT: undefined, ...options.environment } }),
  };
  return { world: withBroker, brokerPid };
}
