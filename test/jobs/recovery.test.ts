import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { findRollout } from "../../src/codex/exec/find-rollout.ts";
import type { Envelope } from "../../src/domain/envelope.ts";
import type { RunPlan, RunRequest } from "../../src/domain/run.ts";
import { describeLoss, type LostRun } from "../../src/jobs/lost-run.ts";
import { recoverFromSession } from "../../src/jobs/recover-from-session.ts";
import { createRehearsalHome } from "../../src/rehearsal/rehearsal-home.ts";
import { items, message } from "../../src/rehearsal/replies.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import { startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { cleanEnvironment, codexBinary } from "../rehearsal/codex-exec.ts";
import { processesNaming } from "../support/app-server-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import type { FinishedRun } from "./fixtures/finished-owner.ts";
import { checksOf, readReceipt } from "./receipt-support.ts";
import { samplePlan } from "./samples.ts";
import { makeFolder, openTestStore, sampleRequest, tandem } from "./support.ts";

const program = await bundleFixture(join(import.meta.dirname, "fixtures", "finished-owner.ts"));
endFixturesAfterEach();

/** A run of the real Codex whose owner was killed after the turn and before the result. */
async function crashAfterTurn(
  script: Entry,
  change: Partial<RunRequest> = {},
  engine: RunPlan["engine"] = "app-server",
) {
  const model = await startScriptedModel(script);
  onTestFinished(async () => model.close());
  const options = { baseUrl: model.baseUrl, requestRetries: 0, streamRetries: 0 };
  const codexHome = await createRehearsalHome(makeHome("recovery"), options);
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "tandem-recovery-")));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const root = makeHome("state");
  const run: FinishedRun = {
    root,
    request: { ...sampleRequest, cwd, prompt: "Is it so?", ...change },
    plan: {
      ...samplePlan,
      engine,
      codex: { path: codexBinary(), argumentsPrefix: [], version: "0.169.0" },
      codexHome,
      warnings: ["a note of the plan"],
    },
    environment: cleanEnvironment(codexHome),
  };
  const owner = startFixture(program, [JSON.stringify(run)]);
  const id = await owner.nextLine();
  expect(await owner.nextLine()).toBe("finished");
  const { store } = openTestStore(root);
  // What the owner knew is in its journal by then, or a moment later.
  await vi.waitFor(() =>
    expect(store.readJournal(id).entries.map(({ event }) => event.type)).toContain("turn_completed"),
  );
  await owner.crash();
  return { ...run, id, codexHome, cwd, ...openTestStore(root) };
}

type Crashed = Awaited<ReturnType<typeof crashAfterTurn>>;

async function resultOf({ store, id }: Crashed): Promise<{ status: string; result: Envelope | undefined }> {
  const { status } = await store.read(id);
  return { status, result: await store.readResult(id) };
}

