import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import type { ProcessIdentity } from "../../src/domain/job.ts";
import { endVerifiedProcess } from "../../src/jobs/end-process.ts";
import { identifyProcess, livenessOf } from "../../src/jobs/process-identity.ts";
import { systemProcessReader } from "../../src/jobs/process-reader.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { findProgram } from "../support/cli-program.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import {
  createSample,
  makeFolder,
  makeStateRoot,
  openTestStore,
  sampleRequest,
  sampleResult,
  worldAt,
} from "./support.ts";

const fixture = (name: string) => bundleFixture(join(import.meta.dirname, "fixtures", name));
const [ownerProgram, readerProgram] = [await fixture("job-owner.ts"), await fixture("job-reader.ts")];
endFixturesAfterEach();
const reader = systemProcessReader();

/** Runs an owner up to a stage, does something, and crashes the owner there. */
async function crashAt(stage: string, before?: (root: string, id: string) => void | Promise<void>) {
  const root = makeStateRoot();
  const owner = startFixture(ownerProgram, [root, stage]);
  const [id = "", childPid = "0"] = (await owner.nextLine()).split(" ");
  const child = identifyProcess(Number(childPid), reader) ?? { pid: 0, host: "" };
  await before?.(root, id);
  await owner.crash();
  onTestFinished(async () => {
    await endVerifiedProcess(child, reader);
  });
  return { root, id, child, record: join(root, "jobs", id, "job.json") };
}

const cancelFirst = async (root: string, id: string) => {
  await openTestStore(root).store.requestCancel(id, "a person");
};

function change(path: string, fields: object): void {
  const record: object = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...record, ...fields }), { mode: 0o600 });
}

describe("a job that was to be stopped and lost its owner", () => {
  for (const stage of ["created", "claimed", "running", "torn"]) {
    verifies("job-life.cancelled", `(${stage}) ends as cancelled with what had arrived`, async () => {
      const { root, id } = await crashAt(stage, cancelFirst);
      const { store } = openTestStore(root);
      expect(await store.read(id)).toMatchObject({ status: "cancelled", error: { kind: "cancelled" } });
      const result = await store.readResult(id);
      expect(result).toMatchObject({
        ok: false,
        job: { status: "cancelled" },
        error: { kind: "cancelled", message: "Cancelled (a person)." },
      });
      if (stage === "running") expect(result?.raw).toBe("I have looked at half of it.");
      // Later ends change nothing, nor does a later look.
      expect(await store.finish(id, { status: "succeeded", envelope: sampleResult })).toMatchObject({
        applied: false,
      });
      await store.requestCancel(id, "Claude Code");
      expect(await openTestStore(root).store.read(id)).toMatchObject({ status: "cancelled" });
      expect(await store.listActive()).toEqual([]);
    });
  }

  verifies("job-life.cancelled", "keeps a result that had landed before", async () => {
    const { root, id } = await crashAt("landed", cancelFirst);
    const { store } = openTestStore(root);
    expect(await store.read(id)).toMatchObject({ status: "succeeded" });
    expect(await store.readResult(id)).toEqual(sampleResult);
  });

  verifies("job-life.cancelled", "gives its result the room that its owner kept for it", async () => {
    const { root, id } = await crashAt("running", (state, job) =>
      writeFileSync(join(state, "jobs", job, "reserve"), Buffer.alloc(1_000), { mode: 0o600 }),
    );
    await openTestStore(root).store.read(id);
    expect(existsSync(join(root, "jobs", id, "reserve"))).toBe(false);
  });
});

