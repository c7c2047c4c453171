import { describe, expect, vi } from "vitest";
import { hang } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { command, items, message } from "../../../src/rehearsal/replies.ts";
import { type Entry, sequence } from "../../../src/rehearsal/script.ts";
import { type CliProcess, type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { kill, killAndWait, signal as send } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { untilKept } from "../../support/stored-jobs.ts";

/** A turn in the middle: half an answer has arrived, a sandboxed command runs on, and the model thinks. */
const midTurn = (): Entry =>
  sequence(items([message("Half an answer."), command("sleep 1000", { yieldTimeMs: 250 })]), hang());

/** A run that has come to the middle of its turn. */
async function startMidTurn(...words: readonly string[]): Promise<{
  readonly world: CliWorld;
  readonly running: CliProcess;
  readonly id: string;
}> {
  const world = await startCliWorld(midTurn);
  const running = world.start(["consult", "Q", ...words]);
  const id = await running.job;
  await world.model.waitForRequest(2);
  await untilKept(world, id, "Half an answer.");
  // What is looked for afterwards is there now: the program, Codex and the sandboxed command.
  const processes = world.processes().join("\n");
  for (const part of ["bin/tandem consult", "run-job", "app-server", "sleep 1000"])
    expect(processes).toContain(part);
  return { world, running, id };
}

/** The owner's process ends a moment after its result is there. */
async function nothingLeft(world: CliWorld): Promise<void> {
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
}

describe("a run", () => {
  verifies(
    "cli.job_first",
    "tells its job before the model has answered, and others see it run meanwhile",
    async () => {
      const thinking = gate();
      const world = await startCliWorld(() => message("Yes.", { after: thinking }));
      const running = world.start(["consult", "--json", "Is it so?"]);
      const id = await running.job;
      await world.model.waitForRequest(1);
      const elsewhere = { cwd: world.home };
      const [list, others, all, one, early] = await Promise.all([
        world.run(["status", "--json"]),
        world.run(["status", "--json"], elsewhere),
        world.run(["status", "--json", "--all"], elsewhere),
        world.run(["status", id]),
        world.run(["result", "--json", id]),
      ]);
      expect(list.envelope.jobs).toMatchObject([{ id, status: "running", title: "Is it so?" }]);
      expect(others.envelope.jobs).toEqual([]);
      expect(all.envelope.jobs).toMatchObject([{ id, status: "running", workspace: world.workspace }]);
      expect(one.stdout).toMatch(/^Consult: Is it so\?\n/);
      expect(early).toMatchObject({
        exitCode: 2,
        envelope: { error: { kind: "job_running", retryable: true } },
      });
      thinking.open();
      const { envelope, stderr } = await running.ended;
      expect(stderr).toBe(`job ${id}\n`);
      expect(envelope).toMatchObject({ job: { id, status: "succeeded" }, answer: "Yes." });
    },
  );

  verifies("cli.parallel", "is not disturbed by others of the same user", async () => {
    const world = await startCliWorld(() => (request) => message(`Answer to ${lastUserText(request)}`));
    const questions = ["one", "two", "three", "four", "five"];
    const results = await Promise.all(
      questions.map(async (question) => world.run(["consult", "--json", question])),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect(results.map(({ envelope }) => envelope.answer)).toEqual(
      questions.map((question) => `Answer to ${question}`),
    );
    expect(new Set(results.map(({ envelope }) => envelope.run?.thread)).size).toBe(5);
    expect(world.records().map(({ status }) => status)).toEqual(questions.map(() => "succeeded"));
    await nothingLeft(world);
  });
});

describe("a signal", () => {
  verifies(
    "cli.cancel",
    "SIGINT in the middle of a turn cancels it, keeps what had arrived and leaves nothing running",
    async () => {
      const { world, running, id } = await startMidTurn("--json");
      running.child.kill("SIGINT");
      const { exitCode, envelope } = await running.ended;
      expect(exitCode).toBe(130);
      expect(envelope).toMatchObject({
        ok: false,
        error: { kind: "cancelled" },
        job: { id, status: "cancelled" },
      });
      expect(envelope.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
      expect(envelope.raw).toBe("Half an answer.");
      await nothingLeft(world);
      expect(world.records()).toMatchObject([{ id, status: "cancelled", thread: envelope.run?.thread }]);
      const again = await world.run(["result", "--json"]);
      expect(again).toMatchObject({ exitCode: 130, envelope });
    },
  );

  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    verifies("cli.leave", `${signal} to the command that waits leaves the run alone`, async () => {
      const thinking = gate();
      const world = await startCliWorld(() => message("Yes.", { after: thinking }));
      const running = world.start(["consult", "--json", "Q"]);
      const id = await running.job;
      await world.model.waitForRequest(1);
      running.child.kill(signal);
      const { exitCode, envelope } = await running.ended;
      expect(exitCode).toBe(6);
      expect(envelope).toMatchObject({ ok: true, kind: "wait", job: { id, status: "running" } });
      thinking.open();
      const waited = await world.run(["wait", "--json", id]);
      expect(waited).toMatchObject({ exitCode: 0, envelope: { answer: "Yes.", job: { id } } });
      await nothingLeft(world);
    });
  }

  verifies(
    "cli.cancel",
    "that comes a second time ends the command at once; what hangs is ended by the owner all the same",
    async () => {
      const { world, running, id } = await startMidTurn("--json");
      // Codex cannot answer the interrupt.
      send(world.records()[0]?.child?.pid, "SIGSTOP");
      running.child.kill("SIGINT");
      running.child.kill("SIGINT");
      // Two signals of one kind may arrive as one.
      const again = setInterval(() => running.child.kill("SIGINT"), 20);
      const ended = await running.ended;
      clearInterval(again);
      expect(ended.exitCode).toBe(6);
      const { exitCode } = await world.run(["wait", id]);
      expect(exitCode).toBe(130);
      await nothingLeft(world);
    },
  );
});

describe("a kill", () => {
  verifies(
    "cli.crash",
    "of the owner ends Codex with it, and the next command tells the loss with what had arrived",
    async () => {
      const { world, running, id } = await startMidTurn();
      running.child.kill("SIGKILL");
      await running.ended;
      await killAndWait(world.records()[0]?.owner?.pid);
      const [status, list] = [
        await world.run(["status", "--json", id]),
        await world.run(["status", "--json"]),
      ];
      expect(status.envelope).toMatchObject({ ok: true, job: { id, status: "failed" } });
      expect(status.envelope.job?.error).toMatch(/has ended before its result/);
      expect(list.envelope.jobs).toMatchObject([{ id, status: "failed" }]);
      await nothingLeft(world);
      const [json, text] = await Promise.all([world.run(["result", "--json"]), world.run(["result"])]);
      expect(json.exitCode).toBe(4);
      expect(json.envelope).toMatchObject({
        ok: false,
        error: { kind: "broker_lost", retryable: true },
        raw: "Half an answer.",
        run: { engine: "app-server", model: "gpt-5.5" },
      });
      expect(json.envelope.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
      expect(text.stdout).toContain("Half an answer.");
      expect(text.stdout).toContain(`thread ${json.envelope.run?.thread}`);
    },
  );

  verifies("cli.leave", "of the command that waits changes nothing for the run", async () => {
    const thinking = gate();
    const world = await startCliWorld(() => message("Yes.", { after: thinking }));
    const running = world.start(["consult", "Q"]);
    const id = await running.job;
    await world.model.waitForRequest(1);
    running.child.kill("SIGKILL");
    await running.ended;
    thinking.open();
    const waited = await world.run(["wait", "--json", id]);
    expect(waited).toMatchObject({
      exitCode: 0,
      envelope: { answer: "Yes.", job: { id, status: "succeeded" } },
    });
    await nothingLeft(world);
  });

  verifies("cli.crash", "of Codex in the middle of a turn fails the run with its kind", async () => {
    const { world, running, id } = await startMidTurn("--json");
    kill(world.records()[0]?.child?.pid);
    const { exitCode, envelope } = await running.ended;
    expect(exitCode).toBe(4);
    expect(envelope).toMatchObject({ ok: false, error: { kind: "protocol" }, job: { id, status: "failed" } });
    expect(envelope.raw).toBe("Half an answer.");
    await nothingLeft(world);
  });
});

describe("a limit of time", () => {
  verifies("cli.limits", "ends a run that goes on or a model that is silent, with exit code 5", async () => {
    const world = await startCliWorld(() => hang());
    const [timeout, stall] = await Promise.all([
      world.run(["consult", "Q", "--json", "--timeout", "1s"]),
      world.run(["consult", "Q", "--json", "--stall", "500ms"]),
    ]);
    expect(timeout).toMatchObject({
      exitCode: 5,
      envelope: { error: { kind: "timeout" }, job: { status: "failed" } },
    });
    expect(stall).toMatchObject({
      exitCode: 5,
      envelope: { error: { kind: "stalled" }, job: { status: "failed" } },
    });
    await nothingLeft(world);
  });
});

describe("a reader that goes away", () => {
  verifies("cli.pipes", "before the answer is no fault of the run", async () => {
    const thinking = gate();
    const world = await startCliWorld(() => message("line\n".repeat(50_000), { after: thinking }));
    const [noOutput, noProgress, neither] = [
      world.start(["consult", "Q"]),
      world.start(["consult", "Q"]),
      world.start(["consult", "Q", "--json"]),
    ];
    await Promise.all([noOutput.job, noProgress.job, neither.job]);
    noOutput.child.stdout?.destroy();
    noProgress.child.stderr?.destroy();
    neither.child.stdout?.destroy();
    neither.child.stderr?.destroy();
    thinking.open();
    const results = await Promise.all([noOutput.ended, noProgress.ended, neither.ended]);
    expect(results.map(({ exitCode, signal }) => ({ exitCode, signal }))).toEqual(
      results.map(() => ({ exitCode: 0, signal: null })),
    );
    expect(results[0]?.stderr).toMatch(/^job \S+\n$/);
    expect(results[1]?.stdout).toContain("line\nline\n");
    expect(world.records().map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded"]);
  });

  verifies("cli.pipes", "at once, as `| head -1` does, leaves no trace of an error", async () => {
    const world = await startCliWorld(() => message("line\n".repeat(50_000)));
    const wrapper = ["bash", "-c", 'set -o pipefail; "$@" | head -1; echo "${PIPESTATUS[0]}" >&2', "bash"];
    const [answer, help] = await Promise.all([
      world.run(["consult", "Q"], { wrapper }),
      world.run(["review", "--help"], { wrapper }),
    ]);
    expect(answer.stdout).toBe("Consult: Q\n");
    expect(answer.stderr).toMatch(/^job \S+\n0\n$/);
    expect(help.stderr).toBe("0\n");
  });

  verifies("cli.pipes", "of the progress, before there is any, does not stop the answer", async () => {
    const world = await startCliWorld(() => message("Yes."));
    // `true` is gone long before the first line is written.
    const wrapper = ["bash", "-c", '"$@" 2> >(true); echo "exit $?"', "bash"];
    const { stdout } = await world.run(["consult", "Q"], { wrapper });
    expect(stdout).toMatch(/\n\nYes\.\nexit 0\n$/);
    expect(world.records()).toMatchObject([{ status: "succeeded" }]);
  });
});
