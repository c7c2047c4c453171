import { PassThrough } from "node:stream";
import { expect } from "vitest";
import type { JobRecord } from "../../../src/domain/job.ts";
import { startProgressLine } from "../../../src/report/progress/progress-line.ts";
import { showQueuePlace } from "../../../src/surfaces/cli/queue-line.ts";
import { openTestStore, sampleRequest, workspace } from "../../jobs/support.ts";
import { deferred } from "../../support/deferred.ts";
import { verifies } from "../../support/requirements.ts";

/** A live line, and what it shows. */
function startLine() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const line = startProgressLine({
    stream,
    colour: false,
    // Drawn whenever something changes, since no time passes between two drawings that are asked for.
    clock: {
      now: () => 0,
      after: (ms, action) => {
        if (ms < 1_000) action();
        return () => undefined;
      },
    },
  });
  const shown = () =>
    String(stream.read() ?? "")
      .split("\u001B[K")
      .at(-1);
  return { line, shown };
}

async function queuedJob(): Promise<JobRecord> {
  const { store } = openTestStore();
  const { record } = await store.createOrFind({ request: sampleRequest, workspace });
  return { ...record, host: "broker" };
}

verifies(
  "life.queue_line",
  "is shown no place once the job has its turn, before its first event",
  async () => {
    const record = await queuedJob();
    const { line, shown } = startLine();
    const look = showQueuePlace({ listActive: async () => [record] }, line);
    look(record);
    await new Promise(setImmediate);
    expect(shown()).toBe("0s · 1st in the queue");
    look({ ...record, status: "running" });
    expect(shown()).toBe("0s · starting");
    line.report({ type: "step", text: "check npm test" });
    expect(shown()).toBe("0s · check npm test");
    line.stop();
  },
);

verifies("life.queue_line", "is shown no place that was looked up before the job had its turn", async () => {
  const record = await queuedJob();
  const { line, shown } = startLine();
  const listed = deferred();
  const look = showQueuePlace(
    {
      listActive: async () => {
        await listed.promise;
        return [record];
      },
    },
    line,
  );
  look(record);
  // The journal is ahead of the record.
  line.report({ type: "turn_started", turn: "one" });
  expect(shown()).toBe("0s · thinking");
  listed.resolve();
  await new Promise(setImmediate);
  look({ ...record, status: "running" });
  expect(shown()).toBe("0s · thinking");
  line.stop();
});
