import { describe, expect, vi } from "vitest";
import { listProcesses } from "../../src/codex/process-family.ts";
import type { Envelope } from "../../src/domain/envelope.ts";
import type { ErrorKind } from "../../src/domain/errors/tandem-error.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { asks, firstOf, when } from "../../src/rehearsal/script.ts";
import { startCliWorld } from "../support/cli-world.ts";
import { kill, killAndWait } from "../support/kill.ts";
import { verifies } from "../support/requirements.ts";
import {
  type Engine,
  type HeldRun,
  hasHalf,
  holdRun,
  isBeforeThread,
  type Stage,
  stages,
} from "../support/stage-world.ts";

const engines: readonly Engine[] = ["app-server", "exec"];
const thread = expect.stringMatching(/^[0-9a-f-]{36}$/);

/** Holds a run at each of the stages, does something to each, and looks at what came of it. */
async function atEach(
  chosen: readonly Stage[],
  engine: Engine,
  body: (held: HeldRun) => Promise<void>,
): Promise<void> {
  await Promise.all(
    chosen.map(async (stage) => {
      const held = await holdRun(stage, engine);
      await body(held);
      await nothingLeft(held);
      const next = await held.world.run(["consult", "--json", "--engine", engine, "The next one"]);
      expect([stage, next.exitCode, next.envelope.answer]).toEqual([stage, 0, "Next."]);
      await nothingLeft(held);
    }),
  );
}

async function nothingLeft({ world, guardian }: HeldRun): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(world.processes()).toEqual([]);
      expect(await alive()).not.toContain(guardian);
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** The process that gets the job of one that ended too early. */
async function successorOf({ world, id }: HeldRun): Promise<number> {
  return vi.waitFor(
    () => {
      const found = world.processes().find((line) => line.endsWith(` run-job ${id}`));
      if (found === undefined) throw new Error("nobody has taken its place");
      return Number.parseInt(found, 10);
    },
    { timeout: 20_000, interval: 20 },
  );
}

async function alive(): Promise<readonly number[]> {
  return (await listProcesses()).filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
}

/** What the next commands tell of the job: first its state, then its result. */
async function lookAt({
  world,
  id,
}: HeldRun): Promise<{ readonly status: string | undefined; readonly result: Envelope }> {
  const status = await world.run(["status", "--json", id]);
  const result = await world.run(["result", "--json", id]);
  return { status: status.envelope.job?.status, result: result.envelope };
}

function expectFailed(
  { stage }: HeldRun,
  { status, result }: Awaited<ReturnType<typeof lookAt>>,
  kind: ErrorKind,
): void {
  expect([stage, status, result.ok, result.error?.kind]).toEqual([stage, "failed", false, kind]);
  expect([stage, result.run?.thread]).toEqual([stage, isBeforeThread(stage) ? undefined : thread]);
  expect([stage, result.raw]).toEqual([stage, hasHalf(stage) ? "Half an answer." : undefined]);
}

function expectAnswered({ stage }: HeldRun, { status, result }: Awaited<ReturnType<typeof lookAt>>): void {
  expect([stage, status, result.ok, result.answer]).toEqual([stage, "succeeded", true, "Yes."]);
  expect(result.run?.thread).toEqual(thread);
}

