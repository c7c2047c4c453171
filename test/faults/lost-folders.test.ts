import { rm } from "node:fs/promises";
import { describe, expect, vi } from "vitest";
import { message } from "../../src/rehearsal/replies.ts";
import { findProgram } from "../support/cli-program.ts";
import { startCliWorld } from "../support/cli-world.ts";
import { verifies } from "../support/requirements.ts";
import { type Engine, type HeldRun, holdRun, type Stage } from "../support/stage-world.ts";

const engines: readonly Engine[] = ["app-server", "exec"];

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Nothing of the run is left, and another one works in a folder that is there. */
async function goesOn({ world }: HeldRun, engine: Engine): Promise<void> {
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000, interval: 100 });
  const next = await world.run(["consult", "--json", "--engine", engine, "The next one"], {
    cwd: world.home,
  });
  expect(next).toMatchObject({ exitCode: 0, envelope: { answer: "Next." } });
}

for (const engine of engines) {
  describe(`a workspace that is removed (${engine})`, () => {
    verifies("job-life.bad-places", "before Codex was told of it is told, and nobody is asked", async () => {
      const held = await holdRun("created", engine);
      await remove(held.world.workspace);
      await held.release();
      const { exitCode, envelope } = await held.waiter.ended;
      expect([exitCode, envelope.error?.kind, envelope.job?.status]).toEqual([2, "workspace_gone", "failed"]);
      expect(held.world.model.requests).toEqual([]);
      await goesOn(held, engine);
    });

    verifies(
      "job-life.bad-places",
      "in the middle of a turn costs the commands, not the answer",
      async () => {
        const held = await holdRun("half", engine);
        await remove(held.world.workspace);
        await held.release();
        const { exitCode, envelope } = await held.waiter.ended;
        expect([exitCode, envelope.answer, envelope.job?.status]).toEqual([0, "Yes.", "succeeded"]);
        const again = await held.world.run(["result", "--json", held.id], { cwd: held.world.home });
        expect(again.envelope).toEqual(envelope);
        await goesOn(held, engine);
      },
    );
  });

  describe(`a state folder that is removed (${engine})`, () => {
    for (const stage of ["created", "thinking", "command"] as const satisfies readonly Stage[]) {
      verifies("job-life.bad-places", `ends the run (${stage}), its command says so`, async () => {
        const held = await holdRun(stage, engine);
        await remove(held.world.stateRoot);
        // What runs on is not let go: its owner has to notice by itself.
        if (stage !== "command") await held.release();
        const { exitCode, envelope } = await held.waiter.ended;
        expect([exitCode, envelope.error?.kind]).toEqual([2, "job_not_found"]);
        expect(envelope.error?.message).toContain(held.id);
        await goesOn(held, engine);
      });
    }
  });
}

describe("a state folder that cannot be written", () => {
  verifies("job-life.bad-places", "is told before anybody is asked, and can still be read", async () => {
    // Only Linux lets a test make a folder unwritable for everybody without rights.
    if (process.platform !== "linux") return;
    const world = await startCliWorld(() => message("Yes."));
    const first = await world.run(["consult", "--json", "Q"]);
    const script = [
      `mount --bind "$TANDEM_HOME" "$TANDEM_HOME" && mount -o remount,bind,ro "$TANDEM_HOME" || exit 90`,
      `exec "$@"`,
    ];
    const start = `PATH=/usr/bin:/bin; ${script.join("\n")}`;
    const namespace = [findProgram("unshare"), "--user", "--map-root-user", "--mount"];
    const wrapper = [...namespace, findProgram("bash"), "-c", start, "bash"];
    const [refused, status, result, consumed] = await Promise.all([
      world.run(["consult", "--json", "Q"], { wrapper }),
      world.run(["status", "--json"], { wrapper }),
      world.run(["result", "--json"], { wrapper }),
      world.run(["result", "--json", "--consume"], { wrapper }),
    ]);
    expect(refused).toMatchObject({ exitCode: 2, envelope: { error: { kind: "state_unwritable" } } });
    expect(refused.envelope.error?.message).toContain(world.stateRoot);
    expect(status).toMatchObject({ exitCode: 0, envelope: { jobs: [{ id: first.envelope.job?.id }] } });
    expect(result).toMatchObject({ exitCode: 0, envelope: first.envelope });
    // It cannot be deleted; what was paid for is told all the same, as one document.
    expect(consumed).toMatchObject({ exitCode: 2, envelope: first.envelope });
    expect(consumed.stderr).toContain("state_unwritable");
    expect(world.model.requests).toHaveLength(1);
    expect((await world.run(["consult", "--json", "Q"])).exitCode).toBe(0);
  });
});
