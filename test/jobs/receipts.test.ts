import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect } from "vitest";
import { findReceiptLines, receiptLineOf } from "../../src/domain/receipt-line.ts";
import { digestOf } from "../../src/evidence/digest.ts";
import { printReceipt } from "../../src/evidence/receipt.ts";
import { verifyJobFolder } from "../../src/jobs/verify-job.ts";
import { resultOf } from "../../src/surfaces/client/result-of.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import {
  checksOf,
  createWhole,
  fieldsOf,
  readReceipt,
  strangeValue,
  thread,
  withField,
} from "./receipt-support.ts";
import { createEnded, createSample, makeFolder, openTestStore, sampleRequest, worldAt } from "./support.ts";

const all = [
  "receipt.json",
  "job.json",
  "request.json",
  "plan.json",
  "events.jsonl",
  "patch.diff",
  "result.json",
  "prompt",
  "payloads",
  "run facts",
  "rollout",
];

describe("a receipt", () => {
  verifies(
    "receipts.written",
    "has the facts of the run and the digest of each file that it covers",
    async () => {
      const { store } = openTestStore();
      const { id, folder, rollout } = await createWhole(store);
      const receipt = readReceipt(folder);
      expect(receipt).toMatchObject({
        job: id,
        kind: "consult",
        status: "succeeded",
        rehearsal: false,
        thread,
        turn: "turn-1",
        tandem: { version: "0.1.0", build: "test" },
        codex: { version: "0.169.0", path: "/somewhere/codex" },
        model: "model-1",
        tier: "read-only",
        sandbox: "read-only",
        prompt: digestOf(sampleRequest.prompt ?? ""),
        finalText: digestOf("Because."),
        turns: [{ turn: "turn-1", prompt: digestOf("Why, sent?"), answer: digestOf("Because.") }],
        rollout: { path: rollout, ...digestOf(readFileSync(rollout)) },
      });
      expect(receipt).not.toHaveProperty("recovered");
      expect(receipt.files).toEqual(
        ["request.json", "plan.json", "events.jsonl", "patch.diff", "result.json"].map((name) => ({
          name,
          ...digestOf(readFileSync(join(folder, name))),
        })),
      );
      const record = await store.read(id);
      expect(record.receipt).toBe(digestOf(readFileSync(join(folder, "receipt.json"))).sha256);
      expect(await checksOf(folder)).toEqual({ passed: all, failed: [], skipped: [] });
    },
  );

  verifies("receipts.written", "comes with every end of a job, also of one that never ran", async () => {
    const { store } = openTestStore();
    const id = await createSample(store);
    const envelope = { schema: "codex-tandem/1", ok: false, kind: "consult" } as const;
    await store.finish(id, { status: "cancelled", envelope });
    const { folder } = { folder: store.foldersOf(id).job };
    expect(readReceipt(folder)).toMatchObject({ job: id, status: "cancelled", turns: [] });
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
  });

  verifies(
    "receipts.line",
    "is among the artefacts of a result as it is shown, and in its header",
    async () => {
      const { store } = openTestStore();
      const { id, folder } = await createWhole(store);
      const shown = await resultOf(await store.read(id), store);
      const path = join(folder, "receipt.json");
      const { sha256, bytes } = digestOf(readFileSync(path));
      const mediaType = "application/vnd.codex-tandem.receipt+json";
      expect(shown.artifacts).toEqual([{ path, bytes, sha256, mediaType }]);
      const line = receiptLineOf(shown) ?? "";
      expect(findReceiptLines(line)).toEqual([{ job: id, digest: sha256.slice(0, 16), rehearsal: false }]);
      // A receipt that the record does not name is none of this result's.
      writeFileSync(path, printReceipt({ ...readReceipt(folder), turns: [] }), { mode: 0o600 });
      expect(await resultOf(await store.read(id), store)).not.toHaveProperty("artifacts");
    },
  );

  verifies("receipts.order", "that cannot be written keeps no result back", async () => {
    const { store, problems } = openTestStore();
    const id = await createSample(store);
    // A folder in its place: the rename fails.
    cpSync(makeFolder(), join(store.foldersOf(id).job, "receipt.json"), { recursive: true });
    writeFileSync(join(store.foldersOf(id).job, "receipt.json", "x"), "");
    const envelope = { schema: "codex-tandem/1", ok: true, kind: "consult", answer: "Yes." } as const;
    await store.finish(id, { status: "succeeded", envelope });
    expect(await store.readResult(id)).toEqual(envelope);
    expect(await store.read(id)).not.toHaveProperty("receipt");
    expect(problems).toMatchObject([{ job: id }]);
    expect(await checksOf(store.foldersOf(id).job)).toMatchObject({ failed: ["receipt.json"] });
  });
});

