import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { isJobId } from "../../src/domain/job.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import {
  createEnded,
  createSample,
  kindOf,
  makeFolder,
  openTestStore,
  sampleRequest,
  sampleResult,
  workspace,
  worldAt,
} from "./support.ts";

const maker = await bundleFixture(join(import.meta.dirname, "fixtures", "job-maker.ts"));
const recordWriter = await bundleFixture(join(import.meta.dirname, "fixtures", "record-writer.ts"));
endFixturesAfterEach();

describe("making a job", () => {
  verifies(
    "jobs.record-first",
    "a new job is queued, active, listed and holds the request byte for byte",
    async () => {
      const { root, store } = openTestStore();
      const request = { ...sampleRequest, prompt: 'naïve\r\n\u2028 ✓ \\ "', files: ["/a b"] };
      const made = await store.create({ request, workspace });
      expect(isJobId(made.id)).toBe(true);
      expect(made).toMatchObject({
        status: "queued",
        phase: "queued",
        workspace,
        owner: { pid: process.pid },
      });
      expect(await store.read(made.id)).toEqual(made);
      expect(await store.listActive()).toEqual([made]);
      expect((await store.list({ workspace, limit: 5 })).records).toEqual([made]);
      expect(await store.readRequest(made.id)).toEqual(request);
      expect(readdirSync(join(root, "jobs"))).toEqual([made.id]);
    },
  );

  verifies("jobs.parallel", "50 jobs made at once by 5 processes are 50 listed jobs", async () => {
    const { root, store } = openTestStore();
    const makers = Array.from({ length: 5 }, () => startFixture(maker, [root, "10"]));
    await Promise.all(makers.map(async (process) => process.nextLine()));
    for (const process of makers) process.send("go");
    const made = (await Promise.all(makers.map(async (process) => process.nextLine()))).flatMap((line) =>
      line.split(" "),
    );
    expect(new Set(made).size).toBe(50);
    const { records, hasMore } = await store.list({ workspace, limit: 100 });
    expect(records.map(({ id, status }) => [id, status])).toEqual(
      [...made]
        .sort()
        .toReversed()
        .map((id) => [id, "queued"]),
    );
    expect(hasMore).toBe(false);
    expect(await store.listActive()).toHaveLength(50);
  });

  verifies("jobs.record-first", "a job whose making was cut short is in no list", async () => {
    const { root, store, problems } = openTestStore();
    const id = await createSample(store);
    rmSync(join(root, "jobs", id, "job.json"));
    expect((await store.list({ workspace, limit: 5 })).records).toEqual([]);
    expect(await store.listActive()).toEqual([]);
    expect(await kindOf(async () => store.find(id))).toBe("job_not_found");
    expect(problems).toEqual([]);
  });
});

