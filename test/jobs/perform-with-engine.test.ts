import { describe, expect } from "vitest";
import type { CodexEngine, ThreadSession } from "../../src/codex/engine.ts";
import { JobProgress } from "../../src/jobs/job-progress.ts";
import { performWithEngine } from "../../src/jobs/perform-with-engine.ts";
import { RunControl } from "../../src/jobs/run-control.ts";
import { deferred } from "../support/deferred.ts";
import { verifies } from "../support/requirements.ts";
import { sampleRequest } from "./samples.ts";
import { createSample, openTestStore } from "./support.ts";

describe("a run", () => {
  verifies("start.begun", "has no turn before its record says that it runs", async () => {
    const steps: string[] = [];
    const beginning = deferred();
    const performed = perform(beginning.promise, steps);
    await expect.poll(() => steps).toEqual(["thread opened"]);
    steps.push("record written");
    beginning.resolve();
    await (await performed).closed;
    expect(steps).toEqual(["thread opened", "record written", "turn", "closed"]);
  });

  verifies("start.begun", "has no turn at all when its record cannot be written", async () => {
    const steps: string[] = [];
    const { result, closed } = await perform(Promise.reject(new Error("full")), steps);
    await closed;
    expect(steps).toEqual(["thread opened", "closed"]);
    expect(result.parts.error).toMatchObject({ kind: "internal" });
  });
});

async function perform(begun: Promise<void>, steps: string[]) {
  begun.catch(() => undefined);
  const { store } = openTestStore();
  const id = await createSample(store);
  const progress = new JobProgress(id, store, { append: () => undefined }, begun);
  const { signal } = new AbortController();
  const control = new RunControl({ id, request: sampleRequest, store, progress, signal });
  // Nothing else of a thread is used here.
  const session = { close: async () => undefined } as unknown as ThreadSession;
  const engine: CodexEngine = {
    checkModel: async () => [],
    openThread: async () => {
      steps.push("thread opened");
      return session;
    },
    close: async () => {
      steps.push("closed");
      control.close();
    },
  };
  return performWithEngine(
    sampleRequest,
    async ({ openThread }) => {
      await openThread({ cwd: "/", tier: "read-only", ephemeral: true } as Parameters<typeof openThread>[0]);
      steps.push("turn");
      return { session, turns: [], warnings: [], parts: {} };
    },
    async () => engine,
    { progress, control, begun, place: { id: "", folder: "/", worktrees: "/" } },
  );
}
