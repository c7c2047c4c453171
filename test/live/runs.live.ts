import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import type { Envelope } from "../../src/domain/envelope.ts";
import { createDemoRepository } from "../../src/rehearsal/demo-repository.ts";

const program = fileURLToPath(new URL("../../plugin/bin/tandem", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tandem-live-"));
const repository = join(folder, "shop");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tandem(...parameters: string[]): Envelope {
  const { stdout } = spawnSync(process.execPath, [program, ...parameters, "--json"], {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(stdout);
}

it("a real review reads the change and gives a verdict or says why there is none", async () => {
  await createDemoRepository(repository);
  const envelope = tandem("review");
  expect(envelope.error).toBeUndefined();
  expect(envelope.run?.rehearsal).toBe(false);
  expect(envelope.coverage?.examined.length).toBeGreaterThan(0);
});

it("a real structured review answers in the schema", () => {
  const envelope = tandem("review", "--structured");
  expect(envelope.error).toBeUndefined();
  expect(envelope.verdict).not.toBe("none");
});

it("a real consultation answers and keeps its thread", () => {
  const envelope = tandem("consult", "Reply with the single word: ready");
  expect(envelope.answer?.toLowerCase()).toContain("ready");
  expect(envelope.run?.thread).toBeDefined();
});

it("a real one-shot task answers", () => {
  const envelope = tandem("task", "--engine", "exec", "Reply with the single word: ready");
  expect(envelope.answer?.toLowerCase()).toContain("ready");
});
