import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, vi } from "vitest";
import type { Pending } from "../../../src/domain/pending.ts";
import type { JobStore } from "../../../src/jobs/store.ts";
import { awaitJob } from "../../../src/surfaces/cli/await-job.ts";
import type { CliSession } from "../../../src/surfaces/cli/session.ts";
import { createSample, openTestStore, sampleResult } from "../../jobs/support.ts";
import { verifies } from "../../support/requirements.ts";

const opened = { type: "request_opened", request: "17", kind: "command", text: "touch outside" } as const;
const pending = (id: string, text = "touch outside"): Pending => ({
  id,
  kind: "command",
  text,
  choices: ["accept", "decline", "cancel"],
  expiresAt: "2026-11-21T00:00:00.000Z",
});

/** A person at a terminal who waits for a running job of this process, whose owner the test plays. */
async function startWaiting({
  interrupt = "cancel",
  refuse,
}: {
  readonly interrupt?: "cancel" | "leave";
  /** Why the owner takes no answer. */
  readonly refuse?: string;
} = {}) {
  const { store } = openTestStore();
  const id = await createSample(store);
  await store.update(id, { status: "running" });
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [
    new PassThrough(),
    Object.assign(new PassThrough(), { isTTY: true, columns: 80 }),
  ];
  let shown = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  stdout.resume();
  const answers: unknown[] = [];
  const inbox = store.watchInbox(id, {
    onCancel: () => undefined,
    onRequest: async (request) => {
      answers.push(request);
      return refuse === undefined ? { ok: true } : { ok: false, reason: refuse };
    },
  });
  onTestFinished(() => inbox.close());
  const world = {
    stdin,
    stdout,
    stderr,
    environment: { TERM: "dumb" },
    cwd: "/",
    platform: process.platform,
  };
  let delivered = 0;
  const readJournal: JobStore["readJournal"] = (job, range) => {
    const part = store.readJournal(job, range);
    delivered += part.entries.length;
    return part;
  };
  // What waiting does not look at is left out.
  const session = {
    world,
    store: { ...store, readJournal },
    settings: { values: { retention_read_count: 1_000 } },
    log: () => undefined,
  } as unknown as CliSession;
  const journal = await store.openJournal(id);
  const ended = awaitJob(await store.read(id), { format: "text", interrupt }, session);
  const finish = async () => {
    await journal.close();
    await store.finish(id, { status: "succeeded", envelope: sampleResult });
    return ended;
  };
  return {
    id,
    store,
    stdin,
    journal,
    answers,
    ended,
    finish,
    shown: () => shown,
    delivered: () => delivered,
  };
}

async function open(store: JobStore, id: string, ...requests: readonly Pending[]): Promise<void> {
  await store.update(id, {
    pending: requests.length === 0 ? undefined : requests,
    lastEventAt: new Date().toISOString(),
  });
}

async function untilAnswered(answers: readonly unknown[], count: number): Promise<void> {
  await vi.waitFor(() => expect(answers).toHaveLength(count), { interval: 10 });
}

async function untilShown(shown: () => string, text: string): Promise<void> {
  await vi.waitFor(() => expect(shown()).toContain(text), { interval: 10 });
}

