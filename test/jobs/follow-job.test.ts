import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { Bell } from "../../src/jobs/bell.ts";
import { followJob, waitForJobs } from "../../src/jobs/follow-job.ts";
import { encodeEntry, type JournalEntry } from "../../src/jobs/journal-entry.ts";
import { readJournal } from "../../src/jobs/journal-reader.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import {
  createEnded,
  createSample,
  kindOf,
  makeFolder,
  makeStateRoot,
  openTestStore,
  sampleResult,
} from "./support.ts";

const emitter = await bundleFixture(join(import.meta.dirname, "fixtures", "inbox-owner.ts"));
const crasher = await bundleFixture(join(import.meta.dirname, "fixtures", "job-owner.ts"));
endFixturesAfterEach();

/** The number that each event of the emitter begins with. */
const numbersOf = (entries: readonly JournalEntry[]) =>
  entries.map(({ event }) => (event.type === "reasoning" ? Number.parseInt(event.text, 10) : Number.NaN));
const upTo = (count: number) => Array.from({ length: count }, (_value, index) => index + 1);

async function startEmitter() {
  const root = makeStateRoot();
  const owner = startFixture(emitter, [root]);
  return { root, owner, id: await owner.nextLine(), store: openTestStore(root).store };
}

/** A running job of this process with so many events in its journal. */
async function runWith(store: JobStore, count: number, text = ""): Promise<string> {
  const id = await createSample(store);
  await store.update(id, { status: "running" });
  const journal = await store.openJournal(id);
  for (const number of upTo(count)) journal.append({ type: "reasoning", text: `${number} ${text}` });
  await journal.close();
  return id;
}

