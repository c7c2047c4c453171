import { readdirSync } from "node:fs";
import { describe, expect, vi } from "vitest";
import type { TurnInput } from "../../src/codex/engine.ts";
import type { ErrorKind } from "../../src/domain/errors/tandem-error.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { lastUserText, userTexts } from "../../src/rehearsal/model-request.ts";
import { command, empty, items, message, slow, withUsage } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { endWorldsAfterEach, runTurn, startWorld, type World } from "../support/app-server-world.ts";
import { decline, somebody } from "../support/asked.ts";
import { endExecWorldsAfterEach, startExecWorld } from "../support/exec-world.ts";
import { HandClock } from "../support/hand-clock.ts";
import { verifies } from "../support/requirements.ts";

// The last one is the first to end: it finds no guardian of an app-server that still runs.
endExecWorldsAfterEach();
endWorldsAfterEach();

/** No visible token: not what a refusal looks like. */
const nothing = withUsage(empty(), { output: 5, reasoning: 5 });
const review: TurnInput = { type: "review", target: { type: "uncommittedChanges" } };

function refusal(kind: ErrorKind, problem: RegExp) {
  return { report: expect.objectContaining({ kind, message: expect.stringMatching(problem) }) };
}

/** Resolves at the end of a message that is part of a longer answer. */
async function heard(world: World, text: string): Promise<void> {
  await world.event("message", (event) => event.text === text);
}

describe("text for a running turn", () => {
  verifies(
    "approvals.steer",
    "reaches the next model call, and the answer that was being written is dropped",
    async () => {
      const never = gate();
      const world = await startWorld(
        sequence(items([message("First"), slow(["Old ", never, "words"])]), message("New")),
      );
      const session = await world.open();
      const turn = runTurn(session, "Go left");
      await heard(world, "First");
      await session.steer?.("No, right");
      expect(await turn).toMatchObject({ status: "completed", answer: "New" });
      expect(world.model.requests).toHaveLength(2);
      const last = world.model.requests[1];
      if (last === undefined) throw new Error("There was no second request.");
      expect(lastUserText(last)).toBe("No, right");
      expect(userTexts(last)).toContain("Go left");
      expect(JSON.stringify(last.input)).not.toContain("Old");
      expect(world.events).toContainEqual({ type: "steered", text: "No, right" });
    },
  );

  verifies(
    "approvals.steer",
    "makes what was said before it no answer, also when nothing is said after it",
    async () => {
      const never = gate();
      const world = await startWorld(sequence(items([message("First"), slow(["Old ", never])]), nothing));
      const session = await world.open();
      const turn = runTurn(session, "Go left");
      await heard(world, "First");
      await session.steer?.("No, right");
      const outcome = await turn;
      expect(outcome).toMatchObject({ status: "failed", error: { kind: "empty_answer" } });
      expect(outcome.answer).toBeUndefined();
    },
  );

  verifies("approvals.steer", "keeps what was said before it when the turn is cut off after it", async () => {
    const never = gate();
    const held = items([message("First"), slow(["Old ", never])]);
    const world = await startWorld(sequence(held, message("Never", { after: never })));
    const session = await world.open();
    const cancel = new AbortController();
    const turn = runTurn(session, "Go left", { signal: cancel.signal });
    await heard(world, "First");
    await session.steer?.("No, right");
    await world.event("steered");
    cancel.abort();
    expect(await turn).toMatchObject({ status: "interrupted", answer: "First" });
  });

  verifies("approvals.steer", "waits for the turn's start, and for the end of a command", async () => {
    const world = await startWorld(sequence(command("sleep 1"), message("New")));
    const session = await world.open();
    const turn = runTurn(session, "Go left");
    await session.steer?.("No, right");
    expect(await turn).toMatchObject({ status: "completed", answer: "New" });
    expect(world.model.requests.flatMap(userTexts)).toContain("No, right");
  });

  verifies("approvals.steer", "leaves an open request open", async () => {
    const person = somebody();
    const world = await startWorld(
      sequence(command("touch x", { escalated: { justification: "please" } }), message("New")),
      person,
    );
    const session = await world.open({ approvals: "ask" });
    const turn = runTurn(session, "Go left");
    const { answer, signal } = await person.next();
    await session.steer?.("No, right");
    expect(signal.aborted).toBe(false);
    answer(decline);
    expect(await turn).toMatchObject({ status: "completed", answer: "New" });
    expect(readdirSync(world.workspace)).toEqual([]);
  });

  verifies(
    "approvals.steer",
    "does not hold the stall clock by a call of the answer that was dropped",
    async () => {
      const never = gate();
      const held = items([command("true"), slow(["Old ", never])]);
      const world = await startWorld(sequence(held, message("Never", { after: never })));
      const session = await world.open();
      const clock = new HandClock();
      const turn = runTurn(session, "Go left", { clock });
      await world.event("command_completed");
      await session.steer?.("No, right");
      await world.model.waitForRequest(2);
      await vi.waitFor(() => expect(clock.isStandingStill).toBe(false));
      clock.stall(1_500);
      expect(await turn).toMatchObject({ error: { kind: "stalled" } });
    },
  );
});

describe("text that no turn takes", () => {
  verifies("approvals.steer", "because none runs, or it has ended", async () => {
    const world = await startWorld(sequence(message("Done")));
    const session = await world.open();
    await expect(session.steer?.("Right")).rejects.toMatchObject(refusal("usage", /No turn is running/));
    await runTurn(session, "Go");
    await expect(session.steer?.("Right")).rejects.toMatchObject(refusal("usage", /No turn is running/));
  });

  verifies("approvals.steer", "because it ended meanwhile", async () => {
    const held = gate();
    const world = await startWorld(sequence(message("Done", { after: held })));
    const session = await world.open();
    const cancel = new AbortController();
    const turn = runTurn(session, "Go", { signal: cancel.signal });
    await world.event("turn_started");
    cancel.abort();
    await expect(session.steer?.("Right")).rejects.toMatchObject(refusal("usage", /ended before it could/));
    await turn;
    expect(world.model.requests.flatMap(userTexts)).not.toContain("Right");
  });

  verifies("approvals.steer", "because it is a review by Codex's own reviewer", async () => {
    const held = gate();
    const world = await startWorld(sequence(message("Fine", { after: held })), {
      repository: { "a.txt": "a\n" },
    });
    const session = await world.open({ untrusted: true });
    const turn = runTurn(session, review);
    await world.model.waitForRequest(1);
    await expect(session.steer?.("Right")).rejects.toMatchObject(refusal("usage", /reviewer takes no text/));
    held.open();
    expect(await turn).toMatchObject({ status: "completed", answer: "Fine" });
  });

  verifies("approvals.steer", "because it is empty, or longer than Codex takes", async () => {
    const held = gate();
    const world = await startWorld(sequence(message("Done", { after: held })));
    const session = await world.open();
    const turn = runTurn(session, "Go");
    await expect(session.steer?.(" \n")).rejects.toMatchObject(refusal("usage", /empty/));
    const long = "x".repeat(1_048_577);
    await expect(session.steer?.(long)).rejects.toMatchObject(refusal("input_too_large", /1048577/));
    held.open();
    expect(await turn).toMatchObject({ status: "completed", answer: "Done" });
  });

  verifies("approvals.steer", "because codex exec has no way for it", async () => {
    const world = await startExecWorld(sequence(message("Done")));
    expect("steer" in (await world.open())).toBe(false);
  });
});
