import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import type { RunEvent } from "../../src/domain/events.ts";
import type { JobChange } from "../../src/jobs/job-changes.ts";
import { JobProgress } from "../../src/jobs/job-progress.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { deferred } from "../support/deferred.ts";
import { verifies } from "../support/requirements.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A record and a journal in memory. A write takes until it is let go, or no time. */
function watchRecord({
  held = false,
  begun,
}: {
  readonly held?: boolean;
  readonly begun?: Promise<unknown>;
} = {}) {
  const writes: JobChange[] = [];
  const events: RunEvent[] = [];
  const waiting: { readonly go: () => void; readonly fail: (error: Error) => void }[] = [];
  const update: JobStore["update"] = async (_id, change) => {
    writes.push(change);
    if (held) {
      await new Promise<void>((resolve, reject) => {
        waiting.push({ go: resolve, fail: reject });
      });
    }
    // What the record looks like afterwards is nothing that the progress reads.
    return {} as Awaited<ReturnType<JobStore["update"]>>;
  };
  const progress = new JobProgress("job", { update }, { append: (event) => events.push(event) }, begun);
  /** All changes so far as one record. */
  const record = () => writes.reduce<JobChange>((sum, change) => ({ ...sum, ...change }), {});
  return { progress, writes, events, waiting, record };
}

const thread: RunEvent = {
  type: "thread_started",
  thread: "thread-1",
  sandbox: { tier: "read-only", network: false, approvals: "never" },
};
const started: RunEvent = { type: "command_started", item: "1", command: "sleep 5" };
const completed: RunEvent = {
  type: "command_completed",
  item: "1",
  command: "sleep 5",
  status: "completed",
  reads: [],
};
const usage: RunEvent = {
  type: "usage",
  usage: { inputTokens: 100, cachedInputTokens: 10, outputTokens: 20, reasoningTokens: 5 },
};
const chatter: RunEvent = { type: "reasoning", text: "Hm." };

describe("the record of a running job", () => {
  for (const end of ["is written", "cannot be written"]) {
    verifies("tasks.progress", `gets its first news once the beginning ${end}, and all of them`, async () => {
      const beginning = deferred();
      const { progress, writes } = watchRecord({ begun: beginning.promise });
      progress.record(thread);
      progress.note({ child: { pid: 7, host: "here" } }, true);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(writes).toEqual([]);
      if (end === "is written") beginning.resolve();
      else beginning.reject(new Error("full"));
      await vi.advanceTimersByTimeAsync(0);
      expect(writes).toMatchObject([{ thread: "thread-1", child: { pid: 7 } }]);
    });
  }

  verifies(
    "tasks.progress",
    "gets thread and turn at once, since somebody may need them to end the run",
    async () => {
      for (const event of [thread, { type: "turn_started", turn: "turn-1" }] as const) {
        const { progress, writes } = watchRecord();
        progress.record(event);
        await vi.advanceTimersByTimeAsync(0);
        expect(writes).toHaveLength(1);
        expect(writes[0]).toMatchObject(
          event.type === "turn_started" ? { turn: "turn-1" } : { thread: "thread-1" },
        );
        await progress.settle();
      }
    },
  );

  verifies(
    "tasks.progress",
    "gets what only people look at after a while, many events in one write",
    async () => {
      const { progress, writes } = watchRecord();
      for (let count = 0; count < 50; count += 1) progress.record(chatter);
      progress.record(started);
      progress.record(usage);
      expect(writes).toEqual([]);
      await vi.advanceTimersByTimeAsync(1_001);
      expect(writes).toHaveLength(1);
      expect(writes[0]).toMatchObject({ phase: "running_command", currentCommand: "sleep 5", tokens: 120 });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(writes).toHaveLength(1);
      await progress.settle();
      expect(writes).toHaveLength(1);
    },
  );

  verifies("tasks.progress", "is written by one write at a time, the urgent one next", async () => {
    const { progress, writes, waiting } = watchRecord({ held: true });
    progress.record(thread);
    await vi.advanceTimersByTimeAsync(0);
    progress.record(chatter);
    progress.record({ type: "turn_started", turn: "turn-1" });
    progress.note({ child: { pid: 7, host: "here" } }, true);
    expect(writes).toHaveLength(1);
    waiting[0]?.go();
    await vi.advanceTimersByTimeAsync(0);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toMatchObject({ turn: "turn-1", child: { pid: 7 }, phase: "thinking" });
    waiting[1]?.go();
    await progress.settle();
  });

  verifies("tasks.progress", "loses nothing at the end, whatever was waiting or being written", async () => {
    const { progress, waiting, record } = watchRecord({ held: true });
    progress.record(thread);
    await vi.advanceTimersByTimeAsync(0);
    progress.record(started);
    progress.record(usage);
    progress.record(completed);
    progress.note({ isThreadKept: true }, false);
    let settled = false;
    const settling = progress.settle().then((failure) => {
      settled = true;
      return failure;
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(settled).toBe(false);
    waiting[0]?.go();
    await vi.advanceTimersByTimeAsync(0);
    waiting[1]?.go();
    expect(await settling).toEqual({ left: {}, failure: undefined });
    expect(record()).toMatchObject({
      thread: "thread-1",
      tokens: 120,
      isThreadKept: true,
      phase: "thinking",
    });
    expect(record()).toHaveProperty("currentCommand", undefined);
    expect(vi.getTimerCount()).toBe(0);
  });

  verifies(
    "tasks.progress",
    "may fail to be written: the run goes on, later news are written, the end tells",
    async () => {
      const { progress, writes, waiting, events } = watchRecord({ held: true });
      progress.record(thread);
      await vi.advanceTimersByTimeAsync(0);
      waiting[0]?.fail(new Error("disk full"));
      await vi.advanceTimersByTimeAsync(0);
      progress.record({ type: "turn_started", turn: "turn-1" });
      await vi.advanceTimersByTimeAsync(0);
      expect(writes).toHaveLength(2);
      waiting[1]?.fail(new Error("still full"));
      progress.record(usage);
      expect(await progress.settle()).toMatchObject({
        left: { tokens: 120 },
        failure: { message: "disk full" },
      });
      expect(writes).toHaveLength(2);
      expect(events).toHaveLength(3);
    },
  );
});

verifies("tasks.progress", "what could not be written once is written with what comes next", async () => {
  const { progress, waiting, writes } = watchRecord({ held: true });
  progress.record(thread);
  progress.note({ currentCommand: "ls" }, true);
  await vi.advanceTimersByTimeAsync(0);
  progress.note({ currentCommand: undefined }, false);
  waiting[0]?.fail(new Error("full"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(writes).toHaveLength(2);
  expect(writes[1]).toMatchObject({ thread: "thread-1", currentCommand: undefined });
  waiting[1]?.fail(new Error("still full"));
  await vi.advanceTimersByTimeAsync(0);
  const settled = progress.settle();
  await vi.advanceTimersByTimeAsync(0);
  // Once more, and no longer: the end of the run must not wait for a disk.
  waiting[2]?.fail(new Error("still full"));
  expect(await settled).toMatchObject({ failure: new Error("full") });
  expect(writes).toHaveLength(3);
});

verifies("tasks.progress", "every event goes into the journal, in order, before anything is written", () => {
  const { progress, events } = watchRecord();
  const all = [thread, chatter, started, completed, usage];
  for (const event of all) progress.record(event);
  expect(events).toEqual(all);
});
