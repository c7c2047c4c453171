import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { filesBelow } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { answered, found } from "../../support/structured-answer.ts";
import { makeFolder } from "../../workspace/support.ts";
import { startGateWorld } from "./gate-world.ts";

const never = message(answered(found()));
const shout = { "a.txt": "one\nTWO\nthree\n" };

describe("tandem gate", () => {
  verifies(
    "gate.switch",
    "is off at first; on states cost, loop risk and limits; off takes all back",
    async () => {
      const world = await startGateWorld(never, { isOff: true });
      const off = await world.run(["gate", "--json"]);
      expect(off.envelope).toMatchObject({
        ok: true,
        kind: "gate",
        gate: { state: "off", workspace: world.workspace },
      });
      expect(existsSync(join(world.stateRoot, "gate"))).toBe(false);

      const on = await world.run(["gate", "on"]);
      expect(on.exitCode).toBe(0);
      expect(on.stdout).toMatch(/The review gate is on for/);
      expect(on.stdout.replace(/\s+/g, " ")).toMatch(
        /What it costs: tokens .* 2\.0M are spent in a session, up to 4m00s/,
      );
      expect(on.stdout.replace(/\s+/g, " ")).toMatch(/Loop risk: .* at most 2 times for one prompt/);
      expect(on.stdout).toContain("tandem gate off");

      mkdirSync(join(world.workspace, "sub"));
      const status = await world.run(["gate", "status", "--json"], { cwd: join(world.workspace, "sub") });
      expect(status.envelope.gate).toMatchObject({
        state: "on",
        workspace: world.workspace,
        baselineAt: expect.any(String),
        limits: { rounds: 2, sessionTokens: 2_000_000, timeoutMs: 240_000, strict: false },
      });
      expect(status.envelope.summary).toMatch(/No stop has been reviewed since/);

      const again = await world.run(["gate", "off", "--json"]);
      expect(again.envelope.gate).toMatchObject({ state: "off" });
      expect(again.envelope.gate).not.toHaveProperty("baselineAt");
      expect(filesBelow(join(world.stateRoot, "gate")).filter((path) => !path.endsWith("gate.json"))).toEqual(
        [],
      );
      await world.change(shout);
      expect(await world.stop()).toEqual({});
      expect(world.model.requests).toEqual([]);
    },
  );

  verifies(
    "gate.switch",
    "status tells what came of the last stop, and repairs what the hook looks for",
    async () => {
      const world = await startGateWorld(never);
      await world.change(shout);
      await world.stop();
      rmSync(join(world.stateRoot, "gate", "on"), { recursive: true });
      const { envelope } = await world.run(["gate", "status", "--json"]);
      expect(envelope.gate?.lastStop).toMatchObject({ outcome: "block", job: world.records()[0]?.id });
      expect(existsSync(join(world.stateRoot, "gate", "on", world.workspace, ".gate-is-on"))).toBe(true);
    },
  );

  verifies("gate.switch", "cannot be switched on outside of a git work tree", async () => {
    const world = await startGateWorld(never, { isOff: true });
    const plain = makeFolder();
    const { exitCode, envelope } = await world.run(["gate", "on", "--json"], { cwd: plain });
    expect(exitCode).toBe(2);
    expect(envelope.error?.kind).toBe("not_a_git_repo");
    expect(existsSync(join(world.stateRoot, "gate", "on"))).toBe(false);
  });

  verifies(
    "gate.switch",
    "a damaged state is said, lets the stop pass and is set aside by the next switch",
    async () => {
      const world = await startGateWorld(never);
      const gates = join(world.stateRoot, "gate");
      const folder = join(gates, readdirSync(gates).find((name) => name !== "on") ?? "");
      writeFileSync(join(folder, "gate.json"), "{}");
      await world.change(shout);
      expect((await world.stop()).systemMessage).toMatch(/could not run.*state cannot be used/);
      expect((await world.run(["gate", "status"])).exitCode).toBe(2);
      expect((await world.run(["gate", "on"])).exitCode).toBe(0);
      expect(readdirSync(folder).filter((name) => name.includes(".corrupt-"))).toHaveLength(1);
    },
  );

  verifies(
    "gate.repository",
    "a project file cannot switch it on, make it strict, or take away what it needs",
    async () => {
      const world = await startGateWorld(never);
      await world.change({
        ".tandem/config.toml": [
          "gate = true",
          "gate_strict = true",
          "gate_rounds = 5",
          "gate_session_tokens = 1",
          'timeout_gate = "1s"',
        ].join("\n"),
      });
      const { envelope } = await world.run(["gate", "status", "--json"], {
        environment: { TANDEM_GATE_STRICT: undefined },
      });
      expect(envelope.gate?.limits).toEqual({
        rounds: 2,
        sessionTokens: 2_000_000,
        timeoutMs: 240_000,
        strict: false,
      });
      await world.run(["gate", "off"]);
      expect((await world.run(["gate", "status", "--json"])).envelope.gate?.state).toBe("off");
      // Variables that a repository can bring along count as little.
      const brought = { environment: { TANDEM_GATE_ROUNDS: "5", TANDEM_GATE_STRICT: "true" } };
      await world.run(["gate", "on"]);
      await world.change(shout);
      expect((await world.stop({ options: brought })).reason).toMatch(/round 1 of 2/);
    },
  );
});
