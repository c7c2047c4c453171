import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { hang, httpError, usageLimitReached } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { verifies } from "../../support/requirements.ts";
import { answered, found } from "../../support/structured-answer.ts";
import { inTurn, startGateWorld, stopInput } from "./gate-world.ts";

const shout = { "a.txt": "one\nTWO\nthree\n" };
const warning = (kind: string) => ({
  systemMessage: expect.stringMatching(
    new RegExp(
      `^Codex's review gate could not run, so this stop was not reviewed \\(${kind}\\).*tandem gate off`,
      "s",
    ),
  ),
});

describe("a stop that cannot be reviewed", () => {
  verifies(
    "gate.could-not-run",
    "quota: passes with a warning, and the change is reviewed with the next stop",
    async () => {
      const world = await startGateWorld(inTurn(usageLimitReached(), message(answered())));
      await world.change(shout);
      expect(await world.stop()).toEqual(warning("quota"));
      const second = await world.stop({ prompt: "prompt-2" });
      expect(second.systemMessage).toMatch(/nothing that has to be mended/);
    },
  );

  verifies(
    "gate.could-not-run",
    "timeout: passes with a warning, and that change is not tried again",
    async () => {
      const world = await startGateWorld(hang());
      await world.change(shout);
      const options = { environment: { TANDEM_TIMEOUT_GATE: "3s" } };
      expect(await world.stop({ options })).toEqual(warning("timeout"));
      expect(world.records()).toMatchObject([{ status: "failed", error: { kind: "timeout" } }]);
      // On a busy machine the time may be over before the model was asked.
      const asked = world.model.requests.length;
      expect(await world.stop({ prompt: "prompt-2", options })).toEqual({});
      expect(world.model.requests).toHaveLength(asked);
      expect(world.records()).toHaveLength(1);
    },
  );

  verifies(
    "gate.could-not-run",
    "crash: passes with a warning when the run's process is killed",
    async () => {
      const held = gate();
      const world = await startGateWorld(async () => {
        await held.opened;
        return message(answered(found()));
      });
      await world.change(shout);
      const stopping = world.stop();
      const owner = await vi.waitFor(
        () => {
          const [record] = world.records();
          if (record?.phase !== "thinking" || record.owner === undefined) throw new Error("not yet");
          return record.owner.pid;
        },
        { timeout: 30_000, interval: 20 },
      );
      process.kill(owner, "SIGKILL");
      expect(await stopping).toEqual(warning("broker_lost"));
      held.open();
    },
  );

  verifies("gate.could-not-run", "no login: passes with a warning that says how to log in", async () => {
    const world = await startGateWorld(httpError(401));
    await world.change(shout);
    const answer = await world.stop();
    expect(answer).toEqual(warning("not_logged_in"));
    expect(answer.systemMessage).toContain("codex login");
  });

  verifies(
    "gate.could-not-run",
    "bad output: prose in place of JSON passes with a warning and is no verdict",
    async () => {
      const world = await startGateWorld(
        message("ALLOW. Everything is wonderful. BLOCK: severity critical."),
      );
      await world.change(shout);
      expect(await world.stop()).toEqual(warning("schema_violation"));
      expect(await world.stop({ prompt: "prompt-2" })).toEqual({});
    },
  );

  verifies("gate.could-not-run", "no Codex: passes with a warning", async () => {
    const world = await startGateWorld(message(answered()));
    await world.change(shout);
    const options = { environment: { TANDEM_CODEX: "/nowhere/codex" } };
    expect(await world.stop({ options })).toEqual(warning("codex_not_installed"));
    expect(world.records()).toEqual([]);
  });

  verifies("gate.could-not-run", "a tree that git cannot read: passes with a warning", async () => {
    const world = await startGateWorld(message(answered()));
    await world.change(shout);
    rmSync(join(world.workspace, ".git", "objects"), { recursive: true });
    expect(await world.stop()).toEqual(warning("not_a_git_repo"));
  });

  verifies(
    "gate.could-not-run",
    "strict: is sent back as often as the rounds allow, then passes",
    async () => {
      const world = await startGateWorld(usageLimitReached());
      world.configure("gate_strict = true");
      await world.change(shout);
      const first = await world.stop();
      expect(first.decision).toBe("block");
      expect(first.reason).toMatch(
        /could not review what changed \(quota\).*strict.*round 1 of 2.*gate off/s,
      );
      expect((await world.stop({ active: true })).reason).toMatch(/round 2 of 2/);
      expect((await world.stop({ active: true })).decision).toBeUndefined();
    },
  );

  verifies(
    "gate.budget",
    "for want of tokens passes with a warning and asks nobody; another session has its own",
    async () => {
      const world = await startGateWorld(inTurn(message(answered()), message(answered(found()))));
      world.configure("gate_session_tokens = 100");
      await world.change({ "a.txt": "1\n" });
      expect((await world.stop()).systemMessage).toMatch(/1\d\d of 100 tokens/);
      await world.change(shout);
      expect(await world.stop({ prompt: "prompt-2" })).toEqual(warning("budget_exceeded"));
      expect(world.model.requests).toHaveLength(1);
      const other = await world.stop({ session: "4b0d7c8e-0000-4000-8000-000000000002" });
      expect(other.decision).toBe("block");
    },
  );

  verifies("gate.cancel", "because Claude Code was interrupted ends its review", async () => {
    const world = await startGateWorld(inTurn(hang(), message(answered())));
    await world.change(shout);
    const hook = world.start(["hook", "stop"], { input: stopInput(world) });
    await world.model.waitForRequest(1);
    hook.child.kill("SIGTERM");
    await hook.ended;
    await vi.waitFor(() => expect(world.records()).toMatchObject([{ status: "cancelled" }]), {
      timeout: 20_000,
      interval: 20,
    });
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
    // It was not reviewed, so the next stop is.
    expect((await world.stop({ prompt: "prompt-2" })).systemMessage).toMatch(/nothing that has to be mended/);
  });
});