describe("SIGKILL", () => {
  for (const engine of engines) {
    // A one-shot Codex has ended by itself when its turn is over.
    const ofCodex = stages.filter(
      (stage) => stage !== "created" && (engine === "app-server" || stage !== "finished"),
    );
    verifies("kill-stages.codex", `of Codex (${engine}) at ${ofCodex.join(", ")}`, async () => {
      await atEach(ofCodex, engine, async (held) => {
        kill(held.codex);
        await held.release();
        await held.waiter.ended;
        const seen = await lookAt(held);
        if (held.stage === "finished") expectAnswered(held, seen);
        else expectFailed(held, seen, held.stage === "starting" ? "spawn_failed" : "protocol");
      });
    });

    verifies("kill-stages.guardian", `of the guardian (${engine})`, async () => {
      await atEach(["thinking", "command", "finished"], engine, async (held) => {
        kill(held.guardian);
        if (engine === "app-server" && held.stage === "command") {
          const cancelled = await held.world.run(["cancel", "--json", held.id]);
          expect(cancelled.envelope.job?.status).toBe("cancelled");
        } else {
          if (engine === "exec" && held.stage !== "finished") await held.waiter.ended;
          await held.release();
          await held.waiter.ended;
          const seen = await lookAt(held);
          if (engine === "exec" && held.stage !== "finished") expectFailed(held, seen, "protocol");
          else expectAnswered(held, seen);
        }
      });
    });

    verifies(
      "kill-stages.runner",
      `of the process of the job (${engine}) at ${stages.join(", ")}`,
      async () => {
        await atEach(stages, engine, async (held) => {
          await killAndWait(held.runner);
          // Before it has begun with anything, another takes its place.
          if (held.stage === "created") kill(await successorOf(held));
          const seen = held.stage === "created" ? undefined : await lookAt(held);
          await held.release();
          const { exitCode, envelope } = await held.waiter.ended;
          if (seen === undefined) {
            expectFailed(held, await lookAt(held), "spawn_failed");
          } else if (held.stage === "finished") expectAnswered(held, seen);
          else expectFailed(held, seen, "broker_lost");
          expect([held.stage, exitCode]).toEqual([held.stage, held.stage === "finished" ? 0 : 4]);
          const { result } = await lookAt(held);
          // What kept a run from starting is told as an error of the command, and stored as one of the job.
          if (seen === undefined) expect(envelope.error).toEqual(result.error);
          else expect(envelope).toEqual(result);
        });
      },
    );
  }

  verifies("kill-stages.waiter", `of the command that waits at ${stages.join(", ")}`, async () => {
    await atEach(stages, "app-server", async (held) => {
      held.waiter.child.kill("SIGKILL");
      await held.waiter.ended;
      if (held.stage === "command") {
        const cancelled = await held.world.run(["cancel", "--json", held.id]);
        expect(cancelled.envelope.job?.status).toBe("cancelled");
        return;
      }
      await held.release();
      await held.world.run(["wait", held.id]);
      const seen = await lookAt(held);
      // It may have died before the job had an owner: then the job has ended, as the next test says.
      if (held.stage === "created" && seen.status === "failed") expectFailed(held, seen, "broker_lost");
      else expectAnswered(held, seen);
    });
  });

  verifies(
    "kill-stages.waiter",
    "of the command that waits, before its run has an owner, ends the job",
    async () => {
      await atEach(["created"], "app-server", async (held) => {
        held.waiter.child.kill("SIGKILL");
        await held.waiter.ended;
        expectFailed(held, await lookAt(held), "broker_lost");
        // The process that comes to its job afterwards leaves it alone.
        await held.release();
        await nothingLeft(held);
        expectFailed(held, await lookAt(held), "broker_lost");
        expect(held.world.model.requests).toEqual([]);
      });
    },
  );

  verifies(
    "kill-stages.runner",
    "of the process of a job that writes, or waits to write, lets the next one write",
    async () => {
      const thinking = gate();
      const held = message("Yes.", { after: thinking });
      const world = await startCliWorld(() => firstOf(when(asks("The first"), held), message("Next.")), {
        committed: { "a.txt": "a\n" },
      });
      const first = world.start(["task", "--json", "--write", "The first"]);
      const id = await first.job;
      await world.model.waitForRequest(1);
      const [second, third] = ["The second", "The third"].map((text) =>
        world.start(["task", "--json", "--write", "--if-busy", "wait", text]),
      );
      const [secondId, thirdId] = [await second?.job, await third?.job];
      const ownerOf = async (job: string | undefined) =>
        vi.waitFor(
          () => {
            const record = world.records().find((each) => each.id === job);
            // Before a process of its own has taken it, a job is owned by the command that made it.
            const isOwned = record?.status === "running" && (record.phase === "queued" || record.id === id);
            const pid = isOwned ? record.owner?.pid : undefined;
            if (pid === undefined)
              throw new Error(`${job} does not wait: ${record?.status} ${record?.phase}`);
            return pid;
          },
          { timeout: 20_000, interval: 50 },
        );
      const [ofFirst, ofSecond] = [await ownerOf(id), await ownerOf(secondId)];
      await ownerOf(thirdId);
      await killAndWait(ofSecond);
      // A look at the jobs notices at once what those who wait would notice in a while.
      await world.run(["status"]);
      expect((await second?.ended)?.envelope).toMatchObject({ error: { kind: "broker_lost" } });
      expect(world.model.requests).toHaveLength(1);
      await killAndWait(ofFirst);
      await world.run(["status"]);
      expect((await first.ended).envelope).toMatchObject({ error: { kind: "broker_lost" } });
      expect((await third?.ended)?.envelope).toMatchObject({ ok: true, answer: "Next." });
      await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000, interval: 100 });
    },
  );
});
