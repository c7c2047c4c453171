import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Envelope, Evidence } from "../../src/domain/envelope.ts";
import { isRecord } from "../../src/domain/json.ts";
import { digestOf } from "../../src/evidence/digest.ts";
import { parseReceipt, type Receipt } from "../../src/evidence/receipt.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { verifyJobFolder } from "../../src/jobs/verify-job.ts";
import * as fc from "../support/property.ts";
import { samplePlan, sampleTandem } from "./samples.ts";
import { makeFolder, sampleRequest, sampleResult, workspace } from "./support.ts";

export const thread = "01a2121f-a0e3-71d3-823c-b52b226ffdc5";

/** A job with every kind of file that a receipt covers, run to its end. */
export async function createWhole(store: JobStore): Promise<{ id: string; folder: string; rollout: string }> {
  const codexHome = makeFolder();
  const rollout = writeRollout(codexHome);
  const job = await store.create({
    request: sampleRequest,
    plan: { ...samplePlan, codexHome },
    workspace,
  });
  const { id } = job;
  const folder = store.foldersOf(id).job;
  await store.update(id, { status: "running", thread, isThreadKept: true });
  const journal = await store.openJournal(id);
  journal.append({ type: "turn_started", turn: "turn-1" });
  journal.append({ type: "reasoning", text: "y".repeat(70_000) });
  await journal.close();
  writeFileSync(join(folder, "patch.diff"), "diff --git a/x b/x\n", { mode: 0o600 });
  const turns = [{ turn: "turn-1", prompt: digestOf("Why, sent?"), answer: digestOf("Because.") }];
  await store.finish(id, { status: "succeeded", envelope: wholeResult(id), turns });
  return { id, folder, rollout };
}

function wholeResult(id: string): Envelope {
  const time = "2026-11-21T00:00:00.000Z";
  return {
    ...sampleResult,
    raw: "Because.",
    job: {
      id,
      title: "a job",
      kind: "consult",
      status: "succeeded",
      workspace,
      createdAt: time,
      endedAt: time,
    },
    run: {
      engine: "app-server",
      route: "it is the usual one",
      tandem: sampleTandem,
      codex: { version: "0.169.0", path: "/somewhere/codex" },
      model: "model-1",
      tier: "read-only",
      sandbox: { requested: "read-only", effective: "read-only" },
      network: false,
      isolation: "inherit",
      thread,
      turn: "turn-1",
      durationMs: 5,
      rehearsal: false,
      warnings: [],
    },
  };
}

/** Codex's own record of the thread, at the place where Codex 0.169 has it. */
function writeRollout(codexHome: string): string {
  const started = new Date(Number.parseInt(thread.replaceAll("-", "").slice(0, 12), 16));
  const two = (value: number) => String(value).padStart(2, "0");
  const parts = [String(started.getFullYear()), two(started.getMonth() + 1), two(started.getDate())];
  const folder = join(codexHome, "sessions", ...parts);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-2026-01-01T00-00-00-${thread}.jsonl`);
  writeFileSync(path, `{"type":"session_meta"}\n{"type":"turn"}\n`);
  return path;
}

export function readReceipt(folder: string): Receipt {
  const receipt = parseReceipt(readFileSync(join(folder, "receipt.json"), "utf8"));
  if (receipt === undefined) throw new Error(`${folder} has no receipt.`);
  return receipt;
}

/** The checks of a job's folder by their outcome. */
export async function checksOf(folder: string): Promise<Readonly<Record<Evidence["status"], string[]>>> {
  const { evidence } = await verifyJobFolder(folder);
  const named = (wanted: Evidence["status"]) =>
    evidence.filter(({ status }) => status === wanted).map(({ check }) => check);
  return { passed: named("passed"), failed: named("failed"), skipped: named("skipped") };
}

/** The text of a JSON value that no field of ours has: of another shape, without a text of its own, or too deep to be walked. */
export const strangeValue = fc.oneof(
  fc.json(),
  fc.constant("null"),
  fc.constant('{"toString":{},"toJSON":1}'),
  fc.constant(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
);

/** The JSON text of a value in which one field, named by its path, holds something else. */
export function withField(value: unknown, [name, ...below]: readonly string[], text: string): string {
  if (name === undefined) return text;
  if (Array.isArray(value)) {
    const items = value.map((inner: unknown, index) =>
      String(index) === name ? withField(inner, below, text) : JSON.stringify(inner),
    );
    return `[${items.join(",")}]`;
  }
  if (!isRecord(value)) return text;
  const entries = Object.entries(value).map(
    ([each, inner]) =>
      `${JSON.stringify(each)}:${each === name ? withField(inner, below, text) : JSON.stringify(inner)}`,
  );
  return `{${entries.join(",")}}`;
}

/** The path of every field in a value, those of its inner objects and of the first of each list too. */
export function fieldsOf(value: unknown): readonly (readonly string[])[] {
  const fields = Array.isArray(value) ? Object.fromEntries(Object.entries(value.slice(0, 1))) : value;
  if (!isRecord(fields)) return [];
  return Object.entries(fields).flatMap(([name, inner]) => [
    [name],
    ...fieldsOf(inner).map((below) => [name, ...below]),
  ]);
}