describe("an owner that is killed after Codex has finished the turn", () => {
  for (const engine of ["app-server", "exec"] as const) {
    verifies(
      "job-life.recover",
      `(${engine}) has its result: answer, usage and facts are those of Codex's record, and it says so`,
      async () => {
        const secret = `sk-proj-${"a1B2".repeat(12)}`;
        const script = items([
          message("Let me see.", { phase: "commentary" }),
          message(`It is so: ${secret}.`, { phase: "final_answer" }),
          message("A last comment.", { phase: "commentary" }),
        ]);
        const kind = engine === "exec" ? "task" : "consult";
        const crashed = await crashAfterTurn(script, { kind, idempotencyKey: "k" }, engine);
        const { id, store, cwd, codexHome } = crashed;
        const { status, result } = await resultOf(crashed);
        expect(status).toBe("succeeded");
        expect(result).toMatchObject({
          ok: true,
          kind,
          job: { id, status: "succeeded" },
          run: {
            engine,
            codex: { version: "0.169.0" },
            model: "gpt-5.5",
            tier: "read-only",
            sandbox: { requested: "read-only", effective: "read-only" },
            usage: { inputTokens: 100, cachedInputTokens: 10, outputTokens: 20, reasoningTokens: 5 },
            idempotencyKey: "k",
            warnings: ["a note of the plan", expect.stringContaining("from Codex's own record")],
          },
        });
        expect(result?.answer).toMatch(/^It is so: .+\.$/);
        expect(JSON.stringify(result)).not.toContain(secret);
        expect(result?.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
        expect(await store.read(id)).toMatchObject({ thread: result?.run?.thread, isThreadKept: true });
        // Codex was ended with its owner.
        await vi.waitFor(() => expect(processesNaming(cwd, codexHome)).toEqual([]));
      },
    );
  }

  verifies("receipts.recovered", "has a receipt that covers Codex's record of it", async () => {
    const crashed = await crashAfterTurn(message("It is so."));
    const { store, id, codexHome, plan } = crashed;
    const { result } = await resultOf(crashed);
    const folder = store.foldersOf(id).job;
    const receipt = readReceipt(folder);
    expect(receipt).toMatchObject({ thread: result?.run?.thread, recovered: expect.any(String) });
    expect(receipt.rollout?.path).toBe(await findRollout(plan.codexHome, result?.run?.thread ?? ""));
    expect(receipt.rollout?.path).toContain(codexHome);
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
  });

  verifies("job-life.recover", "has its findings too, where they were asked for", async () => {
    const finding = {
      title: "It is not so",
      severity: "high",
      category: "fact",
      file: "a.ts",
      lineStart: 1,
      lineEnd: 1,
      quote: "x",
      failurePath: null,
      risk: null,
      recommendation: null,
      confidence: 0.5,
    };
    const answer = { answer: "No.", findings: [finding], questions: ["Why?"] };
    const crashed = await crashAfterTurn(message(JSON.stringify(answer)), { wantsFindings: true });
    const { status, result } = await resultOf(crashed);
    expect(status).toBe("succeeded");
    expect(result).toMatchObject({
      ok: true,
      answer: "No.",
      findings: [{ title: "It is not so", severity: "high" }],
      questions: ["Why?"],
    });
  });

  verifies("job-life.recover", "has no result where Codex keeps no record", async () => {
    const crashed = await crashAfterTurn(message("Yes."), { ephemeral: true });
    const { status, result } = await resultOf(crashed);
    expect(status).toBe("failed");
    expect(result).toMatchObject({ ok: false, error: { kind: "broker_lost" }, raw: "Yes." });
  });

  verifies(
    "job-life.cancelled",
    "ends as cancelled when it was to be stopped, whatever Codex says",
    async () => {
      const crashed = await crashAfterTurn(message("Yes."));
      const { store, id, problems } = crashed;
      await store.requestCancel(id, "a person");
      expect(await resultOf(crashed)).toMatchObject({
        status: "cancelled",
        result: { ok: false, error: { kind: "cancelled" }, raw: "Yes." },
      });
      expect(problems).toEqual([]);
    },
  );
});

describe("Codex's record of a run", () => {
  verifies(
    "job-life.recover",
    "is believed for the run's own turn only, and for no more than it says",
    async () => {
      const crashed = await crashAfterTurn(message("Yes."));
      const lost = lostRunOf(crashed);
      const { traces, record, request } = lost;
      const thread = traces.thread?.thread ?? "";
      const turn = traces.turn ?? "";
      const path = (await findRollout(crashed.codexHome, thread)) ?? "";
      const recover = async (change: Partial<LostRun> = {}) =>
        recoverFromSession({ ...lost, ...change }, tandem, () => new Date());
      expect(await recover()).toMatchObject({ ok: true, answer: "Yes.", run: { thread, turn } });

      // A review has no verdict from here.
      const review = { ...record, kind: "review" } as const;
      const asReview = await recover({ record: review, request: { ...request, kind: "review" } });
      expect(asReview).toMatchObject({ ok: true, kind: "review", verdict: "none", raw: "Yes." });
      expect(asReview).not.toHaveProperty("answer");

      // Findings that are none.
      expect(await recover({ request: { ...request, wantsFindings: true } })).toBeUndefined();
      // A run that was to write, and Codex ran it otherwise.
      expect(await recover({ request: { ...request, tier: "workspace-write" } })).toBeUndefined();
      for (const change of [{ ephemeral: true }, { rehearsal: true }]) {
        expect(await recover({ request: { ...request, ...change } })).toBeUndefined();
      }

      // Before the owner knew the turn's id, the time of its start tells.
      const { turn: _turn, ...untold } = traces;
      const { turn: _recorded, ...unnamed } = record;
      const blind = { traces: untold, record: unnamed };
      expect(await recover(blind)).toMatchObject({ answer: "Yes.", run: { turn } });
      const placeholder = { ...blind, traces: { ...untold, turn: `${thread}:1` } };
      expect(await recover(placeholder)).toMatchObject({ answer: "Yes." });
      const early = { ...unnamed, startedAt: new Date(Date.now() + 60_000).toISOString() };
      expect(await recover({ ...blind, record: early })).toBeUndefined();
      expect(await recover({ ...blind, lastSeen: new Date(Date.now() - 3_600_000) })).toBeUndefined();

      // Somebody else's later turn is not ours.
      await goOn(crashed, thread);
      expect(readFileSync(path, "utf8").match(/"task_complete"/g)).toHaveLength(2);
      expect(await recover()).toMatchObject({ answer: "Yes.", run: { turn } });

      // Codex's word on another turn, thread or home is none on this one.
      for (const other of ["01a21184-a374-7873-a63d-a2821e1712b0", "../../x", ""]) {
        expect(await recover({ traces: { ...untold, turn: other }, record: early })).toBeUndefined();
        const { thread: facts } = traces;
        if (facts === undefined) throw new Error("The owner was told of no thread.");
        expect(await recover({ traces: { ...traces, thread: { ...facts, thread: other } } })).toBeUndefined();
      }
      for (const codexHome of [makeFolder(), relative(process.cwd(), crashed.codexHome), ""]) {
        expect(await recover({ plan: { ...samplePlan, codexHome } })).toBeUndefined();
      }

      // A turn that did not complete.
      const whole = readFileSync(path, "utf8");
      const lines = whole.split("\n");
      const end = lines.findIndex((line) => line.includes('"task_complete"'));
      const replaceEnd = (line: string | undefined) =>
        writeFileSync(path, lines.flatMap((each, at) => (at === end ? (line ?? []) : each)).join("\n"));
      replaceEnd(undefined);
      expect(await recover()).toBeUndefined();
      replaceEnd(lines[end]?.replace('"task_complete"', '"turn_aborted"'));
      expect(await recover()).toBeUndefined();
      replaceEnd(
        lines[end]?.replace('"type":"task_complete"', '"type":"task_complete","error":{"message":"x"}'),
      );
      expect(await recover()).toBeUndefined();
      writeFileSync(path, `garbage\n[]\n${whole}`);
      appendFileSync(path, '{"type":"event_msg","payload":{"type":"task_comp');
      expect(await recover()).toMatchObject({ answer: "Yes." });
    },
  );

  verifies(
    "job-life.recover",
    "is read below its home only, and nothing in its place can hold a reader up",
    async () => {
      const crashed = await crashAfterTurn(message("Yes."));
      const lost = lostRunOf(crashed);
      const path = (await findRollout(crashed.codexHome, lost.traces.thread?.thread ?? "")) ?? "";
      const recover = async () => recoverFromSession(lost, tandem, () => new Date());
      const outside = join(makeFolder(), "session.jsonl");
      renameSync(path, outside);
      symlinkSync(outside, path);
      expect(await recover()).toBeUndefined();
      rmSync(path);
      execFileSync("mkfifo", [path]);
      expect(await recover()).toBeUndefined();
      rmSync(path);
      renameSync(outside, path);
      expect(await recover()).toMatchObject({ answer: "Yes." });
      // A folder on the way that leads elsewhere.
      const sessions = join(crashed.codexHome, "sessions");
      const moved = join(makeFolder(), "sessions");
      execFileSync("mv", [sessions, moved]);
      symlinkSync(moved, sessions);
      expect(await recover()).toBeUndefined();
      // The home itself may be a link.
      rmSync(sessions);
      execFileSync("mv", [moved, sessions]);
      const link = join(makeFolder(), "home");
      symlinkSync(crashed.codexHome, link);
      const plan = { ...crashed.plan, codexHome: link };
      expect(await recoverFromSession({ ...lost, plan }, tandem, () => new Date())).toMatchObject({
        ok: true,
      });
      expect(existsSync(join(crashed.root, "jobs", crashed.id, "result.json"))).toBe(false);
    },
  );
});

/** What reconciliation would know, without ending the job. */
function lostRunOf({ store, id, request, plan }: Crashed): LostRun & { readonly request: RunRequest } {
  const record = store.peek(id);
  if (record === undefined) throw new Error("The job is gone.");
  const traces: { -readonly [Field in keyof LostRun["traces"]]: LostRun["traces"][Field] } = { warnings: [] };
  for (const { event } of store.readJournal(id).entries) {
    if (event.type === "thread_started") {
      const { type: _type, ...thread } = event;
      traces.thread = thread;
    }
    if (event.type === "turn_started") traces.turn = event.turn;
  }
  const { owner } = record;
  return { record, request, plan, traces, owner, lastSeen: new Date(), error: describeLoss(owner) };
}

/** Another client goes on with the thread. */
async function goOn({ cwd, codexHome, environment }: Crashed, thread: string): Promise<void> {
  // The Codex of the lost run is ended by its guardian; until then it holds the thread.
  await vi.waitFor(() => expect(processesNaming(cwd, codexHome)).toEqual([]));
  const parameters = ["exec", "-s", "read-only", "resume", "--json", "--skip-git-repo-check", thread, "More"];
  const child = spawn(codexBinary(), parameters, { cwd, env: environment, stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([0, null]);
}
