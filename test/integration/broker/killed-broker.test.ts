import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { hang } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { command, items, message } from "../../../src/rehearsal/replies.ts";
import { type Entry, firstOf, sequence } from "../../../src/rehearsal/script.ts";
import { type BrokerWorld, startBrokerWorld } from "../../support/broker-world.ts";
import { rollouts } from "../../support/cli-world.ts";
import { kill, killAndWait, signal } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { untilKept } from "../../support/stored-jobs.ts";

/** `next` is answered at once; everything else as the stage has it. */
const orNext = (entry: Entry): Entry =>
  firstOf((request) => (lastUserText(request).includes("next") ? message("Again.") : undefined), entry);

async function background(world: BrokerWorld, text: string): Promise<string> {
  return (await world.run(["consult", "--background", text])).stdout.trim();
}

/** The broker is killed; the next call knows the end of the job, nothing is left, and another run works. */
async function killAndLook(world: BrokerWorld, ids: readonly string[]): Promise<readonly Envelope[]> {
  const killed = world.brokerPid();
  await killAndWait(killed);
  const results: Envelope[] = [];
  for (const id of ids) {
    const { envelope } = await world.run(["status", "--json", id]);
    expect(["failed", "succeeded"]).toContain(envelope.job?.status);
    results.push((await world.run(["result", "--json", id])).envelope);
  }
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
  const next = await world.run(["consult", "--json", "next"]);
  expect(next.envelope).toMatchObject({ answer: "Again.", job: { host: "broker" } });
  expect(world.brokerPid()).not.toBe(killed);
  return results;
}

const lost = { ok: false, error: { kind: "broker_lost", retryable: true } };

describe("a broker that is killed", () => {
  verifies("broker.killed", "while jobs wait beyond the turns loses them in words", async () => {
    const world = await startBrokerWorld(() => orNext(hang()), { TANDEM_CONCURRENT_TURNS: "1" });
    const ids = [await background(world, "a"), await background(world, "b"), await background(world, "c")];
    await world.model.waitForRequest(1);
    const results = await killAndLook(world, ids);
    expect(results).toMatchObject([lost, lost, lost]);
    // Those that waited never cost anything.
    expect(world.model.requests.map((request) => lastUserText(request))).toEqual(["a", "next"]);
  });

  verifies("broker.killed", "as soon as it has begun a run leaves nothing of it", async () => {
    const world = await startBrokerWorld(() => orNext(hang()));
    const id = await background(world, "Q");
    await vi.waitFor(() => expect(world.records()[0]?.status).toBe("running"), { interval: 5 });
    expect(await killAndLook(world, [id])).toMatchObject([lost]);
  });

  verifies("broker.killed", "in the middle of a turn keeps the thread and what was said", async () => {
    const world = await startBrokerWorld(() =>
      orNext(sequence(items([message("Half an answer."), command("true")]), hang())),
    );
    const id = await background(world, "Q");
    await world.model.waitForRequest(2);
    await untilKept(world, id, "Half an answer.");
    const [result] = await killAndLook(world, [id]);
    expect(result).toMatchObject({ ...lost, raw: "Half an answer." });
    expect(result?.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
    const more = await world.run(["reply", "--json", id, "next, please"]);
    expect(more.envelope).toMatchObject({ answer: "Again.", run: { thread: result?.run?.thread } });
  });

  verifies("broker.killed", "in the middle of a command takes the command along", async () => {
    const world = await startBrokerWorld(() =>
      orNext(sequence(items([message("Half an answer."), command("sleep 1000")]), hang())),
    );
    const id = await background(world, "Q");
    await vi.waitFor(
      () => expect(world.processes().filter((line) => line.endsWith(" sleep 1000"))).not.toEqual([]),
      { timeout: 20_000 },
    );
    await untilKept(world, id, "Half an answer.");
    const [result] = await killAndLook(world, [id]);
    expect(result).toMatchObject({ ...lost, raw: "Half an answer." });
  });

  verifies("start.told", "while a command waits for its word is seen by that command", async () => {
    const world = await startBrokerWorld(() => orNext(hang()));
    const waiting = world.start(["consult", "--json", "Q"]);
    await world.model.waitForRequest(1);
    kill(world.brokerPid());
    expect((await waiting.ended).envelope).toMatchObject(lost);
  });

  verifies("broker.killed", "after the turn and before its result has it recovered", async () => {
    const thinking = gate();
    const world = await startBrokerWorld(() => orNext(message("All of it.", { after: thinking })));
    const id = await background(world, "Q");
    await world.model.waitForRequest(1);
    // It hears nothing any more; Codex goes on and writes the end of the turn down.
    signal(world.brokerPid(), "SIGSTOP");
    thinking.open();
    await vi.waitFor(() => {
      const [session = ""] = rollouts(world.codexHome).filter((path) => path.endsWith(".jsonl"));
      expect(readFileSync(join(world.codexHome, "sessions", session), "utf8")).toContain("task_complete");
    });
    const [result] = await killAndLook(world, [id]);
    expect(result).toMatchObject({ ok: true, answer: "All of it.", job: { id, status: "succeeded" } });
  });
});

describe("a broker whose files are touched", () => {
  verifies("broker.mends", "puts back its socket and serves the next command", async () => {
    const world = await startBrokerWorld(() => orNext(message("First.")));
    await world.run(["consult", "Q"]);
    const pid = world.brokerPid();
    rmSync(join(world.folder(), "socket"));
    const { envelope } = await world.run(["consult", "--json", "next"]);
    expect(envelope).toMatchObject({ answer: "Again.", job: { host: "broker" } });
    expect(world.brokerPid()).toBe(pid);
    expect(readdirSync(join(world.stateRoot, "brokers"))).toHaveLength(1);
  });

  verifies("broker.idle", "ends with its runs when the state folder is gone; the next works", async () => {
    const world = await startBrokerWorld(() => orNext(hang()));
    await background(world, "Q");
    await world.model.waitForRequest(1);
    // The broker may write there at that moment.
    rmSync(world.stateRoot, { recursive: true, maxRetries: 5 });
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000, interval: 20 });
    const { envelope } = await world.run(["consult", "--json", "next"]);
    expect(envelope).toMatchObject({ answer: "Again.", job: { host: "broker" } });
  });
});
