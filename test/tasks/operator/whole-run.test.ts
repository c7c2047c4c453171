import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { ThreadSession } from "../../../src/codex/engine.ts";
import { Watchdog } from "../../../src/codex/watchdog.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { runOperator } from "../../../src/tasks/operator/run-operator.ts";
import { sampleRequest } from "../../jobs/samples.ts";
import { makeHome } from "../../support/homes.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { contractHead, operatorOf } from "./support.ts";

const sandbox = { tier: "workspace-write", network: false, approvals: "never" } as const;
const contract = [
  contractHead.trimEnd(),
  "tier: workspace-write",
  "tools: {require: [shell]}",
  "outputs: {out: {path: out.json}}",
  "checks:",
  "  - {check: schema, output: out, schema: {type: array}}",
  "  - {check: text, output: out, pattern: absent, required: false}",
  "retry: {artifact_missing: 2, artifact_invalid: 2, verification_failed: 2}",
].join("\n");

/** What an agent did in one turn, and what Codex told of it. */
interface Played {
  readonly events: readonly RunEvent[];
  readonly file: "right" | "wrong" | "elsewhere" | "link" | "second name" | "none";
  readonly status: "completed" | "failed" | "interrupted";
  readonly answer: string;
}

const thread: RunEvent = { type: "thread_started", thread: "t", sandbox };
const turn = (status: Played["status"]): RunEvent => ({ type: "turn_completed", turn: "u", status });
const shell = (status: string): RunEvent => ({
  type: "command_completed",
  item: "i",
  command: "ls",
  status,
  reads: [],
});
const event = fc.constantFrom<RunEvent>(
  thread,
  turn("completed"),
  turn("interrupted"),
  shell("completed"),
  shell("declined"),
  { type: "message", item: "m", text: '{"status":"ok"}' },
  { type: "files_changed", item: "f", status: "completed", paths: ["out.json"] },
  { type: "unknown", name: "item shell", payload: { status: "completed" } },
);
const honest = fc.constant<Played>({
  events: [thread, shell("completed"), turn("completed")],
  file: "right",
  status: "completed",
  answer: '{"status":"ok"}',
});
const played: fc.Arbitrary<Played> = fc.oneof(
  honest,
  fc.record({
    events: fc.array(event, { maxLength: 6 }),
    file: fc.constantFrom("right", "wrong", "elsewhere", "link", "second name", "none"),
    status: fc.constantFrom("completed", "failed", "interrupted"),
    answer: fc.constantFrom('{"status":"ok"}', "I have made it.", '{"status":"failed"}', ""),
  }),
);

/** A run of the operator with an agent that plays these turns, one after the other. */
async function play(turns: readonly Played[]) {
  const cwd = makeHome("played");
  const job = makeHome("played-job");
  const heard: ((event: RunEvent) => void)[] = [];
  const seen: { readonly turns: Played[]; hasFile: boolean } = { turns: [], hasFile: false };
  const session: ThreadSession = {
    facts: { thread: "", sandbox },
    pins: [],
    takesFollowUps: true,
    run: async () => {
      const now = turns[Math.min(seen.turns.length, turns.length - 1)];
      if (now === undefined) throw new Error("nothing is played");
      seen.turns.push(now);
      act(now.file, { cwd, scratch: join(job, "scratch") });
      for (const each of now.events) for (const listener of heard) listener(each);
      return { status: now.status, answer: now.answer, commands: [] };
    },
    close: async () => undefined,
  };
  const operator = operatorOf(contract, { cwd });
  const request = { ...sampleRequest, kind: "operator", cwd, operator, tier: "workspace-write" } as const;
  const { parts } = await runOperator(
    request,
    { operator, images: [], checkedImages: [], text: "", codexHome: cwd },
    {
      openThread: async () => session,
      watchdog: new Watchdog({ stallMs: 60_000, timeoutMs: 60_000 }),
      signal: new AbortController().signal,
      emit: () => undefined,
      observe: (listener) => heard.push(listener),
      job: { id: "j", folder: job, worktrees: job },
    },
  );
  const made = readdirSync(cwd).includes("out.json")
    ? readFileSync(join(cwd, "out.json"), "utf8")
    : undefined;
  return { parts, made, turns: seen.turns, left: readdirSync(job) };
}

function act(file: Played["file"], { cwd, scratch }: { cwd: string; scratch: string }): void {
  const path = join(scratch, "out", "out.json");
  rmSync(path, { force: true });
  const other = join(scratch, "other.json");
  writeFileSync(other, "[1]");
  if (file === "right") writeFileSync(path, "[1]");
  if (file === "wrong") writeFileSync(path, "{}");
  if (file === "elsewhere") {
    mkdirSync(join(cwd, "elsewhere"), { recursive: true });
    writeFileSync(join(cwd, "elsewhere", "out.json"), "[1]");
  }
  if (file === "link") symlinkSync(other, path);
  if (file === "second name") linkSync(other, path);
}

describe("a whole run of an operator", () => {
  verifies("operator.evidence", "succeeds and delivers only with all of the evidence", async () => {
    let successes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(played, { minLength: 1, maxLength: 3 }), async (all) => {
        const { parts, made, turns, left } = await play(all);
        const events = turns.flatMap((each) => each.events);
        const has = (wanted: RunEvent) =>
          events.some((each) => JSON.stringify(each) === JSON.stringify(wanted));
        const last = turns.at(-1);
        const isProven =
          has(thread) &&
          has(turn("completed")) &&
          has(shell("completed")) &&
          last?.status === "completed" &&
          last.file === "right" &&
          last.answer !== '{"status":"failed"}';
        expect(parts.error === undefined).toBe(isProven);
        expect(made).toBe(isProven ? "[1]" : undefined);
        expect(left).not.toContain("scratch");
        // At most one turn for each failure that was not seen before.
        expect(turns.length).toBeLessThanOrEqual(7);
        successes += isProven ? 1 : 0;
      }),
      fc.cases(150),
    );
    // A property that only ever sees failures would hold for a run that cannot succeed.
    expect(successes).toBeGreaterThan(10);
  });
});
