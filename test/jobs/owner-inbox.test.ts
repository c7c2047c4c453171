import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { largestRequest, newStem, type OwnerRequest, waitingStems } from "../../src/jobs/owner-inbox.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, type FixtureProcess, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { createEnded, createSample, kindOf, makeFolder, makeStateRoot, openTestStore } from "./support.ts";

const program = await bundleFixture(join(import.meta.dirname, "fixtures", "inbox-owner.ts"));
endFixturesAfterEach();

const steer = (text: string): OwnerRequest => ({ type: "steer", text, by: "a person" });
const noDeadline = { deadlineMs: 50_000 };
/** For a request that is not answered: the owner, a process of its own, takes it in this time, however busy the machine is. */
const untilTaken = { deadlineMs: 5_000 };

async function startOwner() {
  const root = makeStateRoot();
  const owner = startFixture(program, [root]);
  const id = await owner.nextLine();
  const folder = join(root, "jobs", id);
  return { root, owner, id, folder, requests: join(folder, "requests"), store: openTestStore(root).store };
}

async function watch(owner: FixtureProcess): Promise<void> {
  owner.send("watch");
  expect(await owner.nextLine()).toBe("watching");
}

/** Waits until a request that was just posted is in its file. */
async function posted(requests: string): Promise<void> {
  await vi.waitFor(() => expect(waitingStems(readdirSync(requests))).toHaveLength(1), { interval: 5 });
}

