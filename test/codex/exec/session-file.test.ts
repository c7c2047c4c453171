import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { findRollout } from "../../../src/codex/exec/find-rollout.ts";
import { termsMismatch } from "../../../src/codex/exec/read-back.ts";
import { type RolloutEntry, RolloutReader } from "../../../src/codex/exec/rollout-reader.ts";
import { TurnRecord } from "../../../src/codex/exec/turn-record.ts";
import { verifies } from "../../support/requirements.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tandem-sessions-"));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const now = Date.now();
const thread = threadStartedAt(now);

function threadStartedAt(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

async function makeRollout(day: Date, name: string, content = ""): Promise<string> {
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  const folder = join(home, "sessions", ...parts);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe("the session file of a thread", () => {
  for (const [name, offset] of [
    ["of today", 0],
    ["of yesterday, in Codex's time zone", -86_400_000],
    ["of tomorrow, in Codex's time zone", 86_400_000],
  ] as const) {
    verifies("exec.session_file", `is found in the folder ${name}`, async () => {
      const path = await makeRollout(new Date(now + offset), `rollout-2026-01-01T00-00-00-${thread}.jsonl`);
      expect(await findRollout(home, thread)).toBe(path);
    });
  }

  verifies("exec.session_file", "is not another thread's, nor another kind of file", async () => {
    await makeRollout(new Date(now), `rollout-x-${threadStartedAt(now + 1)}.jsonl`);
    await makeRollout(new Date(now), `other-${thread}.jsonl`);
    await makeRollout(new Date(now), `rollout-x-${thread}.jsonl.part`);
    expect(await findRollout(home, thread)).toBeUndefined();
  });

  verifies(
    "exec.session_file",
    "of a thread whose id holds no time is not there, and nothing fails",
    async () => {
      expect(await findRollout(home, "zzzzzzzz-zzzz")).toBeUndefined();
    },
  );
});

describe("reading it", () => {
  const line = (type: string, payload: object) => `${JSON.stringify({ ordinal: 0, type, payload })}\n`;

  verifies("exec.session_file", "gives every entry once, however its lines are cut", async () => {
    const seen: RolloutEntry[] = [];
    const reader = new RolloutReader(home, thread, (entry) => seen.push(entry));
    await reader.poll();
    const whole = `${line("a", { n: 1 })}${line("b", { text: "é🙂" })}`;
    const path = await makeRollout(new Date(now), `rollout-x-${thread}.jsonl`);
    for (const byte of Buffer.from(whole)) {
      await appendFile(path, Buffer.from([byte]));
      await reader.poll();
    }
    expect(seen).toEqual([
      { type: "a", payload: { n: 1 } },
      { type: "b", payload: { text: "é🙂" } },
    ]);
  });

  verifies(
    "exec.session_file",
    "leaves out the earlier turns, nonsense and what is longer than any entry of use",
    async () => {
      const path = await makeRollout(new Date(now), `rollout-x-${thread}.jsonl`, line("old", {}));
      const seen: RolloutEntry[] = [];
      const reader = new RolloutReader(home, thread, (entry) => seen.push(entry));
      await reader.skipToEnd();
      await appendFile(path, `garbage\n[]\n{"type":3}\n${"x".repeat(9_000_000)}\n${line("new", {})}`);
      await Promise.all([reader.poll(), reader.poll()]);
      expect(seen).toEqual([{ type: "new", payload: {} }]);
    },
  );

  verifies("exec.session_file", "of a file that is removed meanwhile ends without an error", async () => {
    const reader = new RolloutReader(home, thread, () => undefined);
    const path = await makeRollout(new Date(now), `rollout-x-${thread}.jsonl`, line("a", {}));
    await reader.poll();
    await rm(path);
    await expect(reader.poll()).resolves.toBeUndefined();
  });
});

const counts = (input: number, output: number) => ({
  input_tokens: input,
  cached_input_tokens: 1,
  output_tokens: output,
  reasoning_output_tokens: 2,
});
const context = (turn: string, sandbox: object, more: object = {}): RolloutEntry => ({
  type: "turn_context",
  payload: { turn_id: turn, approval_policy: "never", sandbox_policy: sandbox, model: "m", ...more },
});

describe("what it says of a turn", () => {
  verifies("exec.session_file", "is the turn's own, not that of another turn in the same file", () => {
    const record = new TurnRecord();
    for (const entry of [
      { type: "session_meta", payload: { model_provider: "p" } },
      context(
        "one",
        { type: "read-only" },
        { collaboration_mode: { settings: { reasoning_effort: "low" } } },
      ),
      {
        type: "token_usage_record",
        payload: { turn_id: "one", usage: counts(3, 4), turn_token_usage: counts(30, 40) },
      },
      context("two", { type: "danger-full-access" }, { model: "other" }),
      { type: "token_usage_record", payload: { turn_id: "two", turn_token_usage: counts(9, 9) } },
      {
        type: "event_msg",
        payload: { type: "task_complete", turn_id: "two", error: { codex_error_info: "other" } },
      },
      {
        type: "event_msg",
        payload: { type: "task_complete", turn_id: "one", error: { codex_error_info: "cyber_policy" } },
      },
    ]) {
      record.read(entry);
    }
    expect(record).toMatchObject({
      turn: "one",
      model: "m",
      provider: "p",
      effort: "low",
      errorInfo: "cyber_policy",
      terms: { sandbox: { tier: "read-only", network: false, approvals: "never" }, writableRoots: [] },
      usage: { inputTokens: 30, cachedInputTokens: 1, outputTokens: 40, reasoningTokens: 2 },
    });
  });

  verifies("exec.errors", "tells a refusal, whose tokens left no item, from an empty answer", () => {
    const call = { type: "response_item", payload: { type: "function_call", call_id: "1", name: "t" } };
    const response = (output: number) => ({
      type: "token_usage_record",
      payload: { usage: counts(5, output) },
    });
    const read = (...entries: RolloutEntry[]) => {
      const record = new TurnRecord();
      for (const entry of entries) record.read(entry);
      return record.droppedOutput;
    };
    expect([
      read(call, response(9)),
      read(call, response(9), response(9)),
      read(call, response(9), response(2)),
    ]).toEqual([false, true, false]);
  });

  verifies("exec.refused_calls", "names the calls that were refused, in bounded number", () => {
    const record = new TurnRecord();
    const call = (id: string, fields: object) =>
      record.read({ type: "response_item", payload: { type: "function_call", call_id: id, ...fields } });
    const output = (id: string, text: unknown) =>
      record.read({
        type: "response_item",
        payload: { type: "function_call_output", call_id: id, output: text },
      });
    call("1", { name: "exec_command", arguments: '{"cmd":"touch a"}' });
    output("1", "Process exited with code 1\nOutput:\ntouch: cannot touch 'a': Read-only file system\n");
    call("2", {
      name: "apply_patch",
      input: "*** Begin Patch\n*** Add File: ../x\n+1\n*** Update File: y\n",
    });
    output("2", "patch rejected: writing outside of the project; rejected by user approval settings");
    call("3", { name: "exec_command", arguments: '{"cmd":"sudo x"}' });
    output("3", "approval policy is Never; reject command — you cannot ask\nmore");
    call("4", { name: "nope", arguments: "broken" });
    output("4", "unsupported call: nope");
    call("5", { name: "exec_command", arguments: '{"cmd":"echo"}' });
    output("5", "the words unsupported call: in an output");
    for (let index = 0; index < 200; index++)
      output(`x${index}`, [{ type: "input_text", text: "Read-only file system" }]);
    expect(record.calls.blockedWrites.slice(0, 3)).toEqual(["touch a", "apply_patch ../x, y", "a tool call"]);
    expect(record.calls.blockedWrites).toHaveLength(50);
    expect(record.calls.refused).toEqual([
      "sudo x: approval policy is Never; reject command — you cannot ask",
      "nope: unsupported call: nope",
    ]);
  });
});

describe("the terms of a turn", () => {
  const options = {
    cwd: "/w",
    tier: "workspace-write",
    network: false,
    ephemeral: false,
    untrusted: false,
    environment: {},
    mcpServers: [],
    overrides: [],
    addDirectories: ["/more"],
  } as const;
  const policy = { type: "workspace-write", writable_roots: ["/more"], network_access: false };
  const table: readonly [name: string, sandbox: object, more: object, fits: boolean][] = [
    ["that were asked for", policy, {}, true],
    ["with network", { ...policy, network_access: true }, {}, false],
    ["with network by another field", policy, { permission_profile: { network: "enabled" } }, false],
    ["with one more folder", { ...policy, writable_roots: ["/more", "/home"] }, {}, false],
    ["with less than asked for", { type: "read-only" }, {}, false],
    ["with more than asked for", { type: "danger-full-access" }, {}, false],
    ["with a sandbox of tomorrow", { type: "tomorrow" }, {}, false],
    ["with approvals", policy, { approval_policy: "on-request" }, false],
    ["with approvals of a new kind", policy, { approval_policy: { granular: {} } }, false],
  ];
  for (const [name, sandbox, more, fits] of table) {
    verifies("exec.sandbox", `${name} ${fits ? "are accepted" : "are a sandbox_mismatch"}`, () => {
      const record = new TurnRecord();
      record.read(context("one", sandbox, more));
      const mismatch = record.terms && termsMismatch(record.terms, options);
      expect(record.terms).toBeDefined();
      expect(mismatch?.report.kind).toBe(fits ? undefined : "sandbox_mismatch");
    });
  }

  verifies("exec.sandbox", "without a policy are not known", () => {
    const record = new TurnRecord();
    record.read({ type: "turn_context", payload: { turn_id: "one" } });
    expect(record.terms).toBeUndefined();
  });
});