describe("following a job", () => {
  verifies(
    "job-life.follow",
    "of another process gives several followers every event once and in order, and the result",
    async () => {
      const { root, owner, id } = await startEmitter();
      const follow = async () => {
        const seen: number[] = [];
        const onEvents = (entries: readonly JournalEntry[]) => void seen.push(...numbersOf(entries));
        return { ...(await followJob(openTestStore(root).store, id, { onEvents })), seen };
      };
      const followers = [follow(), follow(), follow()];
      for (let round = 0; round < 40; round += 1) {
        owner.send("emit 50");
        // Lets the writer and the followers take turns.
        await new Promise(setImmediate);
      }
      owner.send("end");
      for (const { seen, record, result, ended } of await Promise.all(followers)) {
        expect(seen).toEqual(upTo(2_000));
        expect(record).toMatchObject({ id, status: "succeeded" });
        expect(result).toEqual(sampleResult);
        expect(ended).toBe(true);
      }
    },
  );

  for (const stage of ["running", "torn"]) {
    verifies(
      "job-life.follow",
      `whose owner is killed (${stage}) tells all that had arrived and ends with the loss`,
      async () => {
        const root = makeStateRoot();
        const owner = startFixture(crasher, [root, stage]);
        const [id = ""] = (await owner.nextLine()).split(" ");
        const types: string[] = [];
        let crash: Promise<void> | undefined;
        const { record, result, ended } = await followJob(openTestStore(root).store, id, {
          onEvents: (entries) => {
            types.push(...entries.map(({ event }) => event.type));
            crash ??= owner.crash();
          },
        });
        expect({ ended, status: record.status }).toEqual({ ended: true, status: "failed" });
        expect(result).toMatchObject({ ok: false, error: { kind: "broker_lost" } });
        expect(types).toEqual([
          "thread_started",
          "turn_started",
          "message",
          "usage",
          ...(stage === "torn" ? ["warning"] : []),
        ]);
        await crash;
      },
    );
  }

  verifies("job-life.follow", "that has ended tells all of a long journal, and the end", async () => {
    const { store } = openTestStore();
    const id = await runWith(store, 3_000, "x".repeat(500));
    await store.finish(id, { status: "cancelled", envelope: { ...sampleResult, ok: false } });
    const seen: number[] = [];
    const onEvents = (entries: readonly JournalEntry[]) => void seen.push(...numbersOf(entries));
    const followed = await followJob(store, id, { onEvents });
    expect(followed).toMatchObject({ ended: true, record: { status: "cancelled" }, result: { ok: false } });
    expect(seen).toEqual(upTo(3_000));
  });

  verifies(
    "job-life.follow",
    "reads no more than its consumer takes, and never calls it twice at once",
    async () => {
      const { store } = openTestStore();
      const id = await runWith(store, 3_000, "x".repeat(2_000));
      let reads = 0;
      const counted: JobStore = {
        ...store,
        readJournal: (job, range) => {
          reads += 1;
          return store.readJournal(job, range);
        },
      };
      const seen: number[] = [];
      let largest = 0;
      let isOpen = false;
      const { record } = await followJob(counted, id, {
        onEvents: async (entries) => {
          expect(isOpen).toBe(false);
          isOpen = true;
          const before = reads;
          for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
          expect(reads).toBe(before);
          largest = Math.max(largest, JSON.stringify(entries).length);
          seen.push(...numbersOf(entries));
          isOpen = false;
          if (seen.length === 3_000) {
            await store.finish(id, { status: "succeeded", envelope: sampleResult });
          }
        },
      });
      expect(seen).toEqual(upTo(3_000));
      expect(record.status).toBe("succeeded");
      // Six megabytes in parts of a quarter and at most one read more.
      expect(largest).toBeLessThan(600_000);
    },
  );

  verifies("job-life.follow", "ends with its budget or its signal, and the job goes on", async () => {
    const { store } = openTestStore();
    const id = await runWith(store, 3);
    const stop = new AbortController();
    const hang = async () => new Promise<void>(() => undefined);
    const aborted = followJob(store, id, { signal: stop.signal });
    const hanging = followJob(store, id, { signal: stop.signal, onEvents: hang });
    const outcomes = [
      await followJob(store, id, { budgetMs: 30 }),
      await followJob(store, id, { budgetMs: 30, onEvents: hang }),
      await followJob(store, id, { signal: AbortSignal.abort() }),
    ];
    stop.abort();
    // A consumer that fails when nobody waits for it any more harms nobody.
    let fail: (error: Error) => void = () => undefined;
    const onEvents = async () =>
      new Promise<void>((_resolve, reject) => {
        fail = reject;
      });
    outcomes.push(await followJob(store, id, { budgetMs: 30, onEvents }));
    fail(new Error("too late"));
    for (const outcome of [...outcomes, await aborted, await hanging]) {
      expect(outcome).toMatchObject({ ended: false, record: { id, status: "running" } });
      expect(outcome).not.toHaveProperty("result");
    }
  });

  verifies("job-life.follow", "a consumer's failure ends it, and only it", async () => {
    const { store } = openTestStore();
    const id = await runWith(store, 3);
    const fail = async () => Promise.reject(new Error("the reader is gone"));
    await expect(followJob(store, id, { onEvents: fail })).rejects.toThrow("the reader is gone");
    expect(await store.read(id)).toMatchObject({ status: "running" });
  });

  verifies(
    "job-life.bad-places",
    "that is not there, or is removed meanwhile, is job_not_found",
    async () => {
      const { root, store } = openTestStore();
      const missing = "20261121t024700123-bcdfgh";
      expect(await kindOf(async () => followJob(store, missing))).toBe("job_not_found");
      const id = await runWith(store, 1);
      const remove = () => rmSync(join(root, "jobs", id), { recursive: true });
      expect(await kindOf(async () => followJob(store, id, { onEvents: remove }))).toBe("job_not_found");
    },
  );

  verifies("job-life.follow", "ends that happen at the same moment are all seen", async () => {
    const { root, store } = openTestStore();
    const ids = await Promise.all(upTo(30).map(async () => runWith(store, 1)));
    const waiting = waitForJobs(openTestStore(root).store, ids);
    await Promise.all(
      ids.map(async (id) =>
        store.finish(id, { status: "succeeded", envelope: { ...sampleResult, answer: id } }),
      ),
    );
    const followed = await waiting;
    expect(followed.map(({ result }) => result?.answer)).toEqual(ids);
    expect(followed.every(({ ended }) => ended)).toBe(true);
  });

  verifies(
    "job-life.follow",
    "waiting for several ends with the budget, or when one is not there",
    async () => {
      const { store } = openTestStore();
      const [running, ended] = [await runWith(store, 1), await createEnded(store)];
      expect(await waitForJobs(store, [running, ended], { budgetMs: 30 })).toMatchObject([
        { ended: false, record: { id: running } },
        { ended: true, record: { id: ended } },
      ]);
      const missing = "20261121t024700123-bcdfgh";
      expect(await kindOf(async () => waitForJobs(store, [running, missing]))).toBe("job_not_found");
      const stop = AbortSignal.abort();
      expect(await waitForJobs(store, [running], { signal: stop })).toMatchObject([{ ended: false }]);
    },
  );
});

