import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import type { ErrorReport } from "../../../src/domain/errors/tandem-error.ts";
import { hang } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { sampleRequest, sampleResult } from "../../jobs/samples.ts";
import { openTestStore } from "../../jobs/support.ts";
import { type CliWorld, inTurn, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

/** A world without a run of Codex: what is stored is put there by the test, which owns what has not ended. */
async function startStoredWorld() {
  const world = await startCliWorld(() => message("Nobody is asked."));
  const { store } = openTestStore(world.stateRoot);
  const make = async (title: string) => {
    const request = { ...sampleRequest, cwd: world.workspace, title };
    return (await store.create({ request, workspace: world.workspace })).id;
  };
  return {
    world,
    store,
    ended: async (title = "over") => {
      const id = await make(title);
      await store.update(id, { status: "running" });
      await store.finish(id, { status: "succeeded", envelope: sampleResult });
      return id;
    },
    running: async (title = "going on") => {
      const id = await make(title);
      const claim = await store.claim(id);
      onTestFinished(() => claim?.release());
      await store.update(id, { status: "running" });
      return id;
    },
  };
}

/** What a command that was refused says. */
async function refusal(
  world: CliWorld,
  ...words: readonly string[]
): Promise<Pick<ErrorReport, "kind" | "message" | "repair">> {
  const { exitCode, stdout, stderr, envelope } = await world.run([...words, "--json"]);
  expect({ words, exitCode, stdout, stderr }).toMatchObject({ exitCode: 2 });
  if (envelope.error === undefined) throw new Error(`${words.join(" ")} was not refused`);
  return envelope.error;
}

describe("a job command that cannot do what is asked", () => {
  verifies("life.words", "says so where there is no job at all", async () => {
    const { world } = await startStoredWorld();
    const { workspace } = world;
    const listed = { command: "tandem status --all" };
    expect(await refusal(world, "cancel")).toMatchObject({
      kind: "job_not_found",
      message: `No job of ${workspace} is running.`,
      repair: listed,
    });
    expect(await refusal(world, "result")).toMatchObject({
      message: `No job of ${workspace} has ended.`,
      repair: listed,
    });
    expect(await refusal(world, "task", "--resume-last", "more")).toMatchObject({
      message: `No task of ${workspace} has left a thread.`,
    });
    const all = await world.run(["cancel", "--all"]);
    expect(all).toMatchObject({ exitCode: 0, stdout: "No job of this folder is running.\n" });
  });

  verifies("life.words", "names the part of the help that is about it", async () => {
    const { world } = await startStoredWorld();
    for (const [words, help] of [
      [["wait"], "tandem help wait"],
      [["jobs", "foo"], "tandem help jobs"],
      [["jobs", "prune", "--days", "x"], "tandem jobs prune --help"],
      [["threads", "rename"], "tandem threads rename --help"],
      [["--nonsense"], "tandem help"],
    ] as const) {
      expect(await refusal(world, ...words)).toMatchObject({
        kind: "usage",
        repair: { say: `See \`${help}\`.` },
      });
    }
    const jobs = await world.run(["jobs"]);
    expect(jobs).toMatchObject({ exitCode: 0, stderr: "" });
    expect(jobs.stdout).toContain("remove <jobs...>");
  });

  verifies("life.words", "says what a job that runs or has ended is ready for", async () => {
    const { world, ended, running } = await startStoredWorld();
    const [over, open] = [await ended(), await running()];
    const [overName, openName] = [over.slice(-6), open.slice(-6)];
    for (const words of [["result"], ["retry"]]) {
      expect(await refusal(world, ...words, openName)).toMatchObject({
        kind: "job_running",
        repair: { command: `tandem wait ${open}` },
      });
    }
    expect(await refusal(world, "jobs", "remove", over, openName)).toMatchObject({
      kind: "job_running",
      repair: { command: `tandem cancel ${openName}` },
    });
    expect(await refusal(world, "answer", openName, "decline")).toMatchObject({
      message: `Nothing of job ${openName} waits for an answer.`,
    });
    expect(await refusal(world, "steer", overName, "text")).toMatchObject({
      message: `Job ${overName} has ended; there is no turn to steer.`,
    });
    expect(await refusal(world, "reply", overName, "")).toMatchObject({ message: "The text is empty." });
    expect(await refusal(world, "task", "")).toMatchObject({ message: "The task is empty." });
    expect(await refusal(world, "threads", "rename", "xyz", "name")).toMatchObject({
      message: '"xyz" is not the id of a thread.',
    });
    expect(world.records()).toHaveLength(2);
  });

  verifies("life.words", "lists what a name may mean, and takes the letters that lists show", async () => {
    const { world, ended, running } = await startStoredWorld();
    const ids = [await ended("one"), await running("two"), await running("three")];
    const [over = "", two = "", three = ""] = ids;
    const several = await refusal(world, "cancel");
    expect(several).toMatchObject({ kind: "job_ambiguous" });
    expect(several.message).toMatch(/^Several jobs of .* are running: /);
    for (const named of [`${three.slice(-6)} (three)`, `${two.slice(-6)} (two)`]) {
      expect(several.message).toContain(named);
    }
    expect((await refusal(world, "status", over.slice(0, 4))).message).toContain(over);
    // The first letters of the short name, as far as they are enough.
    const others = [two, three].map((id) => id.slice(-6));
    const short = over.slice(-6);
    const length = [1, 2, 3, 4, 5, 6].find(
      (count) =>
        !others.some(
          (other) => other.startsWith(short.slice(0, count)) || other.endsWith(short.slice(0, count)),
        ),
    );
    const elsewhere = { cwd: world.home };
    const { envelope } = await world.run(["status", "--json", short.slice(0, length)], elsewhere);
    expect(envelope.job?.id).toBe(over);
    // Very many are not all listed.
    const { store: crowd } = openTestStore(world.stateRoot);
    for (let count = 0; count < 9; count += 1) {
      const { id } = await crowd.create({ request: sampleRequest, workspace: "/elsewhere" });
      await crowd.finish(id, { status: "cancelled", envelope: sampleResult });
    }
    const many = await world.run(["status", over.slice(0, 4)]);
    expect(many.exitCode).toBe(2);
    expect(many.stderr).toContain("and 2 more.");
    expect(many.stderr).not.toContain(over);
    expect(many.stderr).not.toContain("candidates:");
  });

  verifies("life.words", "takes a job that is named twice as one", async () => {
    const { world, ended } = await startStoredWorld();
    const id = await ended();
    const waited = await world.run(["wait", "--json", id, id.slice(-6)]);
    expect(waited).toMatchObject({ exitCode: 0, envelope: { kind: "consult", answer: "Because." } });
    const removed = await world.run(["jobs", "remove", "--json", id, id.slice(-6)]);
    expect(removed).toMatchObject({ exitCode: 0, envelope: { summary: "1 job was removed." } });
  });
});

describe("help", () => {
  verifies("life.words", "of every command fits a terminal of 80 columns", async () => {
    const { world } = await startStoredWorld();
    const main = await world.run(["--help"]);
    const names = [...main.stdout.matchAll(/^ {2}([a-z][a-z-]+)[ \n]/gm)].map(([, name]) => name ?? "");
    expect(names).toEqual(expect.arrayContaining(["review", "status", "answer", "demo"]));
    const commands = [...new Set(names)].filter((name) => name !== "tandem" && name !== "help");
    const pages = await inTurn(
      [...commands.map((name) => [name]), ["threads", "rename"], ["jobs", "remove"], ["jobs", "prune"]],
      2,
      async (words) => world.run([...words, "--help"]),
    );
    for (const { exitCode, stdout } of [main, ...pages]) {
      expect(exitCode).toBe(0);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

describe("status", () => {
  verifies("life.words", "shows what has ended beside very many that have not", async () => {
    const { world, ended, running } = await startStoredWorld();
    for (let index = 0; index < 20; index += 1) await ended(`over ${index}`);
    for (let index = 0; index < 30; index += 1) await running(`open ${index}`);
    const { envelope } = await world.run(["status", "--json"]);
    const statuses = (envelope.jobs ?? []).map(({ status }) => status);
    expect(statuses.filter((status) => status === "running")).toHaveLength(30);
    expect(statuses.filter((status) => status === "succeeded")).toHaveLength(15);
    expect(envelope.unlisted).toEqual({ hasOlder: true });
    const { stdout } = await world.run(["status"]);
    expect(stdout).toContain("30 running");
    expect(stdout).toContain("… and 18 running");
    expect(stdout.split("\n").length).toBeLessThan(60);
  });
});

describe("status of jobs that have not ended", () => {
  verifies(
    "life.shape",
    "has all that a script needs to look after them, and when to ask again",
    async () => {
      const thinking = gate();
      const world = await startCliWorld(() => message("Done.", { after: thinking }));
      const environment = {
        TANDEM_DIRECT: "false",
        TANDEM_CONCURRENT_TURNS: "1",
        TANDEM_BROKER_IDLE: "300ms",
      };
      const start = async (text: string, change = {}) => {
        const options = { environment: { ...environment, ...change } };
        return (await world.run(["consult", "--background", text], options)).stdout.trim();
      };
      const first = await start("first");
      await world.model.waitForRequest(1);
      const second = await start("second", { CLAUDECODE: "1" });
      const [one, waiting, list] = await Promise.all([
        world.run(["status", "--json", first]),
        world.run(["status", "--json", second]),
        world.run(["status", "--json"]),
      ]);
      expect(one.envelope).toMatchObject({
        ok: true,
        kind: "status",
        job: {
          id: first,
          title: "first",
          status: "running",
          workspace: world.workspace,
          createdAt: expect.any(String),
          startedAt: expect.any(String),
          lastEventAt: expect.any(String),
          askedBy: "pipe",
          host: "broker",
          pollAfterMs: 5_000,
        },
      });
      expect(["starting", "thinking"]).toContain(one.envelope.job?.phase);
      expect(waiting.envelope.job).toMatchObject({
        id: second,
        status: "queued",
        queuePlace: 1,
        askedBy: "claude-code",
        pollAfterMs: 5_000,
      });
      expect(list.envelope.jobs?.map(({ id }) => id)).toEqual([second, first]);
      expect(list.envelope.jobs?.map(({ queuePlace }) => queuePlace)).toEqual([1, undefined]);
      expect(list.envelope.readiness?.brokers).toMatchObject([{ pid: expect.any(Number), state: "alive" }]);
      const text = await world.run(["status", second]);
      expect(text.stdout).toContain("1st in the queue");
      expect(text.stdout).not.toContain("ask again");
      thinking.open();
      expect(await world.run(["wait", first, second])).toMatchObject({ exitCode: 0 });
      const { envelope } = await world.run(["status", "--json", first]);
      expect(envelope.job).toMatchObject({ status: "succeeded", endedAt: expect.any(String) });
      expect(envelope.job?.pollAfterMs).toBeUndefined();
      await expect.poll(() => world.processes(), { timeout: 15_000 }).toEqual([]);
    },
  );
});

describe("a stored result", () => {
  verifies("life.kept", "is gone with its job when it is consumed, whatever it says", async () => {
    const { world, ended } = await startStoredWorld();
    const id = await ended();
    const first = await world.run(["result", "--json", id, "--consume"]);
    expect(first).toMatchObject({ exitCode: 0, envelope: { answer: "Because." } });
    expect(await refusal(world, "result", id)).toMatchObject({ kind: "job_not_found" });
    expect(world.records()).toEqual([]);
  });

  verifies(
    "life.kept",
    "that is shown counts as read, and what is too old or too much goes then",
    async () => {
      const { world, ended, running } = await startStoredWorld();
      const ids = [await ended("one"), await ended("two"), await ended("three")];
      const open = await running();
      const [one = "", two = "", three = ""] = ids;
      const environment = { TANDEM_RETENTION_READ_COUNT: "1" };
      // At most once a day: the stamp of the first time is put aside.
      for (const id of [one, two]) {
        rmSync(join(world.stateRoot, "locks", "retention.stamp"), { force: true });
        expect(await world.run(["result", id], { environment })).toMatchObject({ exitCode: 0, stderr: "" });
      }
      // The unread one and the one that has not ended stay.
      expect(world.records().map(({ id }) => id)).toEqual([two, three, open]);
      expect(world.records().map(({ readAt }) => readAt !== undefined)).toEqual([true, false, false]);
    },
  );

  verifies("life.kept", "is not removed by a prune before somebody has had it", async () => {
    const { world, ended, running } = await startStoredWorld();
    const [read, unread, open] = [await ended("read"), await ended("unread"), await running()];
    await world.run(["result", read]);
    const pruned = await world.run(["jobs", "prune", "--json"]);
    expect(pruned.envelope.jobs?.map(({ id }) => id)).toEqual([read]);
    expect(world.records().map(({ id }) => id)).toEqual([unread, open]);
    const young = await world.run(["jobs", "prune", "--all", "--days", "1", "--json"]);
    expect(young.envelope.jobs).toEqual([]);
    const all = await world.run(["jobs", "prune", "--all", "--json"]);
    expect(all.envelope.jobs?.map(({ id }) => id)).toEqual([unread]);
    expect(world.records().map(({ id }) => id)).toEqual([open]);
  });
});

describe("an idempotency key", () => {
  verifies("life.same_key", "that was used before is told, and nothing new runs", async () => {
    const world = await startCliWorld(() => message("Once."));
    const words = ["consult", "Q", "--idempotency-key", "k"];
    const first = await world.run(words);
    const [again, background] = [
      await world.run(words),
      await world.run([...words, "--background", "--json"]),
    ];
    const told = "It was started before with this key (succeeded); nothing new runs.\n";
    expect(first.stderr).not.toContain(told);
    expect(again).toMatchObject({ exitCode: 0, stdout: first.stdout, stderr: `${first.stderr}${told}` });
    expect(background.stderr).toContain(told);
    expect(background.envelope.job).toMatchObject({ status: "succeeded" });
    expect(background.envelope.job?.pollAfterMs).toBeUndefined();
    expect(world.model.requests).toHaveLength(1);
  });
});

describe("a cancel", () => {
  for (const direct of ["true", undefined]) {
    const host = direct === undefined ? "a broker" : "a process of its own";
    verifies("life.early_cancel", `that comes before there is a turn stops the run (${host})`, async () => {
      const world = await startCliWorld(() => hang());
      const environment = { TANDEM_DIRECT: direct, TANDEM_BROKER_IDLE: "300ms" };
      for (let round = 0; round < 4; round += 1) {
        const running = world.start(["consult", "--json", "Q"], { environment });
        const id = await running.job;
        const { exitCode, envelope } = await world.run(["cancel", "--json", id], { environment });
        expect(exitCode).toBe(0);
        expect(envelope).toMatchObject({ ok: true, job: { id, status: "cancelled" } });
        expect(await running.ended).toMatchObject({ exitCode: 130, envelope: { job: { id } } });
      }
      await expect.poll(() => world.processes(), { timeout: 15_000 }).toEqual([]);
      expect(world.records().map(({ status }) => status)).toEqual(Array(4).fill("cancelled"));
    });
  }
});
