import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import {
  contentTexts,
  lastUserText,
  type ModelRequest,
  userTexts,
} from "../../../src/rehearsal/model-request.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { type Entry, firstOf, when } from "../../../src/rehearsal/script.ts";
import { latestToolOutputs } from "../../../src/rehearsal/tool-outputs.ts";
import { type CliWorld, rollouts, startCliWorld } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

/** Answers every question with its own words. */
const echo: Entry = (request) => message(`Answer to ${lastUserText(request)}.`);

/** The assistant's messages in a request. */
function answersIn(request: ModelRequest | undefined): readonly string[] {
  return (request?.input ?? [])
    .filter((item) => item["role"] === "assistant")
    .flatMap((item) => contentTexts(item["content"]));
}

/** How often a text is a user's message of its own in a request. */
function countIn(request: ModelRequest | undefined, text: string): number {
  return request === undefined ? 0 : userTexts(request).filter((each) => each === text).length;
}

async function task(world: CliWorld, ...words: readonly string[]) {
  const { exitCode, envelope } = await world.run(["task", "--json", ...words]);
  return { exitCode, envelope, thread: envelope.run?.thread ?? "", job: envelope.job?.id ?? "" };
}

describe("going on with a thread", () => {
  verifies(
    "task.resume",
    "by its id, by a job, or by being the last: the history and the new prompt once",
    async () => {
      const world = await startCliWorld(() => echo);
      const first = await task(world, "One");
      expect(first.thread).toMatch(/^[0-9a-f-]{36}$/);
      const second = await task(world, "--thread", first.thread, "Two");
      const third = await task(world, "--job", first.job.slice(-6), "Three");
      // Three jobs, one thread: there is only one to go on with.
      const fourth = await task(world, "--resume-last", "Four");
      expect([second, third, fourth].map(({ thread }) => thread)).toEqual(Array(3).fill(first.thread));
      expect([second, third, fourth].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect(fourth.envelope.answer).toBe("Answer to Four.");
      const asked = ["One", "Two", "Three", "Four"];
      for (const [index, request] of world.model.requests.entries()) {
        expect(asked.map((text) => countIn(request, text))).toEqual(
          asked.map((_text, at) => (at <= index ? 1 : 0)),
        );
        expect(answersIn(request)).toEqual(asked.slice(0, index).map((text) => `Answer to ${text}.`));
        expect(lastUserText(request)).toBe(asked[index]);
      }
      expect(rollouts(world.codexHome)).toHaveLength(1);
      // Of this run alone, not of the thread.
      expect(fourth.envelope.run?.usage?.inputTokens).toBe(100);
    },
  );

  verifies(
    "task.resume",
    "--job takes consultations as well, and says when a job left no thread",
    async () => {
      const world = await startCliWorld(() => echo);
      const consult = await world.run(["consult", "--json", "One"]);
      const next = await task(world, "--job", consult.envelope.job?.id ?? "", "Two");
      expect(next.thread).toBe(consult.envelope.run?.thread);
      expect(answersIn(world.model.requests[1])).toEqual(["Answer to One."]);
      const dropped = await task(world, "--ephemeral", "Three");
      const refused = await task(world, "--job", dropped.job, "Four");
      expect(refused.exitCode).toBe(2);
      expect(refused.envelope.error).toMatchObject({
        kind: "usage",
        message: expect.stringContaining("left no thread"),
        repair: { say: expect.stringContaining("--fresh") },
      });
      expect(world.model.requests).toHaveLength(3);
    },
  );

  verifies(
    "task.resume",
    "--resume-last lists the tasks when there are several, and says when there is none",
    async () => {
      const world = await startCliWorld(() => echo);
      const none = await task(world, "--resume-last", "Zero");
      expect(none.exitCode).toBe(2);
      expect(none.envelope.error).toMatchObject({
        kind: "job_not_found",
        repair: { say: expect.stringContaining("Leave") },
      });
      const first = await task(world, "One");
      const second = await task(world, "--fresh", "Two");
      expect(second.thread).not.toBe(first.thread);
      const several = await task(world, "--resume-last", "Three");
      expect(several.exitCode).toBe(2);
      expect(several.envelope.error).toMatchObject({
        kind: "job_ambiguous",
        details: {
          candidates: expect.arrayContaining([
            `${first.job.slice(-6)} (One)`,
            `${second.job.slice(-6)} (Two)`,
          ]),
        },
        repair: { say: expect.stringContaining("--job") },
      });
      // Tasks of another folder do not count.
      const elsewhere = await world.run(["task", "--json", "--resume-last", "Four"], {
        cwd: makeHome("elsewhere"),
      });
      expect(elsewhere.envelope.error?.kind).toBe("job_not_found");
      expect(world.model.requests).toHaveLength(2);
    },
  );

  verifies(
    "task.resume",
    "a name that is no id is refused before Codex could take it for a new thread",
    async () => {
      const world = await startCliWorld(() => echo);
      for (const name of [
        "last",
        "tandem: One",
        "01a1fc55-0279-7f30-bed9",
        "",
        "01a1fc55-0279-7f30-bed9-04205141e1f7 ",
      ]) {
        const { exitCode, envelope } = await task(world, "--thread", name, "Go");
        expect(exitCode).toBe(2);
        expect(envelope.error).toMatchObject({
          kind: "usage",
          message: expect.stringContaining("is not the id of a thread"),
        });
      }
      for (const words of [
        ["--thread", "x", "--fresh"],
        ["--job", "x", "--resume-last"],
        ["--resume-last", "--fresh"],
      ]) {
        const { exitCode, envelope } = await task(world, ...words, "Go");
        expect(exitCode).toBe(2);
        expect(envelope.error?.message).toContain("exclude each other");
      }
      expect(world.model.requests).toEqual([]);
      expect(world.records()).toEqual([]);
    },
  );

  for (const engine of ["app-server", "exec"]) {
    verifies(
      "task.resume",
      `${engine}: an id that Codex does not know is an error, and no thread is started`,
      async () => {
        const world = await startCliWorld(() => echo);
        const unknown = "01a1fc55-0279-7f30-bed9-04205141e1f7";
        const { exitCode, envelope } = await task(world, "--engine", engine, "--thread", unknown, "Go");
        expect(exitCode).toBe(2);
        expect(envelope.error).toMatchObject({ kind: "usage", message: expect.stringContaining(unknown) });
        expect(envelope.error?.repair.say).toContain("start a new one");
        expect(world.model.requests).toEqual([]);
        expect(rollouts(world.codexHome)).toEqual([]);
      },
    );
  }

  verifies("task.resume", "a job that is still running is not gone on with", async () => {
    const held = gate();
    const world = await startCliWorld(() => message("Done.", { after: held }));
    const first = world.start(["task", "--json", "One"]);
    const id = await first.job;
    await world.model.waitForRequest(1);
    const { exitCode, envelope } = await task(world, "--job", id, "Two");
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({ kind: "job_running", message: expect.stringContaining(id) });
    held.open();
    expect((await first.ended).exitCode).toBe(0);
    expect(world.model.requests).toHaveLength(1);
  });
});

describe("the sandbox of a thread that goes on", () => {
  for (const engine of ["app-server", "exec"]) {
    verifies("task.resume", `${engine}: is that of each run, in both directions`, async () => {
      const world = await startCliWorld(() =>
        firstOf(
          when((request) => latestToolOutputs(request).length > 0, message("Done.")),
          (request) => command(`echo ${lastUserText(request)} > ${lastUserText(request)}.txt`),
        ),
      );
      const go = async (...words: readonly string[]) => task(world, "--engine", engine, ...words);
      const first = await go("--write", "one");
      const second = await go("--thread", first.thread, "two");
      const third = await go("--thread", first.thread, "--write", "three");
      const fourth = await go("--thread", first.thread, "four");
      const all = [first, second, third, fourth];
      expect(all.map(({ envelope }) => envelope.run?.sandbox)).toEqual(
        ["workspace-write", "read-only", "workspace-write", "read-only"].map((tier) => ({
          requested: tier,
          effective: tier,
        })),
      );
      expect(new Set(all.map(({ thread }) => thread)).size).toBe(1);
      expect(readdirSync(world.workspace).toSorted()).toEqual(["one.txt", "three.txt"]);
      expect(readFileSync(join(world.workspace, "three.txt"), "utf8")).toBe("three\n");
      for (const { envelope } of [second, fourth]) {
        expect(envelope.run?.warnings).toContainEqual(
          expect.stringContaining("--write lets it change this folder"),
        );
      }
    });
  }
});
