import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { findProgram } from "../../support/cli-program.ts";
import {
  type CliProcess,
  type CliRunOptions,
  type CliWorld,
  filesBelow,
  startCliWorld,
} from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

/** A command that waits for its question, which comes by a pipe with a name, and the process that waits for the command's job. */
interface Held {
  readonly running: CliProcess;
  readonly standby: number;
  readonly ask: (question: string) => Promise<void>;
}

async function startHeld(
  world: CliWorld,
  words: readonly string[] = [],
  options: CliRunOptions = {},
): Promise<Held> {
  const pipe = join(world.workspace, "question");
  execFileSync(findProgram("mkfifo"), [pipe]);
  const running = world.start(["consult", "--json", "--prompt-file", pipe, ...words], options);
  const standby = await vi.waitFor(() => standbyOf(world), { interval: 10 });
  return { running, standby, ask: async (question) => writeFile(pipe, question) };
}

function standbyOf(world: CliWorld): number {
  const found = world.processes().find((line) => line.endsWith(" run-job next"));
  if (found === undefined) throw new Error("no process waits for a job");
  return Number.parseInt(found, 10);
}

async function nothingLeft(world: CliWorld): Promise<void> {
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
}

describe("the process of a run of its own", () => {
  verifies(
    "start.standby",
    "is there before the question has been read, and gets the job, its folder and its record of faults",
    async () => {
      const thinking = gate();
      const world = await startCliWorld(() => message("Yes.", { after: thinking }));
      const { running, standby, ask } = await startHeld(world);
      expect(filesBelow(world.stateRoot)).toEqual([]);
      await ask("Is it so?");
      const id = await running.job;
      await world.model.waitForRequest(1);
      expect(world.records()).toMatchObject([{ id, status: "running", owner: { pid: standby } }]);
      expect(readlinkSync(`/proc/${standby}/cwd`)).toBe(world.stateRoot);
      expect(readlinkSync(`/proc/${standby}/fd/2`)).toBe(join(world.stateRoot, "jobs", id, "runner.log"));
      thinking.open();
      const { exitCode, envelope } = await running.ended;
      expect([exitCode, envelope.answer]).toEqual([0, "Yes."]);
      await nothingLeft(world);
    },
  );

  verifies("start.standby", "is expected by the words of the command too", async () => {
    const world = await startCliWorld(() => message("Yes."));
    const options = { environment: { TANDEM_DIRECT: undefined } };
    const { running, standby, ask } = await startHeld(world, ["--direct"], options);
    await ask("Is it so?");
    expect((await running.ended).exitCode).toBe(0);
    expect(world.records()).toMatchObject([{ status: "succeeded", owner: { pid: standby } }]);
    await nothingLeft(world);
  });

  verifies("start.standby-harmless", "goes with a command that is refused: no job, no file", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const { running, ask } = await startHeld(world);
    await ask(" \n");
    expect((await running.ended).exitCode).toBe(2);
    await nothingLeft(world);
    expect(filesBelow(world.stateRoot)).toEqual([]);
  });

  verifies("start.standby-harmless", "goes with a command that is killed before it has a job", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const { running } = await startHeld(world);
    running.child.kill("SIGKILL");
    await running.ended;
    await nothingLeft(world);
    expect(filesBelow(world.stateRoot)).toEqual([]);
  });

  verifies("start.standby-harmless", "is replaced when it has ended before the job was there", async () => {
    const world = await startCliWorld(() => message("Yes."));
    const { running, standby, ask } = await startHeld(world);
    process.kill(standby, "SIGKILL");
    await ask("Is it so?");
    const { exitCode, envelope } = await running.ended;
    expect([exitCode, envelope.answer]).toEqual([0, "Yes."]);
    const [{ owner, status } = {}] = world.records();
    expect(status).toBe("succeeded");
    expect(owner?.pid).not.toBe(standby);
    await nothingLeft(world);
  });
});
