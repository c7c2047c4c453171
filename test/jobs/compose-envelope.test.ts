import { describe, expect } from "vitest";
import type { TurnOutcome } from "../../src/codex/engine.ts";
import { reportError, TandemError } from "../../src/domain/errors/tandem-error.ts";
import type { JobRecord } from "../../src/domain/job.ts";
import { isReviewKind, runKinds } from "../../src/domain/run.ts";
import {
  composeEnvelope,
  failedResult,
  type KnownFacts,
  type RunEnd,
} from "../../src/jobs/compose-envelope.ts";
import { verifies } from "../support/requirements.ts";
import { fakeSession, makeRequest } from "../tasks/support.ts";
import { sampleTandem } from "./samples.ts";

const request = makeRequest();
const record: JobRecord = {
  schema: "codex-tandem/job/1",
  id: "20260304t115500123-kvbtrz",
  kind: "consult",
  title: "a job",
  workspace: "/w",
  status: "succeeded",
  createdAt: "2026-03-04T11:55:00.123Z",
  endedAt: "2026-03-04T11:57:14.123Z",
  rehearsal: false,
};
const known: KnownFacts = {
  engine: "app-server",
  route: "asked for",
  tandem: sampleTandem,
  codex: { version: "0.169.0", path: "/bin/codex" },
  warnings: ["of the settings"],
};

function turn(input: number, output: number): TurnOutcome {
  const usage = { inputTokens: input, cachedInputTokens: 1, outputTokens: output, reasoningTokens: 2 };
  return { status: "completed", turn: `turn-${input}`, commands: [], usage };
}

function compose(changes: Partial<RunEnd> = {}) {
  const result = { parts: {}, warnings: [], turns: [] };
  return composeEnvelope({ request, record, result, known, durationMs: 1_500, ...changes });
}

describe("the envelope of a run", () => {
  verifies("tasks.envelope", "holds the task's parts, the job, and the facts of this run", () => {
    const session = {
      ...fakeSession([]),
      facts: {
        thread: "thread-1",
        model: "gpt-5.5",
        provider: "openai",
        effort: "high",
        sandbox: { tier: "workspace-write", network: false, approvals: "never" },
        instructionSources: ["/w/AGENTS.md"],
      } as const,
    };
    const envelope = compose({
      request: { ...request, tier: "workspace-write", network: true, isolation: "ignore-rules" },
      record: { ...record, verdict: "concerns" },
      result: {
        parts: { answer: "42", raw: "42", verdict: "concerns" },
        warnings: ["of the task"],
        session,
        turns: [turn(100, 10), turn(200, 20)],
      },
    });
    expect(envelope).toEqual({
      schema: "codex-tandem/1",
      ok: true,
      kind: "consult",
      answer: "42",
      raw: "42",
      verdict: "concerns",
      job: {
        id: record.id,
        title: "a job",
        kind: "consult",
        status: "succeeded",
        workspace: "/w",
        createdAt: record.createdAt,
        endedAt: record.endedAt,
        verdict: "concerns",
      },
      run: {
        engine: "app-server",
        route: "asked for",
        tandem: sampleTandem,
        codex: { version: "0.169.0", path: "/bin/codex" },
        model: "gpt-5.5",
        provider: "openai",
        effort: "high",
        tier: "workspace-write",
        sandbox: { requested: "workspace-write", effective: "workspace-write" },
        network: true,
        isolation: "ignore-rules",
        instructionSources: ["/w/AGENTS.md"],
        thread: "thread-1",
        turn: "turn-200",
        usage: { inputTokens: 300, cachedInputTokens: 2, outputTokens: 30, reasoningTokens: 4 },
        durationMs: 1_500,
        rehearsal: false,
        warnings: ["of the settings", "of the task"],
      },
    });
  });

  verifies("tasks.envelope", "says that the sandbox is unverified where Codex told nothing of it", () => {
    const { run } = compose({ request: { ...request, model: "gpt-5.5", effort: "low" } });
    expect(run).toMatchObject({ sandbox: { requested: "read-only", effective: "unverified" } });
    expect(run).not.toHaveProperty("thread");
    expect(run).not.toHaveProperty("turn");
    expect(run).not.toHaveProperty("usage");
    expect(run).not.toHaveProperty("provider");
  });

  verifies("tasks.envelope", "leaves out the thread as long as Codex has not named it", () => {
    const facts = {
      thread: "",
      sandbox: { tier: "unverified", network: false, approvals: "never" },
    } as const;
    const { run } = compose({
      result: { parts: {}, warnings: [], turns: [], session: { ...fakeSession([]), facts } },
    });
    expect(run).not.toHaveProperty("thread");
    expect(run?.sandbox.effective).toBe("unverified");
  });

  verifies("tasks.envelope", "counts the tokens of the turns that told them", () => {
    const silent: TurnOutcome = { status: "failed", commands: [] };
    const { run } = compose({ result: { parts: {}, warnings: [], turns: [turn(100, 10), silent] } });
    expect(run?.usage?.inputTokens).toBe(100);
  });

  verifies("tasks.envelope", "is not ok with an error, and keeps what had arrived", () => {
    const error = reportError("timeout", { afterMs: 1_000 });
    const envelope = compose({
      result: { parts: { raw: "half", error }, warnings: [], turns: [turn(1, 1)] },
    });
    expect(envelope).toMatchObject({
      ok: false,
      raw: "half",
      error: { kind: "timeout" },
      run: { turn: "turn-1" },
    });
    expect(envelope).not.toHaveProperty("answer");
  });
});

describe("a task that threw", () => {
  for (const kind of runKinds) {
    const verdict = isReviewKind(kind) ? "none" : undefined;
    verifies("tasks.envelope", `a ${kind}: nothing but the reason, and ${verdict ?? "no"} verdict`, () => {
      const thrown = new TandemError("quota", { cause: "used up" });
      expect(failedResult(makeRequest({ kind }), thrown)).toEqual({
        parts: { ...(verdict === undefined ? {} : { verdict }), error: thrown.report },
        warnings: [],
        turns: [],
      });
    });
  }

  verifies("tasks.envelope", "what was not thrown on purpose is internal", () => {
    for (const thrown of [new Error("x"), "x", undefined, null]) {
      expect(failedResult(request, thrown).parts.error).toMatchObject({ kind: "internal" });
    }
  });
});
