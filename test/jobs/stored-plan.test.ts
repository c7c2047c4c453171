import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { JobRecord } from "../../src/domain/job.ts";
import type { Pending } from "../../src/domain/pending.ts";
import { parseJobRecord } from "../../src/jobs/job-record.ts";
import { summarizeJob } from "../../src/jobs/job-status.ts";
import { isRunRequest } from "../../src/jobs/stored-shapes.ts";
import { verifies } from "../support/requirements.ts";
import { samplePlan } from "./samples.ts";
import { openTestStore, sampleRequest, workspace } from "./support.ts";

const pending: Pending = {
  id: "1",
  kind: "question",
  text: "Which one?",
  choices: ["a", "b"],
  questions: [{ id: "q", text: "Which?", choices: [] }],
  expiresAt: "2026-11-21T02:00:00.000Z",
};

describe("the request", () => {
  verifies("job-life.plan", "whose words only a later version knows, or of another shape, is none", () => {
    expect(isRunRequest(sampleRequest)).toBe(true);
    for (const strange of [
      { kind: "dream" },
      { tier: "anything" },
      { isolation: "half" },
      { engine: "third" },
      { approvals: "always" },
      { whenBusy: "push" },
      { review: { scope: "all", paths: [] } },
      {
        operator: { origin: "built in", digest: "", contract: {}, inputs: {}, outputs: [], overwrite: false },
      },
      { environment: { PATH: 3 } },
      { timeoutMs: Number.POSITIVE_INFINITY },
    ]) {
      expect([strange, isRunRequest({ ...sampleRequest, ...strange })]).toEqual([strange, false]);
    }
  });
});

verifies("job-life.plan", "git is given no id and no folder of a stored gate review that is none", () => {
  const id = "0".repeat(40);
  const gate = {
    fingerprint: "f",
    baseTree: id,
    headTree: id,
    objectFolders: ["/somewhere/objects"],
    omitted: [{ path: "big.bin", reason: "too large" }],
  };
  const isWhole = (changed: object) => isRunRequest({ ...sampleRequest, gate: { ...gate, ...changed } });
  expect(isWhole({})).toBe(true);
  for (const strange of [
    { fingerprint: undefined },
    { baseTree: "--output=/somewhere" },
    { headTree: "0".repeat(39) },
    { objectFolders: ["relative"] },
    { objectFolders: "/somewhere/objects" },
    { omitted: [{ path: "big.bin" }] },
  ]) {
    expect([strange, isWhole(strange)]).toEqual([strange, false]);
  }
});

describe("the plan", () => {
  verifies("job-life.plan", "is there as it was as soon as the job is, and absent without one", async () => {
    const { store } = openTestStore();
    const { id } = await store.create({ request: sampleRequest, plan: samplePlan, workspace });
    expect(await store.readPlan(id)).toEqual(samplePlan);
    const other = await store.create({ request: sampleRequest, workspace });
    expect(await store.readPlan(other.id)).toBeUndefined();
  });

  verifies("job-life.plan", "that is damaged is set aside and reported, never half believed", async () => {
    const { codex } = samplePlan;
    const damage: readonly unknown[] = [
      null,
      [],
      { ...samplePlan, engine: "other" },
      { ...samplePlan, route: 3 },
      { ...samplePlan, form: "loose" },
      { ...samplePlan, codexHome: undefined },
      { ...samplePlan, usesOpenaiKey: "yes" },
      { ...samplePlan, warnings: ["fine", 3] },
      { ...samplePlan, codex: "codex" },
      { ...samplePlan, endpoint: { tokenFile: "token" } },
      { ...samplePlan, codex: { ...codex, path: ["codex"] } },
      { ...samplePlan, codex: { ...codex, argumentsPrefix: [{}] } },
    ];
    for (const plan of damage) {
      const { root, store, problems } = openTestStore();
      const { id } = await store.create({ request: sampleRequest, plan: samplePlan, workspace });
      const path = join(root, "jobs", id, "plan.json");
      writeFileSync(path, JSON.stringify(plan), { mode: 0o600 });
      expect(await store.readPlan(id)).toBeUndefined();
      expect(problems).toMatchObject([{ job: id, path }]);
      expect(readFileSync(problems[0]?.setAsideAs ?? "", "utf8")).toBe(JSON.stringify(plan));
    }
  });

  verifies("job-life.plan", "a damaged request is set aside in the same way", async () => {
    const damage = [
      { files: "all" },
      { files: [3] },
      { addDirectories: [null] },
      { environment: { PATH: 3 } },
      { environment: [] },
      { timeoutMs: "soon" },
      { resume: {} },
      { askedBy: "\u001b[31m" },
    ];
    for (const change of damage) {
      const { root, store, problems } = openTestStore();
      const { id } = await store.create({ request: sampleRequest, workspace });
      const path = join(root, "jobs", id, "request.json");
      writeFileSync(path, JSON.stringify({ ...sampleRequest, ...change }), { mode: 0o600 });
      expect(await store.readRequest(id)).toBeUndefined();
      expect(problems).toMatchObject([{ job: id, path }]);
    }
  });
});

