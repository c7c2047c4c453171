import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { TurnOutcome } from "../../src/codex/engine.ts";
import { listProcesses } from "../../src/codex/process-family.ts";
import { dropStream, hang, httpError, responseFailed, silence } from "../../src/rehearsal/faults.ts";
import { command, empty, message, slow, withUsage } from "../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../src/rehearsal/script.ts";
import {
  endWorldsAfterEach,
  processesNaming,
  runTurn,
  startWorld,
  type World,
} from "../support/app-server-world.ts";
import { HandClock } from "../support/hand-clock.ts";
import { freeze, kill } from "../support/kill.ts";
import { commonFaults, type ModelFault } from "../support/model-faults.ts";
import { verifies } from "../support/requirements.ts";

endWorldsAfterEach();

const modelFaults: readonly ModelFault[] = [
  ...commonFaults,
  { name: "a policy stop", replies: [responseFailed("cyber_policy", "not this")], kind: "agent_refused" },
  {
    name: "an empty response",
    replies: [withUsage(empty(), { output: 0, reasoning: 0 })],
    kind: "empty_answer",
    requests: 1,
  },
  {
    name: "a stream that breaks within a message",
    replies: [dropStream()],
    kind: "network_unreachable",
    home: { streamRetries: 1 },
    requests: 2,
  },
  {
    name: "a stream that breaks after a message",
    replies: [dropStream({ afterItem: true, text: "What I know so far" })],
    kind: "network_unreachable",
    home: { streamRetries: 1 },
    answer: "What I know so far",
  },
  {
    // Without a retry Codex 0.169 gives no typed cause; its words are kept.
    name: "a broken stream of a provider without retries",
    replies: [dropStream()],
    kind: "protocol",
    requests: 1,
  },
];

describe("the provider's fault", () => {
  for (const fault of modelFaults) {
    verifies("codex.model_faults", `${fault.name} is ${fault.kind}`, async () => {
      const world = await startWorld(sequence(...fault.replies), { home: fault.home ?? {} });
      const session = await world.open();
      const outcome = await runTurn(session, "Go");
      expect(outcome.status).toBe("failed");
      expect(outcome.error?.kind).toBe(fault.kind);
      expect(outcome.answer).toBe(fault.answer);
      expect(outcome.turn).toEqual(expect.any(String));
      expect(outcome.unconfirmed).toBeUndefined();
      if (fault.requests !== undefined) expect(world.model.requests).toHaveLength(fault.requests);
    });
  }

  const survived: readonly (readonly [string, readonly Entry[]])[] = [
    [
      "HTTP 429 that says when to come back",
      [httpError(429, undefined, { "retry-after": "0" }), message("Back")],
    ],
    [
      "a rate limit in the stream that says when to come back",
      [responseFailed("rate_limit_exceeded", "Please try again in 0.1s."), message("Back")],
    ],
    ["one HTTP 500", [httpError(500), message("Back")]],
    ["one broken stream", [dropStream(), message("Back")]],
  ];
  for (const [name, replies] of survived) {
    verifies("codex.model_faults", `${name} is survived, and told as a retry or not at all`, async () => {
      const world = await startWorld(sequence(...replies), { home: { requestRetries: 2, streamRetries: 2 } });
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome).toMatchObject({ status: "completed", answer: "Back" });
      expect(outcome.error).toBeUndefined();
      expect(world.model.requests).toHaveLength(2);
    });
  }

  verifies("codex.model_faults", "a retry that was survived does not explain a later error", async () => {
    const world = await startWorld(sequence(dropStream(), command("true"), httpError(400)), {
      home: { streamRetries: 1 },
    });
    const outcome = await runTurn(await world.open(), "Go");
    expect(outcome.error?.kind).toBe("protocol");
    expect(world.events.some(({ type }) => type === "retrying")).toBe(true);
  });

  verifies("codex.model_faults", "the thread can be used again after a failed turn", async () => {
    const world = await startWorld(sequence(httpError(500), message("Well now")));
    const session = await world.open();
    expect((await runTurn(session, "Go")).error?.kind).toBe("overloaded");
    expect(await runTurn(session, "Again")).toMatchObject({ status: "completed", answer: "Well now" });
  });
});