describe("changing a job", () => {
  verifies(
    "jobs.final-states",
    "a job ends once: its result is stored, it leaves the active list, later ends change nothing",
    async () => {
      const { store } = openTestStore();
      const id = await createSample(store);
      await store.update(id, { status: "running", phase: "thinking", currentCommand: "ls" });
      const end = await store.finish(id, {
        status: "succeeded",
        envelope: sampleResult,
        change: { tokens: 5 },
      });
      expect(end).toMatchObject({ applied: true, record: { status: "succeeded", tokens: 5 } });
      expect(end.record).not.toHaveProperty("phase");
      expect(end.record).not.toHaveProperty("currentCommand");
      expect(end.record.endedAt).toBeDefined();
      expect(await store.listActive()).toEqual([]);
      const late = { ...sampleResult, ok: false, answer: "too late" };
      expect(await store.finish(id, { status: "cancelled", envelope: late })).toEqual({
        applied: false,
        record: end.record,
      });
      expect(await store.update(id, { status: "running" })).toEqual({ applied: false, record: end.record });
      expect(await store.readResult(id)).toEqual(sampleResult);
    },
  );

  verifies(
    "jobs.final-states",
    "steps that the states forbid are faults, and an end is only stored with its result",
    async () => {
      const { store } = openTestStore();
      const id = await createSample(store);
      await store.update(id, { status: "running" });
      expect(await kindOf(async () => store.update(id, { status: "queued" }))).toBe("internal");
      expect(await kindOf(async () => store.update(id, { status: "succeeded" }))).toBe("internal");
      expect(await store.read(id)).toMatchObject({ status: "running" });
    },
  );

  verifies(
    "jobs.final-states",
    "of two ends at the same moment one counts, with its own result",
    async () => {
      const { store } = openTestStore();
      const id = await createSample(store);
      await store.update(id, { status: "running" });
      const cancelled = { ...sampleResult, ok: false };
      const ends = await Promise.all([
        store.finish(id, { status: "succeeded", envelope: sampleResult }),
        store.finish(id, { status: "cancelled", envelope: cancelled }),
      ]);
      expect(ends.filter(({ applied }) => applied)).toHaveLength(1);
      const { status } = await store.read(id);
      expect(await store.readResult(id)).toEqual(status === "succeeded" ? sampleResult : cancelled);
    },
  );

  verifies("jobs.atomic-files", "changes of one job at the same moment are all kept", async () => {
    const { store } = openTestStore();
    const id = await createSample(store);
    await Promise.all([
      store.update(id, { status: "running" }),
      store.update(id, { thread: "thread-1" }),
      store.update(id, { turn: "turn-1" }),
      store.update(id, { tokens: 7 }),
    ]);
    expect(await store.read(id)).toMatchObject({
      status: "running",
      thread: "thread-1",
      turn: "turn-1",
      tokens: 7,
    });
  });

  verifies("jobs.final-states", "read is noted once and only after the end", async () => {
    const world = worldAt("2026-11-21T02:00:00.000Z");
    const { store } = openTestStore(undefined, { world });
    const running = await createSample(store);
    await store.markRead(running);
    expect(await store.read(running)).not.toHaveProperty("readAt");
    const ended = await createEnded(store, { read: true });
    world.set("2026-11-21T03:00:00.000Z");
    await store.markRead(ended);
    expect(await store.read(ended)).toMatchObject({ readAt: "2026-11-21T02:00:00.000Z" });
  });

  verifies("jobs.one-owner", "a queued job is claimed once, and not again after it was begun", async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    const claims = await Promise.all([store.claim(id), store.claim(id), openTestStore(root).store.claim(id)]);
    const [claim] = claims.filter((it) => it !== undefined);
    expect(claims.filter((it) => it !== undefined)).toHaveLength(1);
    await store.update(id, { status: "running" });
    claim?.release();
    expect(await store.claim(id)).toBeUndefined();
  });

  verifies(
    "jobs.cancel-request",
    "a request to stop is read by the owner, and the first one counts",
    async () => {
      const { root, store } = openTestStore();
      const id = await createSample(store);
      expect(store.readCancelRequest(id)).toBeUndefined();
      const first = await store.requestCancel(id, "a person");
      await openTestStore(root).store.requestCancel(id, "Claude Code");
      expect(store.readCancelRequest(id)).toEqual(first);
    },
  );
});

describe("a crash in the middle of a write", () => {
  verifies(
    "jobs.atomic-files",
    "a writer killed at any moment leaves a whole record that others can go on changing",
    async () => {
      const { root, store, problems } = openTestStore();
      const id = await createSample(store);
      for (let round = 0; round < 12; round += 1) {
        const writer = startFixture(recordWriter, [root, id]);
        await writer.nextLine();
        // Beside the writer first: a reader must not meet a half-written record either.
        for (let look = 0; look < 30; look += 1) {
          expect((await store.read(id)).currentCommand).toHaveLength(200_000);
        }
        await writer.crash();
        const record = await store.read(id);
        expect(new Set(record.currentCommand).size).toBe(1);
        expect(record.currentCommand).toHaveLength(200_000);
        expect(await store.update(id, { phase: "thinking" })).toMatchObject({ applied: true });
      }
      expect(problems).toEqual([]);
    },
    120_000,
  );
});

describe("naming a job", () => {
  verifies("jobs.find", "prefix, suffix and whole id name a job, in any case of letters", async () => {
    const { store } = openTestStore();
    const id = await createSample(store);
    for (const text of [id, id.slice(0, 10), id.slice(-6), id.slice(-1), id.toUpperCase(), ` ${id} `]) {
      expect(await store.find(text)).toMatchObject({ id });
    }
  });

  verifies("jobs.find", "a name that fits several jobs lists the candidates, newest first", async () => {
    const world = worldAt("2026-11-21T02:00:00.000Z");
    const { store } = openTestStore(undefined, { world });
    const older = await createSample(store);
    world.set("2026-11-21T03:00:00.000Z");
    const newer = await createSample(store);
    const error = await store.find("20261121").then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error instanceof TandemError && error.report).toMatchObject({
      kind: "job_ambiguous",
      details: { candidates: [newer, older] },
    });
    expect(await store.find("20261121t02")).toMatchObject({ id: older });
  });

  verifies("jobs.find", "what names nothing is job_not_found and says where was looked", async () => {
    const { root, store } = openTestStore();
    for (const text of ["", " ", "zzzzzz", "20261121"]) {
      expect(await kindOf(async () => store.find(text))).toBe("job_not_found");
    }
    await expect(store.find("zzzzzz")).rejects.toThrow(join(root, "jobs"));
  });

  verifies("jobs.ids-before-paths", "no text from outside becomes a path", async () => {
    const { root, store } = openTestStore();
    await createSample(store);
    writeFileSync(join(root, "job.json"), "{}", { mode: 0o600 });
    for (const text of ["..", "../jobs", "/etc", "a/b", "..\\x", "a\0b", "%2e%2e", "*"]) {
      expect(await kindOf(async () => store.find(text))).toBe("job_not_found");
      expect(await kindOf(async () => store.read(text))).toBe("internal");
      expect(await kindOf(() => store.foldersOf(text))).toBe("internal");
    }
  });
});