describe("a person who waits for a job", () => {
  verifies("life.asked", "is asked also when the record tells of the request after the journal", async () => {
    const { id, store, stdin, journal, answers, finish, shown, delivered } = await startWaiting();
    journal.append(opened);
    await vi.waitFor(() => expect(delivered()).toBe(1), { interval: 10 });
    // The record was looked at again after the event.
    journal.append({ type: "reasoning", text: "thinking" });
    await vi.waitFor(() => expect(delivered()).toBe(2), { interval: 10 });
    expect(shown()).toBe("");
    await open(store, id, pending("1"));
    await untilShown(shown, "accept, decline, cancel: ");
    stdin.write("accept\n");
    await untilAnswered(answers, 1);
    expect(answers).toEqual([
      { type: "answer", pending: "1", answer: { decision: "accept", origin: "terminal" } },
    ]);
    expect(await finish()).toBe(0);
  });

  verifies("life.asked", "is asked for several things one after the other, each once", async () => {
    const { id, store, stdin, answers, finish, shown } = await startWaiting();
    await open(store, id, pending("1", "touch one"), pending("2", "touch two"));
    await untilShown(shown, "touch one");
    expect(shown()).not.toContain("touch two");
    stdin.write("n\n");
    await untilShown(shown, "touch two");
    stdin.write("cancel\n");
    await untilAnswered(answers, 2);
    // Codex has not taken the answers yet.
    await open(store, id, pending("2", "touch two"));
    expect(await finish()).toBe(0);
    expect(answers).toMatchObject([
      { pending: "1", answer: { decision: "decline" } },
      { pending: "2", answer: { decision: "cancel" } },
    ]);
    expect(shown().split("touch two")).toHaveLength(2);
  });

  verifies("life.asked", "is asked again for what was not clear, and nothing is decided by it", async () => {
    const { id, store, stdin, answers, finish, shown } = await startWaiting();
    await open(store, id, pending("1"));
    await untilShown(shown, "accept, decline, cancel: ");
    for (const [index, typed] of ["\n", "yesterday\n", "acept\n"].entries()) {
      stdin.write(typed);
      await vi.waitFor(() => expect(shown().split("Please say accept")).toHaveLength(index + 2));
    }
    expect(answers).toEqual([]);
    stdin.write(" Y \r\n");
    await untilAnswered(answers, 1);
    expect(answers).toMatchObject([{ answer: { decision: "accept" } }]);
    await finish();
  });

  verifies(
    "life.asked",
    "is told that no answer is needed any more when it is so, and can go on",
    async () => {
      const { id, store, stdin, answers, finish, shown } = await startWaiting();
      await open(store, id, pending("1", "touch one"));
      await untilShown(shown, "accept, decline, cancel: ");
      stdin.write("acc");
      await open(store, id, pending("2", "touch two"));
      await untilShown(shown, "It needs no answer any more.");
      await untilShown(shown, "touch two");
      stdin.write("d\n");
      await untilAnswered(answers, 1);
      expect(answers).toMatchObject([{ pending: "2", answer: { decision: "decline" } }]);
      await finish();
    },
  );

  verifies("life.asked", "has not answered what was not asked yet by what was typed before", async () => {
    const { id, store, stdin, answers, finish, shown } = await startWaiting();
    stdin.write("accept\naccept\n");
    await open(store, id, pending("1", "touch one"), pending("2", "touch two"));
    await untilShown(shown, "touch one");
    // Two lines at once: the second is no answer to the second request.
    stdin.write("decline\naccept\n");
    await untilShown(shown, "touch two");
    stdin.write("cancel\n");
    await untilAnswered(answers, 2);
    expect(answers).toMatchObject([
      { pending: "1", answer: { decision: "decline" } },
      { pending: "2", answer: { decision: "cancel" } },
    ]);
    await finish();
  });

  verifies("life.asked", "whose answer comes too late is told so", async () => {
    const { id, store, stdin, finish, shown } = await startWaiting({ refuse: "request 1 does not wait" });
    await open(store, id, pending("1"));
    await untilShown(shown, "accept, decline, cancel: ");
    stdin.write("accept\n");
    await untilShown(shown, "The answer was not taken: request 1 does not wait.");
    await finish();
  });

  verifies("life.asked", "and ends the input is told how to answer later", async () => {
    const { id, store, stdin, answers, finish, shown } = await startWaiting();
    await open(store, id, pending("1"));
    await untilShown(shown, "accept, decline, cancel: ");
    stdin.end();
    await untilShown(shown, `It still waits: tandem answer ${id.slice(-6)}`);
    expect(answers).toEqual([]);
    await finish();
  });

  for (const interrupt of ["cancel", "leave"] as const) {
    verifies("life.asked", `and presses Ctrl-C at the question interrupts (${interrupt})`, async () => {
      const { id, store, stdin, answers, ended, finish, shown } = await startWaiting({ interrupt });
      await open(store, id, pending("1"));
      await untilShown(shown, "accept, decline, cancel: ");
      stdin.write("\u0003");
      if (interrupt === "leave") {
        expect(await ended).toBe(6);
        expect(store.readCancelRequest(id)).toBeUndefined();
      } else {
        await vi.waitFor(() => expect(store.readCancelRequest(id)).toBeDefined());
      }
      expect(answers).toEqual([]);
      await finish();
    });
  }
});