describe("what was altered", () => {
  verifies("receipts.alteration", "any byte of any file is found, and its file named", async () => {
    const { store } = openTestStore();
    const { folder, rollout } = await createWhole(store);
    const payload = join(folder, "payloads", readdirSync(join(folder, "payloads"))[0] ?? "");
    const covered = [
      ...["receipt.json", "request.json", "plan.json", "events.jsonl", "patch.diff", "result.json"].map(
        (name) => ({ path: join(folder, name), check: name }),
      ),
      { path: payload, check: "payloads" },
      { path: rollout, check: "rollout" },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...covered),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async ({ path, check }, position, change) => {
          const before = readFileSync(path);
          const altered = Buffer.from(before);
          const at = position % before.length;
          altered[at] = (before[at] ?? 0) ^ change;
          writeFileSync(path, altered, { mode: 0o600 });
          const { failed } = await checksOf(folder);
          writeFileSync(path, before, { mode: 0o600 });
          expect(failed).toContain(check);
          const others = covered.map((each) => each.check).filter((name) => name !== check);
          // A receipt with another digest in it names that file too; no other altered file does.
          if (check !== "receipt.json") expect(failed.filter((name) => others.includes(name))).toEqual([]);
        },
      ),
      fc.cases(300),
    );
    expect(await checksOf(folder)).toEqual({ passed: all, failed: [], skipped: [] });
  });

  for (const part of ["tandem", "sandbox"]) {
    verifies(
      "receipts.alteration",
      `a result whose facts have no ${part} is found, and is no error`,
      async () => {
        const { store } = openTestStore();
        const { folder } = await createWhole(store);
        const path = join(folder, "result.json");
        const altered = readFileSync(path, "utf8").replace(`"${part}"`, '"else"');
        writeFileSync(path, altered, { mode: 0o600 });
        const { failed } = await checksOf(folder);
        expect(failed).toEqual(expect.arrayContaining(["result.json", "run facts"]));
      },
    );
  }

  for (const name of [
    "receipt.json",
    "request.json",
    "plan.json",
    "events.jsonl",
    "patch.diff",
    "result.json",
  ]) {
    verifies("receipts.alteration", `${name} that is gone, longer, or a link is found`, async () => {
      const { store } = openTestStore();
      const { folder } = await createWhole(store);
      const path = join(folder, name);
      const content = readFileSync(path);
      writeFileSync(path, Buffer.concat([content, Buffer.from("\n")]), { mode: 0o600 });
      expect((await checksOf(folder)).failed).toContain(name);
      rmSync(path);
      expect((await checksOf(folder)).failed).toContain(name);
      const elsewhere = join(makeFolder(), name);
      writeFileSync(elsewhere, content);
      symlinkSync(elsewhere, path);
      expect((await checksOf(folder)).failed).toContain(name);
    });
  }

  verifies("receipts.alteration", "a file that was added after the end is found", async () => {
    const { store } = openTestStore();
    const id = await createEnded(store);
    const folder = store.foldersOf(id).job;
    expect((await checksOf(folder)).failed).toEqual([]);
    writeFileSync(join(folder, "events.jsonl"), "");
    writeFileSync(join(folder, "patch.diff"), "");
    expect((await checksOf(folder)).failed).toEqual(["events.jsonl", "patch.diff"]);
  });

  verifies("receipts.alteration", "what the record says of the job is compared", async () => {
    const { store } = openTestStore();
    const { folder } = await createWhole(store);
    const path = join(folder, "job.json");
    const text = readFileSync(path, "utf8");
    for (const [from, to] of [
      ['"succeeded"', '"failed"'],
      ['"consult"', '"review"'],
      ['"rehearsal": false', '"rehearsal": true'],
    ] as const) {
      writeFileSync(path, text.replace(from, to), { mode: 0o600 });
      expect((await checksOf(folder)).failed, to).toEqual(["job.json"]);
    }
    rmSync(path);
    expect((await checksOf(folder)).failed).toEqual(["receipt.json", "job.json"]);
  });
});

