import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { hang } from "../../../src/rehearsal/faults.ts";
import { type Gate, gate } from "../../../src/rehearsal/gate.ts";
import { askUser, command, message } from "../../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../../src/rehearsal/script.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";
import { ctrlC, startInTerminal } from "../../support/terminal.ts";

const ask = ["--approvals", "ask"] as const;

/** A model that wants to write a file outside of the sandbox, and the file. */
async function startAskingWorld(
  after?: Gate,
): Promise<{ readonly world: CliWorld; readonly wanted: string }> {
  const wanted = join(makeHome("elsewhere"), "wanted");
  const escalated = { justification: "May I write elsewhere?" };
  const script = (): Entry =>
    sequence(
      command(`touch ${wanted}`, { escalated }),
      message("That was it.", after === undefined ? {} : { after }),
    );
  return { world: await startCliWorld(script), wanted };
}

/** A job of that model that runs in the background and waits for an answer; `after` is what the model waits for then. */
async function startWaitingJob(after?: Gate): Promise<{
  readonly world: CliWorld;
  readonly wanted: string;
  readonly id: string;
}> {
  const { world, wanted } = await startAskingWorld(after);
  const { stdout } = await world.run(["task", "Do it", "--background", ...ask]);
  const id = stdout.trim();
  const watched = startInTerminal(world, ["watch", id]);
  await watched.waitFor("May I write elsewhere?");
  watched.type(ctrlC);
  expect(await watched.ended).toBe(6);
  expect(watched.screen()).toContain(`The job goes on: tandem watch ${id.slice(-6)}`);
  return { world, wanted, id };
}

describe("a run that asks, on a terminal", () => {
  verifies(
    "life.asked",
    "asks right there, and what is accepted is done outside of the sandbox",
    async () => {
      const { world, wanted } = await startAskingWorld();
      const person = startInTerminal(world, ["task", "Do it", ...ask]);
      // Typed before there is anything to answer.
      person.type("accept\r");
      const question = await person.waitFor("accept, decline, cancel:");
      expect(question).toContain(`touch ${wanted}`.slice(0, 40));
      expect(question).toContain("Accepted, it runs OUTSIDE the sandbox.");
      expect(world.records()).toMatchObject([{ phase: "waiting_approval" }]);
      expect(existsSync(wanted)).toBe(false);
      person.type("accept\r");
      expect(await person.ended).toBe(0);
      expect(person.screen()).toContain("That was it.");
      expect(person.screen()).toContain("Accepted by a person");
      expect(existsSync(wanted)).toBe(true);
    },
  );

  verifies("life.asked", "puts the question of a model, whose answer arrives", async () => {
    const asked = { id: "db", question: "Which database?", options: ["postgres", "sqlite"] };
    const world = await startCliWorld(() => sequence(askUser(asked), message("Thank you.")));
    const person = startInTerminal(world, ["task", "Ask me", ...ask]);
    await person.waitFor("postgres, sqlite:");
    person.type("sqlite\r");
    expect(await person.ended).toBe(0);
    expect(JSON.stringify(world.model.requests.at(-1)?.body)).toContain("sqlite");
  });

  verifies("life.asked", "is cancelled by Ctrl-C at the question, and nothing was done", async () => {
    const { world, wanted } = await startAskingWorld();
    const person = startInTerminal(world, ["task", "Do it", ...ask]);
    await person.waitFor("accept, decline, cancel:");
    person.type(ctrlC);
    expect(await person.ended).toBe(130);
    expect(existsSync(wanted)).toBe(false);
    expect(world.records()).toMatchObject([{ status: "cancelled" }]);
  });

  verifies("life.asked", "is answered elsewhere, and the question goes away", async () => {
    const thinking = gate();
    const { world, wanted, id } = await startWaitingJob(thinking);
    const waiting = startInTerminal(world, ["wait", id]);
    await waiting.waitFor("accept, decline, cancel:");
    expect(await world.run(["answer", id, "decline"])).toMatchObject({ exitCode: 0 });
    // A run that ended at once would leave nothing to say of its question.
    await waiting.waitFor("It needs no answer any more.");
    thinking.open();
    expect(await waiting.ended).toBe(0);
    expect(waiting.screen()).toContain("That was it.");
    expect(existsSync(wanted)).toBe(false);
  });
});