describe("limits", () => {
  const silent: readonly (readonly [string, Entry, string | undefined])[] = [
    ["sends nothing at all", hang(), undefined],
    ["stops in the middle of its answer", silence(message("Half an answer")), "Half an answer"],
  ];
  for (const [name, reply, answer] of silent) {
    verifies("codex.limits", `a model that ${name} is stalled, and what came is kept`, async () => {
      const world = await startWorld(sequence(reply));
      const session = await world.open();
      const clock = new HandClock();
      const turn = runTurn(session, "Go", { clock });
      await world.model.waitForRequest(1);
      if (answer !== undefined) await world.event("message");
      await vi.waitFor(() => expect(clock.isStandingStill).toBe(false));
      clock.stall(1_000);
      const outcome = await turn;
      expect(outcome).toMatchObject({
        status: "failed",
        error: { kind: "stalled", details: { silentMs: 1_000 } },
      });
      expect(outcome.answer).toBe(answer);
      expect(outcome.unconfirmed).toBeUndefined();
      await world.model.requests[0]?.closed;
    });
  }

  verifies("codex.limits", "a trickle of text is life, and the wall clock ends it all the same", async () => {
    const trickle = Array.from({ length: 400 }, () => ["x", { milliseconds: 50 }]).flat();
    const world = await startWorld(sequence(slow(trickle)));
    // Long enough for what a busy machine keeps back; the text lasts for longer than both.
    const limits = { stallMs: 4_000, timeoutMs: 6_000 };
    const outcome = await runTurn(await world.open(), "Go", { limits });
    expect(outcome.error).toMatchObject({ kind: "timeout", details: { afterMs: 6_000 } });
  });

  verifies("codex.limits", "a long quiet command is not silence", async () => {
    const line = "until [ -e enough ]; do sleep 0.1; done; echo slept";
    const world = await startWorld(sequence(command(line, { yieldTimeMs: 30_000 }), message("Done")));
    const clock = new HandClock();
    const turn = runTurn(await world.open(), "Go", { clock });
    await world.event("command_started");
    expect(clock.isStandingStill).toBe(true);
    writeFileSync(join(world.workspace, "enough"), "");
    expect(await turn).toMatchObject({ status: "completed", answer: "Done", commands: [{ exitCode: 0 }] });
    expect(clock.isStandingStill).toBe(false);
  });

  verifies(
    "codex.limits",
    "the wall clock ends a long quiet command, and nothing of it is left",
    async () => {
      const marker = uniqueSleep();
      const world = await startWorld(
        sequence(command(`sleep ${marker}`, { yieldTimeMs: 20_000 }), message("never")),
      );
      const session = await world.open();
      const clock = new HandClock();
      const turn = runTurn(session, "Go", { clock });
      await expectRunning(marker);
      clock.timeOut(2_000);
      expect(await turn).toMatchObject({ status: "failed", error: { kind: "timeout" } });
      await expectGone(marker);
      expect(world.model.requests).toHaveLength(1);
    },
  );
});

