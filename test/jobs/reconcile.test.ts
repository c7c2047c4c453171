import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { listProcesses, type ProcessEntry } from "../../src/codex/process-family.ts";
import type { ProcessIdentity } from "../../src/domain/job.ts";
import { endVerifiedProcess } from "../../src/jobs/end-process.ts";
import { tryLock } from "../../src/jobs/file-lock.ts";
import { waitForRelease } from "../../src/jobs/owner-release.ts";
import { identifyProcess, livenessOf } from "../../src/jobs/process-identity.ts";
import { systemProcessReader } from "../../src/jobs/process-reader.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { createSample, makeStateRoot, openTestStore, sampleResult, workspace, worldAt } from "./support.ts";

const ownerProgram = await bundleFixture(join(import.meta.dirname, "fixtures", "job-owner.ts"));
endFixturesAfterEach();
const reader = systemProcessReader();

describe("an owner that was killed", () => {
  for (const stage of ["created", "claimed"]) {
    verifies(
      "jobs.dead-owner",
      `right after its job was ${stage}: the next look finds it failed as broker_lost`,
      async () => {
        const { root, id } = await crashAt(stage);
        const { store } = openTestStore(root);
        expect(await store.listActive()).toMatchObject([
          { id, status: "failed", error: { kind: "broker_lost" } },
        ]);
        expect(await store.listActive()).toEqual([]);
        expect(await store.readResult(id)).toMatchObject({
          ok: false,
          kind: "consult",
          job: { id, status: "failed" },
          error: { kind: "broker_lost", retryable: true },
        });
      },
    );
  }

  for (const stage of ["running", "torn"]) {
    verifies(
      "jobs.dead-owner",
      `in the middle of a run (${stage}): thread, turn, partial answer and usage are kept`,
      async () => {
        const { root, id } = await crashAt(stage);
        const { store, problems } = openTestStore(root);
        expect(await store.read(id)).toMatchObject({ status: "failed", thread: "thread-1", turn: "turn-1" });
        const result = await store.readResult(id);
        expect(result).toMatchObject({
          ok: false,
          raw: "I have looked at half of it.",
          run: {
            engine: "exec",
            route: "one round",
            model: "model-1",
            thread: "thread-1",
            turn: "turn-1",
            usage: { inputTokens: 70, outputTokens: 7 },
            sandbox: { requested: "read-only", effective: "read-only" },
          },
          error: { kind: "broker_lost" },
        });
        expect(result).not.toHaveProperty("answer");
        expect(problems).toEqual([]);
        const { entries, tornBytes } = store.readJournal(id);
        expect(tornBytes).toBe(0);
        expect(entries.at(-1)?.event.type).toBe(stage === "torn" ? "warning" : "usage");
      },
    );
  }

  verifies(
    "jobs.verified-kill",
    "its Codex process, deaf to SIGTERM, is ended with its group in the same call",
    async () => {
      const { root, id, child } = await crashAt("stubborn");
      expect(livenessOf(child, reader)).toBe("alive");
      await openTestStore(root).store.read(id);
      expect(livenessOf(child, reader)).toBe("dead");
      expect(await groupMembers(child.pid)).toEqual([]);
    },
  );

  verifies("jobs.verified-kill", "a process that only has the pid of its Codex is left alone", async () => {
    for (const change of [{ startTime: "1" }, { boot: "an earlier boot" }]) {
      const { root, id, child } = await crashAt("running");
      const path = join(root, "jobs", id, "job.json");
      const record: { child: object } = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ ...record, child: { ...record.child, ...change } }), {
        mode: 0o600,
      });
      expect(await openTestStore(root).store.read(id)).toMatchObject({ status: "failed" });
      expect(livenessOf(child, reader)).toBe("alive");
    }
  });

  verifies(
    "jobs.landed-result",
    "after its result had landed: the job succeeded with that result",
    async () => {
      const { root, id, child } = await crashAt("landed");
      const { store } = openTestStore(root);
      expect(await store.listActive()).toMatchObject([{ id, status: "succeeded" }]);
      expect(await store.readResult(id)).toEqual(sampleResult);
      expect(livenessOf(child, reader)).toBe("dead");
    },
  );

  verifies(
    "jobs.landed-result",
    "between the final state and leaving the active list: the job is ended and leaves it",
    async () => {
      const { root, store } = openTestStore();
      const id = await createSample(store);
      await store.update(id, { status: "running" });
      const { record } = await store.finish(id, { status: "succeeded", envelope: sampleResult });
      writeFileSync(join(root, "active", id), "", { mode: 0o600 });
      expect(await store.listActive()).toEqual([record]);
      expect(existsSync(join(root, "active", id))).toBe(false);
    },
  );

  verifies(
    "jobs.dead-owner",
    "every kind of read finds it: one job, a list, the active ones, a name",
    async () => {
      const looks = [
        async (store: Store, id: string) => store.read(id),
        async (store: Store, id: string) => store.find(id.slice(-6)),
        async (store: Store) => (await store.list({ workspace, limit: 1 })).records[0],
        async (store: Store) => (await store.listActive())[0],
      ];
      for (const look of looks) {
        const { root, id } = await crashAt("claimed");
        expect(await look(openTestStore(root).store, id)).toMatchObject({ id, status: "failed" });
      }
    },
  );

  verifies(
    "jobs.dead-owner",
    "many readers at once agree on one end, and one of them stores it",
    async () => {
      const { root, id } = await crashAt("torn");
      const records = await Promise.all(
        Array.from({ length: 8 }, async () => openTestStore(root).store.read(id)),
      );
      for (const record of records) expect(record).toEqual(records[0]);
      const warnings = openTestStore(root)
        .store.readJournal(id)
        .entries.filter(({ event }) => event.type === "warning");
      expect(warnings).toHaveLength(1);
    },
  );

  verifies("jobs.dead-owner", "a result found in Codex's own record counts as the result", async () => {
    const { root, id } = await crashAt("running");
    const { store } = openTestStore(root, {
      recover: async (lost) => ({ ...sampleResult, answer: `from ${lost.traces.thread?.thread}` }),
    });
    expect(await store.read(id)).toMatchObject({ status: "succeeded", thread: "thread-1" });
    expect(await store.readResult(id)).toMatchObject({ ok: true, answer: "from thread-1" });
  });

  verifies("jobs.dead-owner", "a failed recovery is reported and the job ends all the same", async () => {
    const { root, id } = await crashAt("running");
    const { store, problems } = openTestStore(root, {
      recover: async () => Promise.reject(new Error("no such thread")),
    });
    expect(await store.read(id)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
    expect(problems).toMatchObject([{ job: id, problem: expect.stringContaining("no such thread") }]);
  });

  verifies("jobs.dead-owner", "nobody waits for it to let go of its job", async () => {
    const { root, id } = await crashAt("running");
    const { store } = openTestStore(root);
    await store.read(id);
    // Longer than any test may take.
    await waitForRelease(store, id, 3_600_000);
  });

  verifies("jobs.one-owner", "its job cannot be claimed and begun a second time", async () => {
    const { root, id } = await crashAt("running");
    expect(await openTestStore(root).store.claim(id)).toBeUndefined();
  });
});

