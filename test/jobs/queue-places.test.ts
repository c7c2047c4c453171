import { describe, expect } from "vitest";
import { TurnSlots } from "../../src/broker/turn-slots.ts";
import type { JobRecord, ProcessIdentity } from "../../src/domain/job.ts";
import { queuePlaces } from "../../src/jobs/queue-places.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

type Active = Parameters<typeof queuePlaces>[0][number];

const broker: ProcessIdentity = { pid: 7, startTime: "1", host: "here" };
const start = Date.parse("2026-11-21T00:00:00.000Z");

/** The job that came as the `index`th, a second after the one before. */
function job(index: number, workspace: string, change: Partial<JobRecord> = {}): Active {
  return {
    id: `20261121t00000${index}000-bcdfgh`.padEnd(26),
    workspace: `/${workspace}`,
    status: "queued",
    host: "broker",
    owner: broker,
    createdAt: at(index),
    ...change,
  };
}

function at(second: number): string {
  return new Date(start + second * 1_000).toISOString();
}

/** The workspaces and numbers of the waiting jobs in the order of their places. */
function order(jobs: readonly Active[]): readonly string[] {
  const places = [...queuePlaces(jobs)].toSorted(([, one], [, other]) => one - other);
  expect(places.map(([, place]) => place)).toEqual(places.map((_, index) => index + 1));
  return places.map(([id]) => {
    const index = jobs.findIndex((one) => one.id === id);
    return `${jobs[index]?.workspace.slice(1)}${index}`;
  });
}

describe("the place of a job in the queue", () => {
  verifies("job-life.queue-place", "lets workspaces take turns, each with its jobs in their order", () => {
    const jobs = ["a", "a", "a", "b", "c", "b"].map((workspace, index) => job(index, workspace));
    expect(order(jobs)).toEqual(["a0", "b3", "c4", "a1", "b5", "a2"]);
  });

  verifies("job-life.queue-place", "puts a workspace that had a turn behind those that wait since", () => {
    const running = { status: "running", startedAt: at(9) } as const;
    const jobs = [job(0, "a", running), job(1, "a"), job(2, "b"), job(3, "c"), job(4, "a")];
    expect(order(jobs)).toEqual(["b2", "c3", "a1", "a4"]);
    // That turn was before any of them waited.
    const earlier = { status: "running", startedAt: at(0) } as const;
    expect(order([job(0, "a", earlier), job(1, "a"), job(2, "b")])).toEqual(["a1", "b2"]);
  });

  verifies("job-life.queue-place", "is that of its own broker, and only what waits in one has any", () => {
    const other = { owner: { ...broker, startTime: "2" } };
    const jobs = [
      job(0, "a"),
      job(1, "a", other),
      job(2, "b", { host: "runner" }),
      job(3, "b", { status: "running" }),
      job(4, "c"),
      job(5, "c", other),
    ];
    const places = queuePlaces(jobs);
    expect(jobs.map(({ id }) => places.get(id))).toEqual([1, 1, undefined, undefined, 2, 2]);
  });

  verifies("job-life.queue-place", "is the place in which the broker's turns come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        async (workspaces, limit, ended) => {
          const slots = new TurnSlots(limit);
          const jobs: Active[] = [];
          const begun: number[] = [];
          const set = (index: number, change: Partial<JobRecord>) => {
            const before = jobs[index];
            if (before !== undefined) jobs[index] = { ...before, ...change };
          };
          let clock = 0;
          const entered = workspaces.map((workspace, index) => {
            clock += 1;
            jobs.push(job(index, workspace, { createdAt: at(clock), id: String(1_000 + index) }));
            const slot = slots.enter(workspace);
            void slot.granted.then(() => begun.push(index));
            return slot;
          });
          await settle();
          const first = [...begun];
          for (const index of first) set(index, { status: "running", startedAt: at(index + 1) });
          // Some of those that began first end; whoever gets their turns runs on.
          for (const index of first.slice(0, ended)) {
            set(index, { status: "succeeded", host: "runner" });
            entered[index]?.release();
            await settle();
            clock += 1;
            const next = begun.find((one) => jobs[one]?.status === "queued");
            if (next !== undefined) set(next, { status: "running", startedAt: at(clock) });
          }
          const expected = order(jobs.map((one) => ({ ...one }))).map((name) => Number(name.slice(1)));
          const before = begun.length;
          // All that run end one after the other.
          for (let turn = 0; turn < begun.length; turn += 1) {
            entered[begun[turn] ?? 0]?.release();
            await settle();
          }
          expect(begun.slice(before)).toEqual(expected);
        },
      ),
      fc.cases(200),
    );
  });
});

async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
