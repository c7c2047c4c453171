import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { applyPatch, askUser, command, items, message, slow } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { toolOutputs } from "../../../src/rehearsal/tool-outputs.ts";
import { parseEnvelope } from "../../support/envelope-schema.ts";
import { makeHome } from "../../support/homes.ts";
import type { McpClient } from "../../support/mcp-client.ts";
import { type McpWorld, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";
import { reviewer, reviewerJson } from "../../support/reviewer.ts";

const shortId = (world: McpWorld, index = -1) => world.records().at(index)?.id.slice(-6) ?? "";

/** Starts a run in the background and gives the last letters of its job. */
async function startInBackground(
  client: McpClient,
  world: McpWorld,
  tool: string,
  values: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { isError, text } = await client.call(tool, { ...values, wait: false });
  expect([isError, text]).toEqual([false, expect.stringContaining("The run has started in the background.")]);
  return shortId(world);
}

async function hasPending(world: McpWorld): Promise<void> {
  await vi.waitFor(() => expect(world.records().at(-1)?.pending).toHaveLength(1), { timeout: 20_000 });
}

const patch = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch";

describe("review", () => {
  verifies(
    "mcp.review",
    "gives findings and verdict; by style it is native, structured or adversarial",
    async () => {
      const world = await startMcpWorld(
        (root) =>
          reviewer(
            ["git diff HEAD"],
            reviewerJson("patch is incorrect", [{ path: join(root, "a.txt"), start: 2 }]),
          ),
        { committed: { "a.txt": "one\ntwo\n" }, changed: { "a.txt": "one\nTWO\n" } },
      );
      const client = await world.connect();
      const { text, stub, isError } = await client.call("review", { scope: "working-tree" });
      expect(isError).toBe(false);
      expect(text).toMatch(/^Review of uncommitted changes\njob [a-z]{6} · app-server · /);
      expect(text).toContain("Fail: 1 high");
      expect(text).toMatch(/1\. high {2}Handle the empty case\n +a\.txt:2 ·/);
      expect(stub).toMatchObject({ kind: "review", verdict: "fail", status: "succeeded" });
      const structured = await client.call("review", { style: "structured", focus: "The lock." });
      expect(structured.stub).toMatchObject({ kind: "review" });
      expect(JSON.stringify(world.model.requests.at(-1)?.input)).toContain("The lock.");
      const adversarial = await client.call("review", { style: "adversarial", dryRun: true });
      expect(adversarial.text).toMatch(
        /^DRY RUN: nothing was started, nothing was sent\nAdversarial review of /,
      );
      const both = await client.call("review", { style: "native", focus: "x" });
      expect(both).toMatchObject({ isError: true, stub: { error: "usage" } });
      expect(world.records()).toHaveLength(2);
    },
  );

  verifies(
    "mcp.review",
    "of nothing is answered without a model, and no fault of the client's is a crash",
    async () => {
      const world = await startMcpWorld(() => message("?"), { committed: { "a.txt": "one\n" } });
      const client = await world.connect();
      expect((await client.call("review", { scope: "working-tree" })).stub).toMatchObject({
        ok: true,
        verdict: "none",
      });
      expect(await client.call("review", { scope: "commit", commit: "no-such" })).toMatchObject({
        isError: true,
        text: expect.stringMatching(/^Error \(bad_revision\):/),
      });
      expect(world.model.requests).toEqual([]);
      expect(world.records()).toEqual([]);
    },
  );
});

describe("task", () => {
  verifies("mcp.task", "writes with write: true only", async () => {
    const world = await startMcpWorld(() => sequence(applyPatch(patch), message("Made.")), {
      committed: { "a.txt": "one\n" },
    });
    const client = await world.connect();
    const reading = await client.call("task", { task: "Make it." });
    expect(reading.text).toContain("read-only");
    expect(existsSync(join(world.workspace, "made.txt"))).toBe(false);
    // What a tool says of the sandbox is in words of the tools.
    expect(reading.text).not.toContain("--write");
    const writing = await client.call("task", { task: "Make it.", write: true });
    expect(writing.text).toContain("workspace-write");
    expect(readFileSync(join(world.workspace, "made.txt"), "utf8")).toBe("made\n");
  });

  verifies("mcp.task", "goes on with a job's thread, where that worked", async () => {
    const world = await startMcpWorld(() => (request) => message(`Heard: ${lastUserText(request)}`));
    const client = await world.connect();
    await client.call("consult", { question: "One." });
    const first = shortId(world);
    const { text } = await client.call("task", { task: "Two.", continueJob: first });
    expect(text).toContain("Heard: Two.");
    const [one, two] = world.records();
    expect(two?.thread).toBe(one?.thread);
    expect(JSON.stringify(world.model.requests[1]?.input)).toContain("One.");
    expect(await client.call("task", { task: "x", continueJob: "zzzzzz" })).toMatchObject({
      isError: true,
      stub: { error: "job_not_found" },
    });
  });
});

describe("dryRun", () => {
  verifies("mcp.dry-run", "says what would be sent and starts nothing", async () => {
    const world = await startMcpWorld(() => message("?"), { changed: { "note.txt": "secret plan\n" } });
    const client = await world.connect();
    const { text, isError } = await client.call("consult", {
      question: "What now?",
      files: ["note.txt"],
      dryRun: true,
    });
    expect(isError).toBe(false);
    expect(text).toMatch(/^DRY RUN: nothing was started, nothing was sent\n/);
    expect(text).toContain("note.txt");
    expect(text).toContain("Leaves the machine:");
    expect(world.records()).toEqual([]);
    expect(world.model.requests).toEqual([]);
  });
});

describe("result", () => {
  const long = `${Array.from({ length: 8_000 }, (_, line) => `line ${line} of the answer, with 漢字`).join("\n")}\nThe end.`;

  verifies("mcp.result", "a long answer comes in pages that make up the whole", async () => {
    const world = await startMcpWorld(() => message(long));
    const client = await world.connect();
    const first = await client.call("consult", { question: "All of it." });
    const job = shortId(world);
    const count = Number(
      /^This is page 1 of (\d+)\. The next one: result \{"job":"[a-z]{6}","page":2\}$/m.exec(
        first.remarks,
      )?.[1],
    );
    expect(count).toBeGreaterThan(5);
    const pages = [first.text];
    for (let page = 2; page <= count; page += 1)
      pages.push((await client.call("result", { job, page })).text);
    expect(pages.join("")).toContain(`\n${long}\n`);
    const json: string[] = [];
    for (let isLast = false; !isLast; ) {
      const { text, remarks } = await client.call("result", { job, page: json.length + 1, format: "json" });
      json.push(text);
      isLast = remarks.includes("It is the last one.");
    }
    expect(parseEnvelope(json.join("")).answer).toBe(long);
    expect(await client.call("result", { job, page: count + 9 })).toMatchObject({
      isError: true,
      text: expect.stringContaining(`must be from 1 to ${count} here`),
    });
  });

  verifies(
    "mcp.result",
    "gives several jobs, the newest without a name, and the journal of one",
    async () => {
      const world = await startMcpWorld(() => sequence(command("echo seen"), message("Looked.")));
      const client = await world.connect();
      expect(await client.call("result")).toMatchObject({ isError: true, stub: { error: "job_not_found" } });
      await Promise.all([
        client.call("consult", { question: "A?" }),
        client.call("consult", { question: "B?" }),
      ]);
      const names = world.records().map(({ id }) => id.slice(-6));
      const both = await client.call("result", { jobs: names });
      expect(both.text).toContain("Consult: A?");
      expect(both.text).toContain("Consult: B?");
      const whole = parseEnvelope((await client.call("result", { jobs: names, format: "json" })).text);
      expect(whole).toMatchObject({ kind: "wait", results: [{ answer: "Looked." }, { answer: "Looked." }] });
      expect((await client.call("result")).text).toMatch(/^Consult: [AB]\?\n/);
      const journal = await client.call("result", { job: names[0], format: "journal" });
      expect(journal.text).toMatch(/\d\d:\d\d:\d\d {2}\$ echo seen\n/);
      expect(journal.text).toContain("codex: Looked.");
      for (const values of [
        { jobs: names, format: "journal" },
        { job: "a", jobs: names },
      ]) {
        expect(await client.call("result", values)).toMatchObject({
          isError: true,
          stub: { error: "usage" },
        });
      }
    },
  );
});

describe("reply", () => {
  verifies(
    "mcp.reply",
    "is the next turn of an ended job, read-only whatever that job could do",
    async () => {
      const world = await startMcpWorld(() =>
        sequence(message("First."), applyPatch(patch), message("Second.")),
      );
      const client = await world.connect();
      await client.call("task", { task: "One.", write: true });
      const { text } = await client.call("reply", { job: shortId(world), text: "And now?" });
      expect(text).toContain("Second.");
      expect(text).toMatch(/· read-only ·/);
      const [one, two] = world.records();
      expect(two).toMatchObject({ kind: "task", thread: one?.thread });
      expect(existsSync(join(world.workspace, "made.txt"))).toBe(false);
    },
  );

  verifies("mcp.reply", "to a review starts a thread with its question and answer, and says so", async () => {
    const world = await startMcpWorld(
      () => (request) => (lastUserText(request)?.includes("Why?") ? message("Because.") : undefined),
      { committed: { "a.txt": "one\n" } },
    );
    const client = await world.connect();
    const consult = await client.call("consult", { question: "Why? Really." });
    expect(consult.text).toContain("Because.");
    // A run that left no thread: its record is all that there is.
    const { id } = world.records()[0] ?? { id: "" };
    const { writeFile, readFile } = await import("node:fs/promises");
    const path = join(world.stateRoot, "jobs", id, "job.json");
    const { isThreadKept: _kept, ...record } = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify(record));
    const { text, remarks } = await client.call("reply", { job: id, text: "Why? Again." });
    expect(text).toContain("Because.");
    expect(remarks).toContain(`Job ${id.slice(-6)} left no thread; a new one got its question and answer.`);
    expect(JSON.stringify(world.model.requests.at(-1)?.input)).toContain("Why? Really.");
  });

  verifies("mcp.reply", "speaks into a running turn", async () => {
    const never = gate();
    const world = await startMcpWorld(() =>
      sequence(items([message("First"), slow(["Old ", never, "words"])]), message("New.")),
    );
    const client = await world.connect();
    const job = await startInBackground(client, world, "consult", { question: "Left?" });
    await vi.waitFor(() => expect(JSON.stringify(world.records())).toContain('"phase":"thinking"'));
    await vi.waitFor(async () => {
      const { text } = await client.call("result", { job, format: "journal" });
      expect(text).toContain("First");
    });
    const { text, stub } = await client.call("reply", { job, text: "No, right." });
    expect(stub).toMatchObject({ ok: true, kind: "steer" });
    expect(text).toContain(`Codex has been told in its running turn (job ${job}).`);
    expect((await client.call("result", { job, waitSeconds: 30 })).text).toContain("New.");
    expect(await client.call("reply", { job, decision: "decline" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("has ended (succeeded); nothing of it waits for an answer"),
    });
  });

  verifies("mcp.reply", "answers a question of Codex", async () => {
    const ask = askUser({ id: "colour", question: "Which colour?", options: ["red", "blue"] });
    const world = await startMcpWorld(() => sequence(ask, message("Painted.")));
    const client = await world.connect();
    const job = await startInBackground(client, world, "task", { task: "Paint.", approvals: "ask" });
    await hasPending(world);
    const meanwhile = await client.call("result", { job });
    expect(meanwhile.text).toContain("Which colour?");
    expect(meanwhile.text).toContain(
      `The tool \`reply\` answers its question; in a terminal, \`tandem answer ${job}\`.`,
    );
    expect(await client.call("reply", { job, text: "blue" })).toMatchObject({
      stub: { ok: true, kind: "answer" },
    });
    expect((await client.call("result", { job, waitSeconds: 30 })).text).toContain("Painted.");
    expect(world.model.requests.flatMap((request) => toolOutputs(request)).at(-1)?.text).toContain("blue");
  });

  verifies("mcp.reply", "accepts no step out of the sandbox, and can decline it", async () => {
    const path = join(makeHome("outside"), "made");
    const step = command(`touch ${path}`, { escalated: { justification: "May I?" } });
    const world = await startMcpWorld(() => sequence(step, message("Then not.")));
    const client = await world.connect();
    const job = await startInBackground(client, world, "task", { task: "Touch.", approvals: "ask" });
    await hasPending(world);
    for (const values of [{ decision: "accept" }, { answers: { decision: "accept" } }]) {
      expect(await client.call("reply", { job, ...values })).toMatchObject({
        isError: true,
        stub: { error: "usage" },
      });
    }
    const request = world.records().at(-1)?.pending?.[0]?.id;
    expect((await client.call("reply", { job, text: "accept", request })).text).toMatch(
      /only the person can accept\s+it/,
    );
    const declined = await client.call("reply", { job, decision: "decline" });
    expect(declined.stub).toMatchObject({ ok: true, kind: "answer" });
    expect((await client.call("result", { job, waitSeconds: 30 })).text).toContain("Then not.");
    expect(existsSync(path)).toBe(false);
    expect(await client.call("reply", { job, decision: "decline", request })).toMatchObject({
      isError: true,
    });
  });
});

describe("cancel and status", () => {
  verifies("mcp.cancel", "a run is stopped with all of it, and an ended one stays as it is", async () => {
    const world = await startMcpWorld(() => sequence(command("sleep 1000", { yieldTimeMs: 30_000 })));
    const client = await world.connect();
    const job = await startInBackground(client, world, "consult", { question: "Slow?" });
    await vi.waitFor(() => expect(world.processes().join("\n")).toContain("sleep 1000"), { timeout: 20_000 });
    const status = await client.call("status");
    expect(status.text).toContain("Slow?");
    expect(status.text).toContain(`/codex:cancel ${job} (for a model: \`cancel\`) stops it.`);
    expect((await client.call("status", { job })).text).toMatch(/^Consult: Slow\?\n/);
    const { text, stub } = await client.call("cancel", { job });
    expect(text).toContain(`Job ${job} was cancelled`);
    expect(stub).toMatchObject({ ok: true, kind: "cancel", status: "cancelled" });
    expect(world.records()[0]).toMatchObject({ status: "cancelled" });
    const request = join(world.stateRoot, "jobs", world.records()[0]?.id ?? "", "cancel.json");
    expect(readFileSync(request, "utf8")).toContain('"by":"an MCP client"');
    await vi.waitFor(() =>
      expect(world.processes().filter((line) => !line.includes("start.cjs mcp"))).toEqual([]),
    );
    expect((await client.call("cancel", { job })).text).toContain("had ended before");
    expect(await client.call("cancel", { job: "zzzzzz" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("/codex:status --all (for a model: `status` with `all: true`)"),
    });
  });
});