describe("an owner that lives", () => {
  verifies(
    "jobs.dead-owner",
    "an owner that takes over while a reader waits to end the job keeps it",
    async () => {
      const root = makeStateRoot();
      const gone = worldAt(new Date().toISOString(), { self: { ...systemWorld().self, pid: 2 ** 22 + 1 } });
      const id = await createSample(openTestStore(root, { world: gone }).store);
      const folder = join(root, "jobs", id);
      const record = tryLock(join(folder, "record.lock"), systemWorld());
      const look = openTestStore(root).store.read(id);
      // Until the reader has judged the owner dead and waits for the record.
      await new Promise(setImmediate);
      const owner = tryLock(join(folder, "owner.lock"), systemWorld(), id);
      if (record.taken) record.lock.release();
      expect(await look).toMatchObject({ status: "queued" });
      if (owner.taken) owner.lock.release();
      expect(await openTestStore(root).store.read(id)).toMatchObject({ status: "failed" });
    },
  );

  verifies("jobs.dead-owner", "its job is left alone by every read", async () => {
    const root = makeStateRoot();
    const owner = startFixture(ownerProgram, [root, "running"]);
    const [id = "", childPid] = (await owner.nextLine()).split(" ");
    const { store } = openTestStore(root);
    expect(await store.listActive()).toMatchObject([{ id, status: "running", owner: { pid: owner.pid } }]);
    expect(await store.read(id)).toMatchObject({ status: "running" });
    process.kill(-Number(childPid), "SIGKILL");
  });
});