describe("cancelling", () => {
  verifies("codex.cancel", "before the start costs nothing", async () => {
    const world = await startWorld(sequence(message("Fine")));
    const session = await world.open();
    const outcome = await runTurn(session, "Go", { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
    expect(outcome.unconfirmed).toBeUndefined();
    expect(world.model.requests).toHaveLength(0);
    expect((await runTurn(session, "Go")).answer).toBe("Fine");
    expect(world.model.requests).toHaveLength(1);
  });

  verifies("codex.cancel", "before Codex has named the turn ends it as soon as it has", async () => {
    const world = await startWorld(sequence(hang()));
    const session = await world.open();
    const controller = new AbortController();
    const turn = runTurn(session, "Go", { signal: controller.signal });
    controller.abort();
    const outcome = await turn;
    expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
    expect(outcome.unconfirmed).toBeUndefined();
    const { thread } = await world.server.request("thread/read", {
      threadId: session.facts.thread,
      includeTurns: false,
    });
    expect(thread.status).toEqual({ type: "idle" });
  });

  verifies("codex.cancel", "in the middle of an answer ends the model call and keeps what came", async () => {
    const world = await startWorld(sequence(silence(message("So far"))));
    const session = await world.open();
    const controller = new AbortController();
    const turn = runTurn(session, "Go", { signal: controller.signal });
    await world.event("message");
    controller.abort();
    const outcome = await turn;
    expect(outcome).toMatchObject({ status: "interrupted", answer: "So far", error: { kind: "cancelled" } });
    expect(outcome.unconfirmed).toBeUndefined();
    await world.model.requests[0]?.closed;
  });

  verifies("codex.cancel", "in the middle of a command ends the command as well", async () => {
    const marker = uniqueSleep();
    const world = await startWorld(sequence(command(`sleep ${marker}`, { yieldTimeMs: 20_000 })));
    const session = await world.open();
    const controller = new AbortController();
    const turn = runTurn(session, "Go", { signal: controller.signal });
    await world.event("command_started");
    await expectRunning(marker);
    controller.abort();
    const outcome = await turn;
    expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
    await expectGone(marker);
  });

  verifies("codex.cancel", "of a review works, though Codex speaks of it under two ids", async () => {
    const world = await startWorld(sequence(hang()), { repository: { "a.txt": "a\n" } });
    const session = await world.open({ untrusted: true });
    const controller = new AbortController();
    const review = { type: "review", target: { type: "uncommittedChanges" } } as const;
    const turn = runTurn(session, review, { signal: controller.signal });
    const request = await world.model.waitForRequest(1);
    controller.abort();
    const outcome = await turn;
    expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
    expect(outcome.unconfirmed).toBeUndefined();
    await request.closed;
  });

  verifies("codex.cancel", "leaves other turns of the same server alone", async () => {
    const marker = uniqueSleep();
    const world = await startWorld(sequence(command(`sleep ${marker}`, { yieldTimeMs: 20_000 })));
    const [one, other] = [await world.open(), await world.open()];
    const [first, second] = [new AbortController(), new AbortController()];
    const turns = [
      runTurn(one, "Go", { signal: first.signal }),
      runTurn(other, "Go", { signal: second.signal }),
    ];
    await expectRunning(marker, 2);
    first.abort();
    expect((await turns[0])?.error?.kind).toBe("cancelled");
    await expectRunning(marker, 1);
    second.abort();
    await turns[1];
    await expectGone(marker);
  });

  verifies(
    "codex.cancel",
    "is not needed for a command that outlives its turn: it ends with the turn",
    async () => {
      const marker = uniqueSleep();
      const world = await startWorld(
        sequence(command(`sleep ${marker}`, { yieldTimeMs: 300 }), message("Done")),
      );
      const outcome = await runTurn(await world.open(), "Go");
      expect(outcome).toMatchObject({ status: "completed", answer: "Done" });
      await expectGone(marker);
    },
  );
});

describe("a Codex that is gone", () => {
  async function midTurn(): Promise<{ world: World; thread: string; turn: Promise<TurnOutcome> }> {
    const world = await startWorld(sequence(silence(message("What I know"))));
    const session = await world.open();
    const turn = runTurn(session, "Go", { limits: { stallMs: 20_000 } });
    await world.event("message");
    return { world, thread: session.facts.thread, turn };
  }

  verifies(
    "codex.lost",
    "killed in the middle of a turn: protocol, with thread, turn and answer",
    async () => {
      const { world, thread, turn } = await midTurn();
      kill(world.pid);
      const outcome = await turn;
      expect(outcome).toMatchObject({
        status: "failed",
        turn: expect.any(String),
        answer: "What I know",
        error: { kind: "protocol", message: expect.stringContaining("SIGKILL") },
      });
      expect(thread).toMatch(/^[0-9a-f-]{36}$/);
      await world.server.close();
      expect(processesNaming(world.home)).toEqual([]);
    },
  );

  verifies("codex.lost", "killed while a command runs: the command is gone as well", async () => {
    const marker = uniqueSleep();
    const world = await startWorld(sequence(command(`sleep ${marker}`, { yieldTimeMs: 20_000 })));
    const turn = runTurn(await world.open(), "Go");
    await expectRunning(marker);
    kill(world.pid);
    expect((await turn).error?.kind).toBe("protocol");
    await world.server.close();
    await expectGone(marker);
  });

  verifies("codex.lost", "ended between two turns: the next one fails at once", async () => {
    const world = await startWorld(sequence(message("Done")));
    const session = await world.open();
    await runTurn(session, "Go");
    kill(world.pid);
    await world.server.ended;
    expect((await runTurn(session, "Again")).error?.kind).toBe("protocol");
    await session.close();
  });

  verifies(
    "codex.lost",
    "frozen in the middle of a turn: stalled, unconfirmed, and closing the server ends it",
    async () => {
      const marker = uniqueSleep();
      const world = await startWorld(sequence(silence(message("What I know"))));
      const session = await world.open();
      const clock = new HandClock();
      const turn = runTurn(session, "Go", { clock });
      await world.event("message");
      await freeze(world.pid);
      await vi.waitFor(() => expect(clock.isStandingStill).toBe(false));
      clock.stall(1_000);
      const outcome = await turn;
      expect(outcome).toMatchObject({
        status: "failed",
        answer: "What I know",
        unconfirmed: true,
        error: { kind: "stalled" },
      });
      await world.server.close();
      expect((await listProcesses()).some(({ pid, isZombie }) => pid === world.pid && !isZombie)).toBe(false);
      expect(processesNaming(world.home, marker)).toEqual([]);
    },
    60_000,
  );

  verifies("codex.lost", "frozen before a thread is opened: protocol at the deadline", async () => {
    // Its start has to keep the deadline too, on a busy machine.
    const world = await startWorld(sequence(message("never")), { deadlineMs: 5_000 });
    await freeze(world.pid);
    await expect(world.open()).rejects.toMatchObject({ report: { kind: "protocol" } });
    kill(world.pid);
  });
});

let sleeps = 0;

/** A duration that no other process of this machine sleeps for, so that the process can be found by it. */
function uniqueSleep(): string {
  sleeps += 1;
  return `97.${process.pid}${String(sleeps).padStart(4, "0")}`;
}

function sleeping(marker: string): readonly string[] {
  return processesNaming(`sleep ${marker}`).filter((line) => /^\d+ (\/\S+\/)?sleep /.test(line));
}

async function expectRunning(marker: string, count = 1): Promise<void> {
  await expect.poll(() => sleeping(marker).length, { timeout: 20_000, interval: 20 }).toBe(count);
}

/** The kill is delivered when the turn is over; the system takes a moment to carry it out. */
async function expectGone(marker: string): Promise<void> {
  await expect.poll(() => processesNaming(marker), { timeout: 20_000, interval: 10 }).toEqual([]);
}