describe("listing", () => {
  verifies(
    "jobs.list",
    "a list holds the workspace's newest jobs, and says when there are more",
    async () => {
      const world = worldAt("2026-11-21T02:00:00.000Z");
      const { store } = openTestStore(undefined, { world });
      const ids: string[] = [];
      for (let minute = 10; minute < 16; minute += 1) {
        world.set(`2026-11-21T02:${minute}:00.000Z`);
        const place = minute % 2 === 0 ? "/even" : "/odd";
        ids.push((await store.create({ request: sampleRequest, workspace: place })).id);
      }
      const newest = [...ids].toReversed();
      expect((await store.list({ limit: 10 })).records.map(({ id }) => id)).toEqual(newest);
      const page = await store.list({ workspace: "/odd", limit: 2 });
      expect(page.records.map(({ id }) => id)).toEqual([newest[0], newest[2]]);
      expect(page.hasMore).toBe(true);
      expect((await store.list({ workspace: "/odd", limit: 3 })).hasMore).toBe(false);
      expect((await store.list({ workspace: "/nowhere", limit: 3 })).records).toEqual([]);
    },
  );

  verifies("jobs.list", "a list of a state root that does not exist is empty and makes nothing", async () => {
    const { root, store } = openTestStore();
    expect(await store.list({ workspace, limit: 5 })).toEqual({ records: [], hasMore: false });
    expect(await store.listActive()).toEqual([]);
    expect(existsSync(root)).toBe(false);
  });

  verifies("jobs.list", "a list reads no older records than it gives", async () => {
    const world = worldAt("2026-11-21T02:00:00.000Z");
    const { root, store, problems } = openTestStore(undefined, { world });
    const old = await createEnded(store);
    writeFileSync(join(root, "jobs", old, "job.json"), "damaged", { mode: 0o600 });
    world.set("2026-11-21T03:00:00.000Z");
    const fresh = await createEnded(store);
    expect((await store.list({ workspace, limit: 1 })).records.map(({ id }) => id)).toEqual([fresh]);
    expect(await store.listActive()).toEqual([]);
    expect(problems).toEqual([]);
  });

  verifies("jobs.list", "foreign names in the folders are passed over", async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    mkdirSync(join(root, "jobs", "lost+found"));
    writeFileSync(join(root, "jobs", ".DS_Store"), "");
    writeFileSync(join(root, "active", "note.txt"), "");
    expect((await store.list({ limit: 5 })).records.map((record) => record.id)).toEqual([id]);
    expect(await store.listActive()).toHaveLength(1);
  });
});