describe("a journal that is read in parts", () => {
  const line = (text: string) =>
    encodeEntry({ type: "reasoning", text }, "2026-11-21T02:00:00.000Z", (it) => it).line;

  verifies("job-life.follow", "of any size gives the same as in one", () => {
    const folder = makeFolder();
    const texts = fc.array(fc.string({ maxLength: 400 }), { maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 3_000 }), fc.nat(200), (lines, maxBytes, torn) => {
        const whole = lines.map(line).join("");
        writeFileSync(join(folder, "events.jsonl"), `${whole}${line("torn").slice(0, torn)}`, {
          mode: 0o600,
        });
        const entries: JournalEntry[] = [];
        let from = 0;
        for (;;) {
          const part = readJournal(folder, { from, maxBytes });
          entries.push(...part.entries);
          expect(part.nextOffset > from || !part.hasMore).toBe(true);
          from = part.nextOffset;
          if (!part.hasMore) break;
        }
        expect(entries).toEqual(readJournal(folder).entries);
        expect(from).toBe(readJournal(folder).nextOffset);
      }),
      fc.cases(60),
    );
  });

  verifies(
    "job-life.follow",
    "a line that no event of ours can be costs no memory and hides no later one",
    () => {
      const folder = makeFolder();
      const path = join(folder, "events.jsonl");
      writeFileSync(path, line("first"), { mode: 0o600 });
      const chunk = Buffer.alloc(1024 * 1024, "x");
      for (let count = 0; count < 40; count += 1) appendFileSync(path, chunk);
      appendFileSync(path, `\n${line("last")}`);
      const { entries, strays, tornBytes } = readJournal(folder);
      expect(entries.map(({ event }) => event)).toEqual([
        { type: "reasoning", text: "first" },
        { type: "reasoning", text: "last" },
      ]);
      expect(strays.map((stray) => stray.length)).toEqual([4_096]);
      expect(tornBytes).toBe(0);
      appendFileSync(path, chunk);
      appendFileSync(path, chunk);
      expect(readJournal(folder).tornBytes).toBe(2 * chunk.length);
    },
  );

  verifies("job-life.follow", "an entry that is too long to be ours is not taken for one", () => {
    const folder = makeFolder();
    const entry = {
      at: "2026-11-21T02:00:00.000Z",
      event: { type: "reasoning", text: "x".repeat(2_000_000) },
    };
    writeFileSync(join(folder, "events.jsonl"), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    expect(readJournal(folder)).toMatchObject({ entries: [], strays: [expect.any(String)] });
  });

  verifies("job-life.follow", "one that was set aside is followed in its new file from the beginning", () => {
    const folder = makeFolder();
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "events.jsonl");
    writeFileSync(path, line("old").repeat(3), { mode: 0o600 });
    const { nextOffset } = readJournal(folder);
    writeFileSync(path, line("new"), { mode: 0o600 });
    expect(readJournal(folder, { from: nextOffset }).entries.map(({ event }) => event)).toEqual([
      { type: "reasoning", text: "new" },
    ]);
  });
});

describe("a bell", () => {
  verifies("job-life.follow", "that rings while nobody waits wakes the next waiter, once", async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    expect(await bell.next(1e8)).toBe(true);
    expect(await bell.next(1)).toBe(false);
    const waiting = bell.next(1e8);
    bell.ring();
    expect(await waiting).toBe(true);
    expect(await bell.next(0)).toBe(false);
  });
});
