import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { digestOf } from "../../src/evidence/digest.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { checksOf, createWhole, readReceipt } from "./receipt-support.ts";
import { makeStateRoot, openTestStore } from "./support.ts";

const ownerProgram = await bundleFixture(join(import.meta.dirname, "fixtures", "job-owner.ts"));
endFixturesAfterEach();

/** A job as its owner's death between two writes leaves it: without its final record, and without what else is named. */
async function rewind(...lost: readonly string[]) {
  const { root, store } = openTestStore();
  const { id, folder } = await createWhole(store);
  const path = join(folder, "job.json");
  const { endedAt: _endedAt, receipt: _receipt, ...record } = JSON.parse(readFileSync(path, "utf8"));
  const owner = { ...systemWorld().self, boot: "the boot before" };
  writeFileSync(path, JSON.stringify({ ...record, status: "running", owner }), { mode: 0o600 });
  const receipt = readFileSync(join(folder, "receipt.json"), "utf8");
  for (const name of lost) rmSync(join(folder, name));
  return { id, folder, receipt, store: openTestStore(root).store };
}

describe("an owner that dies", () => {
  verifies("receipts.order", "after the result leaves its own receipt, which then counts", async () => {
    const { id, folder, receipt, store } = await rewind();
    expect(await store.read(id)).toMatchObject({ status: "succeeded", receipt: digestOf(receipt).sha256 });
    expect(readFileSync(join(folder, "receipt.json"), "utf8")).toBe(receipt);
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
  });

  verifies("receipts.order", "before the result leaves a receipt of nothing, which is replaced", async () => {
    const { id, folder, receipt, store } = await rewind("result.json");
    expect(await store.read(id)).toMatchObject({ status: "failed", error: { kind: "broker_lost" } });
    expect(readFileSync(join(folder, "receipt.json"), "utf8")).not.toBe(receipt);
    expect(readReceipt(folder)).toMatchObject({ status: "failed", recovered: expect.any(String) });
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
  });

  verifies("receipts.recovered", "without a receipt beside its result gets one that says so", async () => {
    const { id, folder, store } = await rewind("receipt.json");
    expect(await store.read(id)).toMatchObject({ status: "succeeded" });
    expect(readReceipt(folder)).toMatchObject({ status: "succeeded", recovered: expect.any(String) });
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
  });

  verifies(
    "receipts.order",
    "with a result that its receipt does not cover gets another receipt",
    async () => {
      const { id, folder, store } = await rewind();
      const path = join(folder, "result.json");
      writeFileSync(path, readFileSync(path, "utf8").replace("Because.", "Perhaps."), { mode: 0o600 });
      expect(await store.read(id)).toMatchObject({ status: "succeeded" });
      expect(readReceipt(folder)).toMatchObject({ recovered: expect.any(String) });
    },
  );

  for (const stage of ["created", "claimed", "running", "torn", "landed"]) {
    verifies("receipts.recovered", `(killed when ${stage}) has a receipt of what it left`, async () => {
      const root = makeStateRoot();
      const owner = startFixture(ownerProgram, [root, stage]);
      const [id = ""] = (await owner.nextLine()).split(" ");
      await owner.crash();
      const { store } = openTestStore(root);
      const { status } = await store.read(id);
      const folder = store.foldersOf(id).job;
      expect(readReceipt(folder)).toMatchObject({
        status,
        recovered: expect.stringMatching(/process that ran the job had died/),
        turns: [],
      });
      expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
      if (stage === "created" || stage === "claimed") return;
      appendFileSync(join(folder, "events.jsonl"), "{}\n");
      expect(await checksOf(folder)).toMatchObject({ failed: ["events.jsonl"] });
    });
  }

  verifies("receipts.recovered", "has its record made anew with the receipt that lies there", async () => {
    const { store } = openTestStore();
    const { id, folder } = await createWhole(store);
    writeFileSync(join(folder, "job.json"), "{", { mode: 0o600 });
    expect(await store.read(id)).toMatchObject({ status: "succeeded" });
    expect((await checksOf(folder)).failed).not.toContain("receipt.json");
  });
});