describe("a request to the owner", () => {
  verifies("job-life.inbox", "gets the owner's reply, and leaves no file behind", async () => {
    const { owner, id, requests, store } = await startOwner();
    await watch(owner);
    expect(await store.postRequest(id, steer("left"), noDeadline)).toEqual({
      ok: true,
      detail: "heard left",
    });
    const answer = { decision: "accept", origin: "terminal" } as const;
    expect(await store.postRequest(id, { type: "answer", pending: "1", answer }, noDeadline)).toEqual({
      ok: false,
      reason: "nothing waits for an answer",
    });
    expect(await store.postRequest(id, steer("throw"), noDeadline)).toEqual({
      ok: false,
      reason: "no turn runs",
    });
    expect([await owner.nextLine(), await owner.nextLine(), await owner.nextLine()]).toEqual([
      "steer left",
      "answer accept",
      "steer throw",
    ]);
    expect(readdirSync(requests)).toEqual([]);
    expect(statSync(requests).mode & 0o777).toBe(0o700);
  });

  verifies(
    "job-life.inbox",
    "made before the owner watches waits for it; all come once and in order",
    async () => {
      const { owner, id, requests, store } = await startOwner();
      const texts = Array.from({ length: 20 }, (_value, index) => `request ${index}`);
      const replies = texts.map(async (text) => store.postRequest(id, steer(text), noDeadline));
      await vi.waitFor(() => expect(waitingStems(readdirSync(requests))).toHaveLength(20), { interval: 5 });
      await watch(owner);
      const heard: string[] = [];
      for (const _text of texts) heard.push(await owner.nextLine());
      expect(heard).toEqual(texts.map((text) => `steer ${text}`));
      expect(await Promise.all(replies)).toEqual(
        texts.map((text) => ({ ok: true, detail: `heard ${text}` })),
      );
      // Nothing comes a second time: the next line is that of the next request.
      await store.postRequest(id, steer("last"), noDeadline);
      expect(await owner.nextLine()).toBe("steer last");
    },
  );

  verifies("job-life.inbox", "of several askers at once each gets its own reply", async () => {
    const { root, owner, id } = await startOwner();
    await watch(owner);
    const texts = Array.from({ length: 30 }, (_value, index) => `n${index}`);
    const replies = await Promise.all(
      texts.map(async (text) => openTestStore(root).store.postRequest(id, steer(text), noDeadline)),
    );
    expect(replies).toEqual(texts.map((text) => ({ ok: true, detail: `heard ${text}` })));
    const heard = new Set<string>();
    for (const _text of texts) heard.add(await owner.nextLine());
    expect(heard.size).toBe(30);
  });

  verifies(
    "job-life.inbox",
    "after the job's end, or as it ends, is told so and reaches nobody",
    async () => {
      const { owner, id, requests, store } = await startOwner();
      const early = store.postRequest(id, steer("too late"), noDeadline);
      await posted(requests);
      owner.send("end");
      expect(await owner.nextLine()).toBe("ended");
      expect(await early).toEqual({ ok: false, reason: "ended" });
      expect(await store.postRequest(id, steer("much too late"), noDeadline)).toEqual({
        ok: false,
        reason: "ended",
      });
      await watch(owner);
      await store.requestCancel(id, "a person");
      expect(await owner.nextLine()).toBe("cancel a person");
      expect(readdirSync(requests)).toEqual([]);
    },
  );

  for (const taken of [false, true]) {
    verifies(
      "job-life.inbox",
      `to an owner that is killed ${taken ? "while it handles it" : "before it looks"} is told that the job has ended`,
      async () => {
        const { owner, id, requests, store } = await startOwner();
        if (taken) await watch(owner);
        const reply = store.postRequest(id, steer("hang"), noDeadline);
        if (taken) expect(await owner.nextLine()).toBe("steer hang");
        else await posted(requests);
        await owner.crash();
        expect(await reply).toEqual({ ok: false, reason: "ended" });
        expect(store.peek(id)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
      },
    );
  }

  verifies("job-life.inbox", "that nobody takes in time is taken back: it has no effect later", async () => {
    const { owner, id, requests, store } = await startOwner();
    const reply = await store.postRequest(id, steer("never"), { deadlineMs: 20 });
    expect(reply).toEqual({ ok: false, reason: "withdrawn" });
    expect(readdirSync(requests)).toEqual([]);
    await watch(owner);
    await store.postRequest(id, steer("next"), noDeadline);
    expect(await owner.nextLine()).toBe("steer next");
  });

  verifies(
    "job-life.inbox",
    "that was taken and not answered in time may have had its effect, and says so",
    async () => {
      const { owner, id, store } = await startOwner();
      await watch(owner);
      const first = store.postRequest(id, steer("hang"), untilTaken);
      expect(await owner.nextLine()).toBe("steer hang");
      expect(await first).toEqual({ ok: false, reason: "unanswered" });
    },
  );

  verifies("job-life.inbox", "waits until the one before it is answered", async () => {
    const { owner, id, store } = await startOwner();
    await watch(owner);
    const first = store.postRequest(id, steer("hang"), untilTaken);
    expect(await owner.nextLine()).toBe("steer hang");
    expect(await store.postRequest(id, steer("second"), { deadlineMs: 200 })).toEqual({
      ok: false,
      reason: "withdrawn",
    });
    expect(await first).toEqual({ ok: false, reason: "unanswered" });
  });

  verifies("job-life.inbox", "that is no request of ours is refused, whatever lies there", async () => {
    const { owner, id, folder, requests, store } = await startOwner();
    mkdirSync(requests, { mode: 0o700 });
    const secret = join(makeFolder(), "secret");
    writeFileSync(secret, JSON.stringify(steer("from elsewhere")), { mode: 0o600 });
    const place = (content: string | Buffer, mode = 0o600) => {
      const stem = newStem(new Date());
      writeFileSync(join(requests, `${stem}.json`), content, { mode });
      return stem;
    };
    const linked = newStem(new Date());
    symlinkSync(secret, join(requests, `${linked}.json`));
    const decided = { type: "answer", pending: "1", answer: { decision: "accept", origin: "terminal" } };
    const stems = [
      linked,
      place("{"),
      place("null"),
      place(JSON.stringify({ type: "run", command: "rm" })),
      place(JSON.stringify({ ...decided, answer: { decision: "accept", origin: "a model" } })),
      place(JSON.stringify({ ...decided, answer: { decision: "yes", origin: "terminal" } })),
      place(JSON.stringify({ ...decided, pending: 3 })),
      place(Buffer.alloc(largestRequest + 1, 32)),
    ];
    writeFileSync(join(requests, "note.json"), JSON.stringify(steer("a foreign name")), { mode: 0o600 });
    await watch(owner);
    await vi.waitFor(() => {
      for (const stem of stems) expect(existsSync(join(requests, `${stem}.reply.json`))).toBe(true);
    });
    await store.postRequest(id, steer("real"), noDeadline);
    expect(await owner.nextLine()).toBe("steer real");
    expect(existsSync(join(folder, "requests", "note.json"))).toBe(true);
  });

  verifies("job-life.inbox", "is never written through a link in the place of its folder", async () => {
    const { id, requests, store } = await startOwner();
    const elsewhere = makeFolder();
    symlinkSync(elsewhere, requests);
    expect(await kindOf(async () => store.postRequest(id, steer("x")))).toBe("state_unwritable");
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  verifies("job-life.inbox", "needs a job, and a text of bounded length", async () => {
    const { store } = openTestStore();
    expect(await kindOf(async () => store.postRequest("20261121t024700123-bcdfgh", steer("x")))).toBe(
      "job_not_found",
    );
    const id = await createSample(store);
    expect(await kindOf(async () => store.postRequest(id, steer("x".repeat(largestRequest))))).toBe(
      "input_too_large",
    );
    expect(await store.postRequest(await createEnded(store), steer("x"))).toEqual({
      ok: false,
      reason: "ended",
    });
  });
});

describe("a cancel", () => {
  verifies("job-life.inbox", "is told to the owner once, asked before or while it watches", async () => {
    const { root, owner, id, store } = await startOwner();
    await store.requestCancel(id, "a person");
    await watch(owner);
    expect(await owner.nextLine()).toBe("cancel a person");
    await openTestStore(root).store.requestCancel(id, "Claude Code");
    await store.postRequest(id, steer("still there"), noDeadline);
    expect(await owner.nextLine()).toBe("steer still there");
  });

  verifies("job-life.inbox", "is noticed while a request is being handled", async () => {
    const { owner, id, store } = await startOwner();
    await watch(owner);
    const hanging = store.postRequest(id, steer("hang"), untilTaken);
    expect(await owner.nextLine()).toBe("steer hang");
    await store.requestCancel(id, "a person");
    expect(await owner.nextLine()).toBe("cancel a person");
    expect(await hanging).toEqual({ ok: false, reason: "unanswered" });
  });

  verifies(
    "job-life.bad-places",
    "is what the removal of a running job's folder is, moved or deleted",
    async () => {
      for (const remove of [
        removeBusyFolder,
        (folder: string) => renameSync(folder, join(makeFolder(), "moved")),
      ]) {
        const { owner, folder } = await startOwner();
        await watch(owner);
        remove(folder);
        expect(await owner.nextLine()).toBe("cancel the removal of the job's folder");
        expect(existsSync(folder)).toBe(false);
      }
    },
  );
});

/** The owner may write into it at that moment: what came after the look into the folder is removed by the next try. */
function removeBusyFolder(folder: string): void {
  for (let tries = 20; ; tries -= 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}