describe("damaged files", () => {
  const damage = ["", "{", "[]", "null", '{"schema":"codex-tandem/job/1"}', "\u0000".repeat(300)];

  verifies(
    "jobs.corrupt-aside",
    "a damaged record is set aside, reported, and rebuilt with the job's own result",
    async () => {
      for (const text of damage) {
        const { root, store, problems } = openTestStore();
        const id = await createEnded(store);
        const path = join(root, "jobs", id, "job.json");
        writeFileSync(path, text, { mode: 0o600 });
        expect(await store.read(id)).toMatchObject({ id, status: "succeeded", title: "a job", workspace });
        expect(problems).toMatchObject([{ job: id, path }]);
        expect(problems[0]?.message).toMatch(/job\.json: .+; it was set aside as .+\.corrupt-/);
        expect(readFileSync(problems[0]?.setAsideAs ?? "", "utf8")).toBe(text);
        expect(await store.readResult(id)).toEqual(sampleResultOf("yes"));
        expect((await store.list({ workspace, limit: 5 })).records).toHaveLength(1);
        expect(problems).toHaveLength(1);
      }
    },
  );

  verifies(
    "jobs.corrupt-aside",
    "a damaged record of a job that runs leaves it running, and its owner can end it",
    async () => {
      const { root, store, problems } = openTestStore();
      const id = await createSample(store);
      const claim = await store.claim(id);
      await store.update(id, { status: "running" });
      writeFileSync(join(root, "jobs", id, "job.json"), "{", { mode: 0o600 });
      expect(await store.listActive()).toMatchObject([
        { id, status: "running", owner: { pid: process.pid } },
      ]);
      expect(problems).toHaveLength(1);
      expect(await store.finish(id, { status: "succeeded", envelope: sampleResult })).toMatchObject({
        applied: true,
      });
      claim?.release();
    },
  );

  verifies(
    "jobs.corrupt-aside",
    "a damaged record without a result ends as a fault that names what was found",
    async () => {
      const { root, store } = openTestStore();
      const id = await createSample(store);
      writeFileSync(join(root, "jobs", id, "job.json"), "{", { mode: 0o600 });
      expect(await store.read(id)).toMatchObject({
        status: "failed",
        error: { kind: "internal", message: expect.stringContaining("job.json") },
      });
    },
  );

  verifies(
    "jobs.corrupt-aside",
    "a job that cannot be rebuilt is told at every look, and the others are listed",
    async () => {
      const { root, store, problems } = openTestStore();
      const lost = await createEnded(store);
      const other = await createEnded(store);
      for (const name of ["job.json", "request.json"]) {
        writeFileSync(join(root, "jobs", lost, name), "{", { mode: 0o600 });
      }
      for (const look of [1, 2, 3]) {
        expect((await store.list({ workspace, limit: 5 })).records.map(({ id }) => id)).toEqual([other]);
        expect(problems.filter(({ job }) => job === lost).length).toBeGreaterThanOrEqual(look);
      }
      const left = readdirSync(join(root, "jobs", lost)).filter((name) => name.includes(".corrupt-"));
      expect(left).toHaveLength(2);
    },
  );

  verifies(
    "jobs.corrupt-aside",
    "a damaged result is set aside and reported, and the job stays as it ended",
    async () => {
      const { root, store, problems } = openTestStore();
      const id = await createEnded(store);
      writeFileSync(join(root, "jobs", id, "result.json"), '{"schema":"other/1"}', { mode: 0o600 });
      expect(await store.readResult(id)).toBeUndefined();
      expect(readFileSync(problems[0]?.setAsideAs ?? "", "utf8")).toBe('{"schema":"other/1"}');
      expect(await store.read(id)).toMatchObject({ status: "succeeded" });
    },
  );

  verifies(
    "jobs.private-state",
    "a record that is a planted link is set aside and its target neither read nor changed",
    async () => {
      const { root, store, problems } = openTestStore();
      const id = await createEnded(store);
      const path = join(root, "jobs", id, "job.json");
      const forged = { ...(await store.read(id)), title: "forged" };
      const target = join(makeFolder(), "target");
      writeFileSync(target, JSON.stringify(forged), { mode: 0o600 });
      rmSync(path);
      symlinkSync(target, path);
      expect(await store.read(id)).toMatchObject({ title: "a job" });
      expect(problems[0]).toMatchObject({ problem: "it is a link" });
      expect(readFileSync(target, "utf8")).toBe(JSON.stringify(forged));
    },
  );

  verifies("jobs.private-state", "a record that names another job is not believed", async () => {
    const { root, store } = openTestStore();
    const one = await createEnded(store);
    const other = await createEnded(store);
    const record = readFileSync(join(root, "jobs", one, "job.json"));
    writeFileSync(join(root, "jobs", other, "job.json"), record, { mode: 0o600 });
    expect(await store.read(other)).toMatchObject({ id: other });
  });
});

describe("removing", () => {
  verifies("jobs.retention", "an ended job is removed with all its files, a running one never", async () => {
    const { root, store } = openTestStore();
    const ended = await createEnded(store);
    const running = await createSample(store);
    await store.remove(ended);
    expect(await kindOf(async () => store.remove(running))).toBe("job_running");
    expect(await kindOf(async () => store.remove(ended))).toBe("job_not_found");
    expect(readdirSync(join(root, "jobs"))).toEqual([running]);
    expect((await store.list({ workspace, limit: 5 })).records).toHaveLength(1);
  });
});

function sampleResultOf(answer: string): typeof sampleResult {
  return { ...sampleResult, answer };
}