describe("the record", () => {
  verifies("job-life.record", "has from its request who asked, the stall limit and the key", async () => {
    const { root, store } = openTestStore();
    const request = {
      ...sampleRequest,
      askedBy: "claude-code",
      stallMs: 1_234,
      idempotencyKey: "k",
    } as const;
    const { id } = await store.create({ request, workspace });
    const made = { askedBy: "claude-code", stallMs: 1_234, idempotencyKey: "k" };
    expect(await store.read(id)).toMatchObject(made);
    // Made again from the request, as after damage.
    writeFileSync(join(root, "jobs", id, "job.json"), "{", { mode: 0o600 });
    expect(await store.read(id)).toMatchObject(made);
  });

  verifies("job-life.record", "its summary says when it started, who asked, host and thread", async () => {
    const { store } = openTestStore();
    const { id } = await store.create({ request: sampleRequest, workspace });
    const change = { host: "broker", thread: "thread-1", startedAt: "2026-11-21T02:00:00.000Z" } as const;
    const { record } = await store.update(id, { status: "running", ...change, pending: [pending] });
    const summary = summarizeJob(record);
    expect(summary).toMatchObject({ ...change, askedBy: "terminal" });
    expect(summary).not.toHaveProperty("pending");
    expect(record.pending).toEqual([pending]);
  });

  verifies("job-life.record", "with fields of another shape is not a record", () => {
    const record: JobRecord = {
      schema: "codex-tandem/job/1",
      id: "20261121t024700123-bcdfgh",
      kind: "consult",
      title: "t",
      workspace,
      status: "running",
      createdAt: "2026-11-21T02:00:00.000Z",
      host: "broker",
      askedBy: "pipe",
      stallMs: 5,
      idempotencyKey: "k",
      pending: [pending],
      rehearsal: false,
    };
    const parse = (change: object) => parseJobRecord(JSON.stringify({ ...record, ...change }), record.id);
    expect(parse({})).toEqual(record);
    // A word of a later version is kept.
    expect(parse({ askedBy: "mcp-client" })).toBeDefined();
    for (const change of [
      { host: "bro\u001bker" },
      { host: 3 },
      { askedBy: "x".repeat(40) },
      { stallMs: "5" },
      { idempotencyKey: {} },
      { pending: {} },
      { pending: [null] },
      { pending: [{ ...pending, id: 1 }] },
      { pending: [{ ...pending, kind: "<b>" }] },
      { pending: [{ ...pending, choices: [1] }] },
      { pending: [{ ...pending, expiresAt: "soon" }] },
      { pending: [{ ...pending, questions: [{ id: "q" }] }] },
    ]) {
      expect(parse(change)).toBeUndefined();
    }
  });

  verifies("job-life.record", "an ended job asks nothing any more", async () => {
    const { store } = openTestStore();
    const { id } = await store.create({ request: sampleRequest, workspace });
    await store.update(id, { status: "running", pending: [pending] });
    const envelope = { schema: "codex-tandem/1", ok: true, kind: "consult" } as const;
    const { record } = await store.finish(id, { status: "succeeded", envelope });
    expect(record).not.toHaveProperty("pending");
  });

  verifies("job-life.record", "what it shows of a question is redacted", async () => {
    const { store } = openTestStore(undefined, { redact: (text) => text.replaceAll("Which", "***") });
    const { id } = await store.create({ request: sampleRequest, workspace });
    const { record } = await store.update(id, { pending: [pending] });
    expect(record.pending).toMatchObject([{ text: "*** one?", questions: [{ text: "***?" }] }]);
  });
});