describe("tandem answer", () => {
  verifies(
    "life.answer",
    "accepts from a terminal and never from a pipe, and shows the job after",
    async () => {
      const { world, wanted, id } = await startWaitingJob();
      const piped = await world.run(["answer", "--json", id, "accept"]);
      expect(piped).toMatchObject({ exitCode: 2, envelope: { error: { kind: "usage" } } });
      expect(piped.envelope.error?.repair.say).toContain(`tandem answer ${id.slice(-6)} accept`);
      expect(world.records()).toMatchObject([{ phase: "waiting_approval" }]);
      const person = startInTerminal(world, ["answer", id, "accept"]);
      expect(await person.ended).toBe(0);
      expect(person.screen()).toContain("Codex has its answer (accept).");
      expect(person.screen()).not.toContain("needs you");
      expect(await world.run(["wait", id])).toMatchObject({ exitCode: 0 });
      expect(existsSync(wanted)).toBe(true);
    },
  );

  verifies("life.answer", "that fits nothing says what there is, and changes nothing", async () => {
    const { world, id } = await startWaitingJob();
    const short = id.slice(-6);
    const answer = async (...words: readonly string[]) => {
      const { exitCode, envelope } = await world.run(["answer", "--json", id, ...words]);
      return { exitCode, message: envelope.error?.message, repair: envelope.error?.repair };
    };
    expect(await answer()).toMatchObject({
      exitCode: 2,
      message: "There is no answer.",
      repair: { say: "Say accept, decline or cancel." },
    });
    expect(await answer("decline", "--request", "7")).toMatchObject({
      exitCode: 2,
      message: `No request "7" of job ${short} waits for an answer; there is 1.`,
      repair: { command: `tandem status ${short}` },
    });
    expect(await answer("--answer", "colour=blue")).toMatchObject({
      exitCode: 2,
      message: 'There is no question "colour".',
    });
    expect(world.records()).toMatchObject([{ phase: "waiting_approval" }]);
    expect(await answer("cancel")).toMatchObject({ exitCode: 0 });
    await world.run(["wait", id]);
    expect(await answer("decline")).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/has ended \(\w+\); nothing of it waits for an answer/),
      repair: { command: `tandem result ${short}` },
    });
  });
});

describe("Ctrl-C on a terminal", () => {
  verifies("life.interrupt", "cancels a run that this command started", async () => {
    const world = await startCliWorld(() => hang());
    const person = startInTerminal(world, ["task", "Go on"]);
    await world.model.waitForRequest(1);
    await person.waitFor("thinking");
    person.type(ctrlC);
    expect(await person.ended).toBe(130);
    expect(person.screen()).toContain("Error (cancelled)");
    expect(world.records()).toMatchObject([{ status: "cancelled" }]);
  });

  verifies(
    "life.interrupt",
    "leaves a run that was started elsewhere, with the commands for it",
    async () => {
      const world = await startCliWorld(() => hang());
      const id = (await world.run(["task", "Go on", "--background"])).stdout.trim();
      await world.model.waitForRequest(1);
      const person = startInTerminal(world, ["wait", id]);
      await person.waitFor("thinking");
      person.type(ctrlC);
      expect(await person.ended).toBe(6);
      expect(person.screen()).toContain(`tandem cancel ${id.slice(-6)}`);
      expect(world.records()).toMatchObject([{ status: "running" }]);
      expect(await world.run(["cancel", id])).toMatchObject({ exitCode: 0 });
    },
  );
});

describe("a job that waits for its turn", () => {
  verifies("life.queue_line", "shows its place, and is whole when it is cancelled there", async () => {
    const thinking = gate();
    const world = await startCliWorld(() => message("First.", { after: thinking }));
    const environment = {
      TANDEM_DIRECT: "false",
      TANDEM_CONCURRENT_TURNS: "1",
      TANDEM_BROKER_IDLE: "300ms",
    };
    const first = world.start(["task", "The first"], { environment });
    await world.model.waitForRequest(1);
    const person = startInTerminal(world, ["task", "The second"], { environment });
    await person.waitFor("1st in the queue");
    person.type(ctrlC);
    expect(await person.ended).toBe(130);
    const [, second] = world.records();
    expect(person.screen()).toContain("Task: The second");
    expect(person.screen()).toContain(`Kept: job ${second?.id.slice(-6)}`);
    thinking.open();
    expect(await first.ended).toMatchObject({ exitCode: 0 });
    await expect.poll(() => world.processes(), { timeout: 15_000 }).toEqual([]);
  });
});
