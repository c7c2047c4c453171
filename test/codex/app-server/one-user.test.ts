import { expect } from "vitest";
import { ThreadsInUse } from "../../../src/codex/app-server/threads-in-use.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { asks, firstOf, when } from "../../../src/rehearsal/script.ts";
import { runTurn } from "../../support/app-server-world.ts";
import { deferred } from "../../support/deferred.ts";
import { endPoolWorldsAfterEach, startPoolWorld } from "../../support/pool-world.ts";
import { endRemoteWorldsAfterEach, startRemoteWorld } from "../../support/remote-world.ts";
import { verifies } from "../../support/requirements.ts";

endPoolWorldsAfterEach();
endRemoteWorldsAfterEach();

const quiet = { emit: () => undefined };

verifies(
  "races.one_user",
  "of two replies to one thread at once the second is refused, and the first has its own answer",
  async () => {
    const held = gate();
    const world = await startPoolWorld(
      firstOf(when(asks("Slow"), message("Slow answer", { after: held })), message("Quick answer")),
    );
    const [begun, one, two] = await Promise.all([world.engine(), world.engine(), world.engine()]);
    const first = await begun.openThread(world.options({ ephemeral: false }), quiet);
    await runTurn(first, "Begin");
    const { thread } = first.facts;
    const reply = world.options({ ephemeral: false, resume: thread });
    // Also while the thread's first run has it, and however its name is typed.
    await expect(one.openThread(reply, quiet)).rejects.toMatchObject({ report: { kind: "usage" } });
    await begun.close();
    const slow = await one.openThread(
      world.options({ ephemeral: false, resume: thread.toUpperCase() }),
      quiet,
    );
    const turn = runTurn(slow, "Slow");
    await world.model.waitForRequest(2);
    await expect(two.openThread(reply, quiet)).rejects.toMatchObject({
      report: { kind: "usage", message: expect.stringContaining("another run is using it") },
    });
    held.open();
    expect(await turn).toMatchObject({ status: "completed", answer: "Slow answer" });
    const leaving = one.close();
    // What the first one has left may be had at once.
    const next = await two.openThread(reply, quiet);
    expect(await runTurn(next, "Go on")).toMatchObject({ status: "completed" });
    await Promise.all([leaving, two.close()]);
    expect(world.starts()).toBe(1);
  },
);

verifies("races.one_user", "a thread whose resuming fails is free again", async () => {
  const world = await startPoolWorld(message("never"));
  const engine = await world.engine();
  const resume = "01a214d0-e514-7343-baf9-f119b6945ebf";
  const open = async () => engine.openThread(world.options({ ephemeral: false, resume }), quiet);
  const failures = await Promise.allSettled([open(), open()]);
  expect(failures.map((each) => each.status)).toEqual(["rejected", "rejected"]);
  await expect(open()).rejects.not.toThrow("another run is using it");
  await engine.close();
});

verifies(
  "races.one_user",
  "of many who wait for a user's leaving one gets the thread, once it has left",
  async () => {
    const threads = new ThreadsInUse();
    const leave = await threads.take("t");
    expect(leave).toBeDefined();
    expect(await threads.take("t")).toBeUndefined();
    const left = deferred();
    leave?.(left.promise);
    const taken: (boolean | undefined)[] = [];
    const waiting = [1, 2, 3].map(async () => taken.push((await threads.take("t")) !== undefined));
    await new Promise(setImmediate);
    expect(taken).toEqual([]);
    left.resolve();
    await Promise.all(waiting);
    expect(taken).toEqual([true, false, false]);
  },
);

verifies("races.one_user", "a thread on which somebody else's turn runs is refused", async () => {
  const held = gate();
  const world = await startRemoteWorld(
    firstOf(when(asks("Slow"), message("Slow answer", { after: held })), message("Quick answer")),
    { listen: "unix" },
  );
  // Each engine has a link of its own, as a person's own client has.
  const [somebody, ours] = [await world.engine(), await world.engine()];
  const theirs = await somebody.openThread(world.options({ ephemeral: false }), quiet);
  await runTurn(theirs, "Begin");
  const slow = runTurn(theirs, "Slow");
  await world.model.waitForRequest(2);
  const reply = world.options({ ephemeral: false, resume: theirs.facts.thread });
  await expect(ours.openThread(reply, quiet)).rejects.toMatchObject({
    report: { kind: "usage", message: expect.stringContaining("a turn of it is running") },
  });
  held.open();
  expect(await slow).toMatchObject({ status: "completed", answer: "Slow answer" });
  const session = await ours.openThread(reply, quiet);
  expect(await runTurn(session, "Go on")).toMatchObject({ status: "completed" });
});
