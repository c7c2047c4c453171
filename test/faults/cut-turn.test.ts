import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { ThreadOptions, TurnInput, TurnOutcome } from "../../src/codex/engine.ts";
import { httpError } from "../../src/rehearsal/faults.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../src/rehearsal/script.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import { endWorldsAfterEach, runTurn, startWorld, type World } from "../support/app-server-world.ts";
import { kill } from "../support/kill.ts";
import { verifies } from "../support/requirements.ts";
import { rewriteSessions, sessionsOf } from "../support/sessions.ts";

endWorldsAfterEach();

const mutedCodex = join(import.meta.dirname, "..", "fixtures", "muted-codex.mjs");

interface Cut extends Partial<ThreadOptions> {
  readonly input?: TurnInput;
  /** What Codex has written down is changed so, after it and before the app-server is killed. */
  readonly rewrite?: (sessions: string) => string;
}

/** A turn of which nothing is heard from a line on, and whose app-server is killed when Codex has finished it. */
async function cutAt(
  line: string,
  script: Entry,
  { input, rewrite, ...options }: Cut = {},
): Promise<{ readonly world: World; readonly outcome: TurnOutcome }> {
  const parameters = [mutedCodex, codexBinary(), line];
  const repository = { "a.txt": "a\n" };
  const world = await startWorld(script, { program: { path: process.execPath, parameters }, repository });
  const session = await world.open({ ephemeral: false, untrusted: true, ...options });
  const turn = runTurn(session, input ?? "Go");
  if (options.ephemeral === true) await world.event("message");
  else {
    // A reviewer has a thread and a turn of its own.
    const turns = input?.type === "review" ? 2 : 1;
    const isFinished = async () =>
      expect((await sessionsOf(world.home)).split('"task_complete"').length - 1).toBe(turns);
    await vi.waitFor(isFinished, { interval: 10 });
  }
  // What is told before that line goes through another process, which is killed as well.
  await world.event("stray_output", ({ text }) => text === "muted");
  if (rewrite !== undefined) await rewriteSessions(world.home, rewrite);
  kill(world.pid);
  return { world, outcome: await turn };
}

describe("a turn that Codex finished and whose end it could not tell", () => {
  for (const line of ['"turn/completed"', '"agentMessage"', '"turn/started"']) {
    verifies("codex.on_record", `nothing is heard from ${line} on: its answer is on record`, async () => {
      const { world, outcome } = await cutAt(line, sequence(message("Yes.")));
      const turn = expect.stringMatching(/^[0-9a-f-]{36}$/);
      expect(outcome).toMatchObject({ status: "completed", answer: "Yes.", turn, blockedWrites: [] });
      expect(outcome.error).toBeUndefined();
      expect(outcome.usage?.inputTokens).toBeGreaterThan(0);
      const notable = world.events.filter((event) => event.type === "warning" && event.isNotable === true);
      expect(notable).toMatchObject([{ message: expect.stringContaining("Codex's own record") }]);
      expect(world.events.at(-1)).toMatchObject({ type: "turn_completed", status: "completed" });
    });
  }

  verifies("codex.on_record", "what the sandbox refused meanwhile is on record as well", async () => {
    const script = sequence(command("touch refused.txt"), message("I could not."));
    // A command that is refused at once may leave no item of its own; its call is always told.
    const { outcome } = await cutAt('"function_call"', script);
    expect(outcome).toMatchObject({ status: "completed", answer: "I could not." });
    expect(outcome.blockedWrites).toMatchObject([expect.stringContaining("touch refused.txt")]);
  });

  verifies("codex.on_record", "an ephemeral thread has no record", async () => {
    const { outcome } = await cutAt('"turn/completed"', sequence(message("Yes.")), { ephemeral: true });
    expect(outcome).toMatchObject({ status: "failed", answer: "Yes.", error: { kind: "protocol" } });
  });

  verifies("codex.on_record", "one that ran on other terms than asked for has no answer", async () => {
    const rewrite = (sessions: string) => {
      const wider = sessions.replaceAll('{"type":"read-only"}', '{"type":"danger-full-access"}');
      expect(wider).not.toBe(sessions);
      return wider;
    };
    const { outcome } = await cutAt('"turn/completed"', sequence(message("Yes.")), { rewrite });
    expect(outcome).toMatchObject({ status: "failed", error: { kind: "protocol" } });
  });

  const review = { type: "review", target: { type: "uncommittedChanges" } } as const;

  verifies("codex.on_record", "a review whose words had come is one", async () => {
    const script = sequence(message("Looks fine."));
    const { outcome } = await cutAt('"turn/completed"', script, { input: review });
    expect(outcome).toMatchObject({ status: "completed", reviewerMessage: "Looks fine." });
  });

  verifies(
    "codex.on_record",
    "a review whose words had not come is none: they are in another thread",
    async () => {
      const script = sequence(message("Looks fine."));
      const { outcome } = await cutAt('"exitedReviewMode"', script, { input: review });
      expect(outcome).toMatchObject({ status: "failed", error: { kind: "protocol" } });
    },
  );

  verifies("codex.on_record", "a turn that failed is no finished one", async () => {
    const { outcome } = await cutAt('"error"', sequence(httpError(500)));
    expect(outcome).toMatchObject({ status: "failed", error: { kind: "protocol" } });
  });
});