describe("what was made up", () => {
  verifies("receipts.invention", "a receipt of another job is none of this one's", async () => {
    const { store } = openTestStore();
    const [one, other] = [await createWhole(store), await createWhole(store)];
    copyFileSync(join(other.folder, "receipt.json"), join(one.folder, "receipt.json"));
    const { evidence } = await verifyJobFolder(one.folder);
    expect(evidence).toContainEqual({
      check: "job.json",
      status: "failed",
      detail: `the receipt is of another job, ${other.id}`,
    });
    expect((await checksOf(one.folder)).failed).toContain("receipt.json");
    // All files of the other job under this one's name.
    cpSync(other.folder, one.folder, { recursive: true });
    expect((await checksOf(one.folder)).failed).toEqual(["receipt.json", "job.json"]);
  });

  verifies("receipts.invention", "a receipt that was made to fit an altered answer is found", async () => {
    const { store } = openTestStore();
    const { folder } = await createWhole(store);
    const result = join(folder, "result.json");
    const altered = readFileSync(result, "utf8").replaceAll("Because.", "All is well.");
    writeFileSync(result, altered, { mode: 0o600 });
    const receipt = readReceipt(folder);
    const files = receipt.files.map((file) =>
      file.name === "result.json" ? { name: file.name, ...digestOf(altered) } : file,
    );
    const forged = { ...receipt, files, finalText: digestOf("All is well.") };
    writeFileSync(join(folder, "receipt.json"), printReceipt(forged), { mode: 0o600 });
    expect((await checksOf(folder)).failed).toEqual(["receipt.json"]);
  });

  verifies(
    "receipts.invention",
    "whatever lies in the place of a receipt, it is no error of ours",
    async () => {
      const { store } = openTestStore();
      const { folder } = await createWhole(store);
      const receipt = readReceipt(folder);
      const hostile = fc.oneof(
        fc.string(),
        fc.json(),
        fc
          .tuple(fc.constantFrom(...Object.keys(receipt)), strangeValue)
          .map(([name, value]) => withField(receipt, [name], value)),
      );
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          writeFileSync(join(folder, "receipt.json"), text, { mode: 0o600 });
          expect((await checksOf(folder)).failed).toContain("receipt.json");
        }),
        fc.cases(150),
      );
    },
  );

  verifies(
    "receipts.invention",
    "whatever a field of the record or the result holds, it is no error of ours",
    async () => {
      const { store } = openTestStore();
      const { folder } = await createWhole(store);
      const stored = Object.fromEntries(
        ["job.json", "result.json"].map((name) => [name, readFileSync(join(folder, name), "utf8")]),
      );
      const places = Object.entries(stored).flatMap(([name, text]) =>
        fieldsOf(JSON.parse(text)).map((field) => ({ name, field })),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), strangeValue, async ({ name, field }, value) => {
          const text = stored[name] ?? "";
          writeFileSync(join(folder, name), withField(JSON.parse(text), field, value), { mode: 0o600 });
          await expect(checksOf(folder)).resolves.toBeDefined();
          writeFileSync(join(folder, name), text, { mode: 0o600 });
        }),
        fc.cases(300),
      );
    },
  );
});

verifies(
  "receipts.retention",
  "a journal that retention removed is skipped, one that is gone fails",
  async () => {
    const world = worldAt("2026-09-01T00:00:00.000Z");
    const { store } = openTestStore(undefined, { world });
    const [dropped, deleted] = [await createWhole(store), await createWhole(store)];
    rmSync(join(deleted.folder, "events.jsonl"));
    expect(await checksOf(deleted.folder)).toMatchObject({ failed: ["events.jsonl"], skipped: [] });
    world.set("2026-11-21T00:00:00.000Z");
    await store.applyRetention({
      readDays: 30,
      readCount: 100,
      unreadResultDays: 180,
      unreadJournalDays: 30,
      totalBytes: 1_000_000_000,
    });
    expect(await checksOf(dropped.folder)).toMatchObject({ failed: [], skipped: ["events.jsonl"] });
    // Put there by somebody else afterwards.
    writeFileSync(join(dropped.folder, "events.jsonl"), "{}\n");
    expect(await checksOf(dropped.folder)).toMatchObject({ failed: ["events.jsonl"] });
  },
);

describe("Codex's own record", () => {
  verifies("receipts.rollout", "may grow and go, and not change", async () => {
    const { store } = openTestStore();
    const { folder, rollout } = await createWhole(store);
    const content = readFileSync(rollout);
    writeFileSync(rollout, Buffer.concat([content, Buffer.from('{"type":"another turn"}\n')]));
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: [] });
    writeFileSync(rollout, content.subarray(0, -1));
    expect(await checksOf(folder)).toMatchObject({ failed: ["rollout"] });
    rmSync(rollout);
    expect(await checksOf(folder)).toMatchObject({ failed: [], skipped: ["rollout"] });
  });
});

verifies("receipts.verify", "a copy of a job's folder verifies anywhere, whoever may read it", async () => {
  const { store } = openTestStore();
  const { folder, id } = await createWhole(store);
  for (const name of [basename(folder), "saved"]) {
    const copy = join(makeFolder(), name);
    cpSync(folder, copy, { recursive: true });
    for (const file of ["receipt.json", "result.json", "events.jsonl"]) {
      writeFileSync(join(copy, file), readFileSync(join(copy, file)), { mode: 0o666 });
    }
    expect((await verifyJobFolder(copy)).record?.id).toBe(id);
    expect(await checksOf(copy)).toMatchObject({ failed: [], skipped: [] });
  }
});
