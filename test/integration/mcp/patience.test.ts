import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, items, message, slow } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { kill } from "../../support/kill.ts";
import { type McpWorld, rootsOf, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

const short = { environment: { TANDEM_MCP_WAIT_BUDGET: "1s" } };
const statusOf = (world: McpWorld) => world.records().map(({ status }) => status);

async function ends(world: McpWorld, status: string): Promise<void> {
  await vi.waitFor(() => expect(statusOf(world)).toEqual([status]), { timeout: 20_000 });
}

describe("a call with a budget", () => {
  verifies("mcp.patience", "answers with the job and how to go on when it is over", async () => {
    const think = gate();
    const world = await startMcpWorld(() => message("Thought.", { after: think }));
    const client = await world.connect({ ...short, ...rootsOf(world.workspace) });
    const { text, stub, isError } = await client.call("consult", { question: "Think." });
    const job = world.records()[0]?.id.slice(-6);
    // Whether its run has begun by then is the machine's matter.
    const status = expect.stringMatching(/^(?:queued|running)$/);
    expect([isError, stub]).toEqual([false, expect.objectContaining({ ok: true, kind: "wait", status })]);
    expect(text).toContain("The run goes on in the background.");
    expect(text).toContain(
      `/codex:result ${job} (for a model: \`result\` with \`waitSeconds: 50\`) gives its answer.`,
    );
    expect(text).not.toContain("Thought.");
    expect((await client.call("result", { job })).text).toContain("The run goes on in the background.");
    await world.model.waitForRequest(1);
    const waited = client.call("result", { job, waitSeconds: 7200 });
    expect((await waited).stub).toMatchObject({ kind: "wait", status: "running" });
    think.open();
    await ends(world, "succeeded");
    expect((await client.call("result", { job })).text).toContain("Thought.");
  });

  verifies("mcp.patience", "waits for nothing when that is asked for, and for many at once", async () => {
    const think = gate();
    const world = await startMcpWorld(() => message("Thought.", { after: think }));
    const client = await world.connect(rootsOf(world.workspace));
    for (const question of ["A", "B"]) await client.call("consult", { question, wait: false });
    const jobs = world.records().map(({ id }) => id);
    const before = await client.call("result", { jobs });
    expect(before.text).toContain("0 of 2 jobs have ended. The others go on.");
    const told: unknown[] = [];
    const onProgress = ({ message: words }: Readonly<Record<string, unknown>>) => told.push(words);
    const waiting = client.call("result", { jobs, waitSeconds: 40 }, { onProgress });
    await vi.waitFor(() => expect(told).toEqual(["waiting for 2 jobs"]));
    think.open();
    expect((await waiting).text).toContain("2 of 2 jobs have ended.");
  });
});

describe("progress", () => {
  verifies("mcp.progress", "tells the command that runs and the tokens so far", async () => {
    const think = gate();
    const world = await startMcpWorld(() =>
      sequence(command("sleep 1000", { yieldTimeMs: 30_000 }), message("Done.", { after: think })),
    );
    const client = await world.connect(rootsOf(world.workspace));
    const told: Readonly<Record<string, unknown>>[] = [];
    const call = client.call("consult", { question: "Go." }, { onProgress: (params) => told.push(params) });
    await vi.waitFor(() => expect(JSON.stringify(told)).toMatch(/\d+s · 120 tokens · running sleep 1000/));
    // It has lasted for as long as it was needed.
    const sleeping = world.processes().find((line) => /^\d+ sleep 1000$/.test(line));
    kill(Number.parseInt(sleeping ?? "", 10));
    think.open();
    expect((await call).text).toContain("Done.");
    const { length } = told;
    const values = told.map(({ progress }) => progress as number);
    expect(values).toEqual([...new Set(values)].toSorted((one, other) => one - other));
    await client.call("status");
    expect(told).toHaveLength(length);
  });
});

describe("a call that is taken back", () => {
  const midTurn = () =>
    sequence(items([message("Half."), command("sleep 1000", { yieldTimeMs: 250 })]), slow([gate()]));

  verifies("mcp.take-back", "cancels the run that it started", async () => {
    const world = await startMcpWorld(midTurn);
    const client = await world.connect({ ...rootsOf(world.workspace), environment: { TANDEM_LOG: "info" } });
    const call = client.start("consult", { question: "Go." });
    call.answered.catch(() => undefined);
    await world.model.waitForRequest(2);
    call.cancel();
    await ends(world, "cancelled");
    await vi.waitFor(() => expect(world.processes().filter((line) => !line.includes(" mcp"))).toEqual([]));
    expect((await client.call("result")).text).toContain("Half.");
    client.child.stdin?.end();
    expect((await client.ended).stderr).toContain("a call was taken back; its run is cancelled");
  });

  verifies(
    "mcp.take-back",
    "leaves a run that somebody else waits for, in this server or elsewhere",
    async () => {
      const think = gate();
      const world = await startMcpWorld(() => message("Thought.", { after: think }));
      const client = await world.connect({
        ...rootsOf(world.workspace),
        environment: { TANDEM_LOG: "info" },
      });
      const call = client.start("consult", { question: "Go." });
      call.answered.catch(() => undefined);
      await world.model.waitForRequest(1);
      const waiting = world.start(["wait", "--json", world.records()[0]?.id ?? ""]);
      const { readdirSync } = await import("node:fs");
      const followers = `${world.stateRoot}/jobs/${world.records()[0]?.id}/followers`;
      await vi.waitFor(() => expect(readdirSync(followers)).toHaveLength(2), { timeout: 20_000 });
      call.cancel();
      await vi.waitFor(() => expect(readdirSync(followers)).toHaveLength(1));
      await client.call("status");
      expect(statusOf(world)).toEqual(["running"]);
      think.open();
      expect((await waiting.ended).envelope.answer).toBe("Thought.");
      client.child.stdin?.end();
      expect((await client.ended).stderr).not.toContain("its run is cancelled");
    },
  );

  verifies("mcp.take-back", "that only waited cancels nothing", async () => {
    const think = gate();
    const world = await startMcpWorld(() => message("Thought.", { after: think }));
    const client = await world.connect(rootsOf(world.workspace));
    await client.call("consult", { question: "Go.", wait: false });
    await world.model.waitForRequest(1);
    const call = client.start("result", { waitSeconds: 40 });
    call.answered.catch(() => undefined);
    await client.call("status");
    call.cancel();
    await client.call("status");
    think.open();
    await ends(world, "succeeded");
  });
});

describe("the same call again", () => {
  verifies("mcp.idempotency", "is the same run: by the use of the tool, or by a key", async () => {
    const world = await startMcpWorld(() => message("Once."));
    const client = await world.connect({
      environment: { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "session-1" },
      ...rootsOf(world.workspace),
    });
    const toolUse = "toolu_01A09q90qw90lq917835lq9";
    const call = async () => client.call("consult", { question: "Once?" }, { toolUse });
    const answers = [...(await Promise.all([call(), call(), call()])), await call()];
    expect(new Set(answers.map(({ stub }) => stub["job"])).size).toBe(1);
    expect(world.model.requests).toHaveLength(1);
    expect(world.records()[0]).toMatchObject({
      askedBy: "claude-code",
      idempotencyKey: `session-1/${toolUse}`,
    });
    await client.call("consult", { question: "Once?" }, { toolUse: "toolu_02B19q90qw90lq917835lq9" });
    expect(world.records()).toHaveLength(2);
    const keyed = { question: "Once?", idempotencyKey: "mine" };
    const [one, two] = [
      await client.call("consult", keyed),
      await client.call("consult", keyed, { toolUse }),
    ];
    expect(one.stub["job"]).toBe(two.stub["job"]);
    expect(await client.call("consult", { ...keyed, question: "Twice?" })).toMatchObject({
      isError: true,
      stub: { error: "idempotency_conflict" },
    });
    expect(world.model.requests).toHaveLength(3);
  });
});

describe("many calls", () => {
  verifies("mcp.many", "100 of status at once and 20 runs at once are all answered", async () => {
    const world = await startMcpWorld(() => message("Yes."));
    const client = await world.connect({
      environment: { TANDEM_DIRECT: undefined, TANDEM_BROKER_IDLE: "1s" },
      ...rootsOf(world.workspace),
    });
    const states = await Promise.all(Array.from({ length: 100 }, async () => client.call("status")));
    expect(states.map(({ isError }) => isError)).not.toContain(true);
    const runs = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        client.call("consult", { question: `Question ${index}` }),
      ),
    );
    expect(runs.filter(({ text }) => !text.includes("Yes."))).toEqual([]);
    expect(new Set(runs.map(({ stub }) => stub["job"])).size).toBe(20);
    expect(client.stray).toEqual([]);
  });
});