describe("an owner that cannot be seen from here", () => {
  const elsewhere: ProcessIdentity = { ...systemWorld().self, pidNamespace: "pid:[elsewhere]" };

  verifies(
    "jobs.unseen-owner",
    "in another container: it lives as long as its signs of life come",
    async () => {
      const { store, world, beat } = await ownedBy(elsewhere);
      world.set("2026-11-21T02:02:00.000Z");
      expect(await store.listActive()).toMatchObject([{ status: "queued" }]);
      world.set("2026-11-21T02:02:00.001Z");
      beat("2026-11-21T02:01:00.000Z");
      expect(await store.listActive()).toMatchObject([{ status: "queued" }]);
      world.set("2026-11-21T02:03:00.001Z");
      expect(await store.listActive()).toMatchObject([{ status: "queued" }]);
      world.set("2026-11-21T02:03:30.001Z");
      expect(await store.listActive()).toMatchObject([{ status: "failed", error: { kind: "broker_lost" } }]);
    },
  );

  verifies(
    "jobs.unseen-owner",
    "before the last reboot: it is dead at once, however fresh its last sign of life",
    async () => {
      const { store } = await ownedBy({ ...systemWorld().self, boot: "the boot before" });
      expect(await store.listActive()).toMatchObject([{ status: "failed", error: { kind: "broker_lost" } }]);
    },
  );

  verifies(
    "jobs.unseen-owner",
    "on another machine with the same state root: a local pid proves nothing",
    async () => {
      const { store } = await ownedBy({ ...systemWorld().self, host: "elsewhere", boot: "another" });
      expect(await store.listActive()).toMatchObject([{ status: "queued" }]);
    },
  );

  verifies("jobs.unseen-owner", "the owner's sign of life is the time of its lock", async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    const claim = await store.claim(id);
    const path = join(root, "jobs", id, "owner.lock");
    expect(readFileSync(path, "utf8")).toContain(`"pid":${process.pid}`);
    claim?.release();
    expect(existsSync(path)).toBe(false);
  });
});

type Store = ReturnType<typeof openTestStore>["store"];

/** Runs an owner up to a stage and crashes it there. */
async function crashAt(
  stage: string,
): Promise<{ readonly root: string; readonly id: string; readonly child: ProcessIdentity }> {
  const root = makeStateRoot();
  const owner = startFixture(ownerProgram, [root, stage]);
  const [id = "", childPid = "0"] = (await owner.nextLine()).split(" ");
  const child = identifyProcess(Number(childPid), reader) ?? { pid: 0, host: "" };
  await owner.crash();
  onTestFinished(async () => {
    await endVerifiedProcess(child, reader);
  });
  return { root, id, child };
}

/** A queued job made by `owner`, with a clock and a way to give its sign of life. */
async function ownedBy(owner: ProcessIdentity): Promise<{
  readonly store: Store;
  readonly world: ReturnType<typeof worldAt>;
  readonly beat: (time: string) => void;
}> {
  const world = worldAt("2026-11-21T02:00:00.000Z", { self: owner, silentAfterMs: 120_000 });
  const { root, store } = openTestStore(undefined, { world });
  const id = await createSample(store);
  const beat = (time: string) =>
    utimesSync(join(root, "jobs", id, "job.json"), new Date(time), new Date(time));
  beat("2026-11-21T02:00:00.000Z");
  const here = worldAt("2026-11-21T02:00:00.000Z", { silentAfterMs: 120_000 });
  return { store: openTestStore(root, { world: here }).store, world: here, beat };
}

/** Living processes of a process group. */
async function groupMembers(group: number): Promise<readonly ProcessEntry[]> {
  return (await listProcesses()).filter((each) => each.group === group && !each.isZombie);
}