describe("after a reboot", () => {
  verifies(
    "job-life.clocks",
    "a job of before is lost, and no process with a pid of before is signalled",
    async () => {
      // A process of now with the pid, and even the start time, of one of before.
      const { root, id, child, record } = await crashAt("running");
      const before = { boot: "the boot before" };
      change(record, { owner: { ...systemWorld().self, ...before }, child: { ...child, ...before } });
      rmSync(join(root, "jobs", id, "owner.lock"));
      expect(await openTestStore(root).store.read(id)).toMatchObject({
        status: "failed",
        error: { kind: "broker_lost" },
      });
      expect(livenessOf(child, reader)).toBe("alive");
    },
  );

  verifies("job-life.clocks", "an owner whose pid somebody else has by now is dead", async () => {
    const { store, root } = openTestStore();
    const id = await createSample(store);
    const path = join(root, "jobs", id, "job.json");
    change(path, { owner: { ...systemWorld().self, startTime: "1" } });
    expect(await store.read(id)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
  });
});

describe("a clock that jumps", () => {
  const hour = 3_600_000;

  verifies(
    "job-life.clocks",
    "to any time leaves a job whose owner is seen to live, and ends one whose owner is not",
    async () => {
      for (const offset of [-9_000 * hour, -hour, hour, 9_000 * hour]) {
        const { store, root } = openTestStore();
        const id = await createSample(store);
        const path = join(root, "jobs", id, "job.json");
        const time = new Date(Date.now() + offset);
        change(path, { lastEventAt: time.toISOString(), startedAt: time.toISOString() });
        utimesSync(path, time, time);
        expect(await store.read(id)).toMatchObject({ status: "queued" });
        change(path, { owner: { ...systemWorld().self, pid: 2 ** 22 + 1 } });
        utimesSync(path, time, time);
        expect(await store.read(id)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
        const { run } = (await store.readResult(id)) ?? {};
        expect(run?.durationMs ?? 0).toBeGreaterThanOrEqual(0);
      }
    },
  );

  /** A job of an owner in another pid space, and a reader here whose clock can be set. */
  async function unseenOwner() {
    const elsewhere: ProcessIdentity = { ...systemWorld().self, pidNamespace: "pid:[elsewhere]" };
    const start = "2026-11-21T02:00:00.000Z";
    const { root, store } = openTestStore(undefined, { world: worldAt(start, { self: elsewhere }) });
    const id = await createSample(store);
    const path = join(root, "jobs", id, "job.json");
    const beat = (time: string) => utimesSync(path, new Date(time), new Date(time));
    beat(start);
    const world = worldAt(start, { silentAfterMs: 120_000 });
    const look = async (time: string) => {
      world.set(time);
      return (await openTestStore(root, { world }).store.read(id)).status;
    };
    return { beat, look };
  }

  verifies(
    "job-life.clocks",
    "or a machine that was asleep does not end the job of an owner who cannot be seen",
    async () => {
      const { beat, look } = await unseenOwner();
      // The machine wakes up: the next heartbeat is some seconds away.
      expect(await look("2026-11-21T10:00:00.000Z")).toBe("queued");
      expect(await look("2026-11-21T10:00:05.000Z")).toBe("queued");
      beat("2026-11-21T10:00:08.000Z");
      expect(await look("2026-11-21T10:00:09.000Z")).toBe("queued");
      expect(await look("2026-11-21T10:02:00.000Z")).toBe("queued");
      // Another sleep: what was noted before the last heartbeat counts no more.
      expect(await look("2026-11-21T18:00:00.000Z")).toBe("queued");
      beat("2026-11-21T18:00:02.000Z");
      expect(await look("2026-11-21T18:00:40.000Z")).toBe("queued");
    },
  );

  verifies(
    "job-life.clocks",
    "that is wrong on one machine for ever: signs of life that come are signs of life",
    async () => {
      for (const skew of ["01", "03"]) {
        const { beat, look } = await unseenOwner();
        for (let minute = 10; minute < 20; minute += 1) {
          for (const second of ["00", "20", "40"]) {
            beat(`2026-11-21T${skew}:${minute}:${second}.000Z`);
            expect(await look(`2026-11-21T02:${minute}:${second}.001Z`)).toBe("queued");
          }
        }
        // And when they stop it is noticed, although the last one is an hour ahead or behind.
        expect(await look("2026-11-21T02:20:00.000Z")).toBe("queued");
        expect(await look("2026-11-21T02:21:00.000Z")).toBe("failed");
      }
    },
  );

  verifies("job-life.clocks", "back and forth: what was noted in a time to come proves nothing", async () => {
    const { look } = await unseenOwner();
    expect(await look("2026-11-21T10:00:00.000Z")).toBe("queued");
    expect(await look("2026-11-21T04:00:00.000Z")).toBe("queued");
    expect(await look("2026-11-21T04:00:29.000Z")).toBe("queued");
    expect(await look("2026-11-21T04:00:31.000Z")).toBe("failed");
  });
});

// Only Linux lets a test make a folder read-only for everybody without rights; the code under test is the same everywhere.
const canBindReadOnly = process.platform === "linux";

describe("a state folder that is read-only", () => {
  /** What a reader tells of a job, in a mount namespace in which the state folder cannot be written. */
  async function readReadOnly(root: string, id: string) {
    const mount = `"${findProgram("mount")}"`;
    const script = [
      `${mount} --bind "${root}" "${root}" && ${mount} -o remount,bind,ro "${root}" || exit 90`,
      'exec "$@"',
    ].join("\n");
    const wrapper = ["--user", "--map-root-user", "--mount", findProgram("bash"), "-c", script, "bash"];
    const process_ = startFixture(readerProgram, [root, id], [findProgram("unshare"), ...wrapper]);
    const told: { record: object; listed: readonly string[]; problems: readonly string[] } = JSON.parse(
      await process_.nextLine(),
    );
    expect(await process_.ended()).toBe(0);
    return told;
  }

  for (const [stage, wanted, cancels] of [
    ["running", "failed", false],
    ["running", "cancelled", true],
    ["landed", "succeeded", false],
  ] as const) {
    verifies(
      "job-life.bad-places",
      `tells of a lost job (${stage}${cancels ? ", to be stopped" : ""}) what is true: ${wanted}; its Codex is ended`,
      async () => {
        if (!canBindReadOnly) return;
        const { root, id, child, record } = await crashAt(stage, cancels ? cancelFirst : undefined);
        const before = readFileSync(record, "utf8");
        const told = await readReadOnly(root, id);
        expect(told.record).toMatchObject({ id, status: wanted });
        expect(told.listed).toEqual([id]);
        expect(told.problems).toContainEqual(expect.stringContaining("cannot be stored"));
        expect(livenessOf(child, reader)).toBe("dead");
        expect(readFileSync(record, "utf8")).toBe(before);
        // The first look that can write stores the same end.
        expect(await openTestStore(root).store.read(id)).toMatchObject({ status: wanted });
      },
    );
  }
});

describe("a workspace that does not exist any more", () => {
  verifies("job-life.bad-places", "leaves its jobs readable, listed, endable and removable", async () => {
    const workspace = join(makeFolder(), "gone");
    mkdirSync(workspace);
    const { store } = openTestStore();
    const { id } = await store.create({ request: { ...sampleRequest, cwd: workspace }, workspace });
    rmSync(workspace, { recursive: true });
    expect(await store.listActive()).toMatchObject([{ id, workspace }]);
    expect((await store.list({ workspace, limit: 5 })).records).toHaveLength(1);
    await store.update(id, { status: "running" });
    await store.finish(id, { status: "succeeded", envelope: sampleResult });
    expect(await store.readResult(id)).toEqual(sampleResult);
    await store.remove(id);
    expect((await store.list({ workspace, limit: 5 })).records).toEqual([]);
  });
});

describe("a job folder that is removed while its job runs", () => {
  verifies(
    "job-life.bad-places",
    "is an error with a kind for its owner at every step, and nothing makes it again",
    async () => {
      const { root, store, problems } = openTestStore();
      const id = await createSample(store);
      const claim = await store.claim(id);
      const journal = await store.openJournal(id);
      rmSync(join(root, "jobs", id), { recursive: true });
      journal.append({ type: "reasoning", text: "x".repeat(100_000) });
      journal.append({ type: "reasoning", text: "short" });
      const steps = [
        async () => store.update(id, { phase: "thinking" }),
        async () => store.finish(id, { status: "succeeded", envelope: sampleResult }),
        async () => store.read(id),
        async () => journal.close(),
      ];
      for (const step of steps) {
        await expect(step()).rejects.toMatchObject({
          report: { kind: expect.stringMatching(/^(job_not_found|state_unwritable)$/) },
        });
      }
      claim?.release();
      expect(existsSync(join(root, "jobs", id))).toBe(false);
      expect(await store.listActive()).toEqual([]);
      expect(problems).toEqual([]);
    },
  );
});
