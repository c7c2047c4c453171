import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { reportError } from "../../../src/domain/errors/tandem-error.ts";
import { outputFormats } from "../../../src/report/formats/format-names.ts";
import { renderAs } from "../../../src/report/formats/render-as.ts";
import { withNextSteps } from "../../../src/surfaces/cli/next-steps.ts";
import { exitCodeFor } from "../../../src/surfaces/cli/output.ts";
import { resultOf } from "../../../src/surfaces/client/result-of.ts";
import { waitedEnvelope } from "../../../src/surfaces/client/waited-jobs.ts";
import { textForModel } from "../../../src/surfaces/mcp/results/answer.ts";
import { withSteps } from "../../../src/surfaces/mcp/results/tool-words.ts";
import { seedReply } from "../../../src/tasks/seed-reply.ts";
import { fieldsOf, strangeValue, withField } from "../../jobs/receipt-support.ts";
import {
  createEnded,
  openTestStore,
  sampleRequest,
  sampleResult,
  type TestStore,
} from "../../jobs/support.ts";
import { envelopes } from "../../report/fixtures.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const sha256 = "0".repeat(64);
const objectId = "a".repeat(40);
const blob = { mode: "100644", id: objectId };

/** A result with every part that one can have, of the job `id`. */
function wholeResult(id: string): Envelope {
  const { reviewWithFindings } = envelopes;
  return {
    ...reviewWithFindings,
    job: { ...reviewWithFindings.job, id },
    answer: "An answer.",
    raw: "A raw one.",
    coverage: {
      status: "partial",
      basis: "gathered",
      examined: ["a"],
      omitted: [{ path: "b", reason: "binary" }],
    },
    patch: {
      path: "/somewhere/patch.diff",
      sha256,
      bytes: 3,
      baseline: objectId,
      files: [
        {
          path: "a",
          oldPath: "b",
          status: "renamed",
          before: blob,
          after: blob,
          insertions: 1,
          deletions: 2,
        },
      ],
      insertions: 1,
      deletions: 2,
      preview: "diff",
      isPreviewCut: false,
    },
    artifacts: [{ path: "/somewhere/a.txt", bytes: 4, sha256, mediaType: "text/plain" }],
    ok: false,
    error: reportError("rate_limited", { cause: "429" }, { retryAfterMs: 30_000 }),
  };
}

/** What every surface does with a result. */
async function useResult({ store }: TestStore, id: string): Promise<Envelope> {
  const record = await store.read(id);
  const result = await resultOf(record, store);
  const style = { columns: 80, colour: false, pretty: false };
  for (const format of outputFormats) {
    await renderAs(format, withNextSteps(result), style);
    await renderAs(format, waitedEnvelope([record], [result]), style);
  }
  await textForModel(withSteps(result));
  seedReply({ request: sampleRequest, result }, "Go on.");
  exitCodeFor(result, "high");
  return result;
}

describe("a stored result", () => {
  verifies(
    "jobs.corrupt-aside",
    "is given whole, or set aside and told as lost, whatever it holds",
    async () => {
      const opened = openTestStore();
      const id = await createEnded(opened.store);
      const { store, problems } = opened;
      const path = join(store.foldersOf(id).job, "result.json");
      const whole = wholeResult(id);
      writeFileSync(path, JSON.stringify(whole), { mode: 0o600 });
      const { patch: _patch, artifacts = [], ...rest } = whole;
      expect(await useResult(opened, id)).toMatchObject({ ...rest, artifacts: [...artifacts, {}] });
      const added = { ...whole, later: 1 };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...fieldsOf(added)), strangeValue, async (field, value) => {
          const text = withField(added, field, value);
          writeFileSync(path, text, { mode: 0o600 });
          problems.splice(0);
          const used = await useResult(opened, id);
          expect(used.error?.kind).not.toBe("internal");
          if (problems.length === 0) return;
          expect(used).toMatchObject({ ok: false, error: { kind: "verification_failed" } });
          expect(readFileSync(problems[0]?.setAsideAs ?? "", "utf8")).toBe(text);
        }),
        fc.cases(200),
      );
    },
  );

  verifies("jobs.corrupt-aside", "of another job is not believed", async () => {
    const { store, problems } = openTestStore();
    const [id, other] = [await createEnded(store), await createEnded(store)];
    const path = join(store.foldersOf(id).job, "result.json");
    writeFileSync(path, JSON.stringify(wholeResult(other)), { mode: 0o600 });
    expect(await resultOf(await store.read(id), store)).toMatchObject({ ok: false, job: { id } });
    expect(problems).toMatchObject([{ job: id, path }]);
  });

  verifies("jobs.corrupt-aside", "of a run that failed leaves why it failed, and how to go on", async () => {
    const { store } = openTestStore();
    const { id } = await store.create({ request: sampleRequest, workspace: "/somewhere" });
    await store.update(id, { status: "running" });
    const error = { kind: "timeout", message: "It took too long." } as const;
    await store.finish(id, { status: "failed", envelope: { ...sampleResult, ok: false }, change: { error } });
    writeFileSync(join(store.foldersOf(id).job, "result.json"), "{", { mode: 0o600 });
    const result = await resultOf(await store.read(id), store);
    expect(result.error).toMatchObject({ ...error, retryable: true });
    expect(result.error?.repair.command).toBe(`tandem retry ${id.slice(-6)}`);
    expect(exitCodeFor(result)).toBe(5);
  });

  verifies(
    "jobs.corrupt-aside",
    "with a kind of error of a later version is told, and is a failure",
    async () => {
      const opened = openTestStore();
      const id = await createEnded(opened.store);
      const path = join(opened.store.foldersOf(id).job, "result.json");
      for (const kind of ["moon_phase", "constructor"]) {
        const whole = wholeResult(id);
        writeFileSync(path, JSON.stringify({ ...whole, error: { ...whole.error, kind } }), { mode: 0o600 });
        const result = await useResult(opened, id);
        expect(result.error?.kind).toBe(kind);
        expect(exitCodeFor(result)).toBe(4);
      }
      expect(opened.problems).toEqual([]);
    },
  );
});
