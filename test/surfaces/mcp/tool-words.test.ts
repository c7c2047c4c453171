import { expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import {
  type ErrorKind,
  type ErrorReport,
  errorCatalogue,
  reportError,
} from "../../../src/domain/errors/tandem-error.ts";
import { callWords } from "../../../src/report/text/reader.ts";
import { answerText } from "../../../src/surfaces/mcp/results/answer.ts";
import { inToolWords } from "../../../src/surfaces/mcp/results/tool-words.ts";
import { listTools } from "../../../src/surfaces/mcp/tools/all-tools.ts";
import { verifies } from "../../support/requirements.ts";

/** Details of any kind of error: each is its own name. */
const lists = ["candidates", "supported", "checks", "searched"];
const named = new Proxy(
  {},
  { get: (_, name) => (lists.includes(String(name)) ? [`{${String(name)}}`] : `{${String(name)}}`) },
);

function wayOut(kind: ErrorKind, details: object = named): ErrorReport["repair"] {
  const error = reportError(kind, details as never);
  const envelope: Envelope = { schema: "codex-tandem/1", ok: false, kind: "error", error };
  const { repair } = inToolWords(envelope).error ?? error;
  return repair;
}

verifies("mcp.errors", "no way out of any error is a command of ours or one of its flags", () => {
  for (const kind of Object.keys(errorCatalogue) as ErrorKind[]) {
    const { say, command = "", tool } = wayOut(kind);
    expect(say, kind).not.toMatch(/tandem (?!answer)[a-z]|--[a-z]/);
    expect(command, kind).not.toMatch(/^tandem /);
    if (tool !== undefined) expect(listTools().map(({ name }) => name)).toContain(tool);
  }
});

verifies("mcp.errors", "the way out of a running job is a call that can be made", () => {
  expect(wayOut("job_running", { id: "20260101t000000000-kqvbgm" })).toMatchObject({
    tool: "result",
    arguments: { job: "20260101t000000000-kqvbgm", waitSeconds: 50 },
  });
  expect(wayOut("not_logged_in", { cause: "401" })).toMatchObject({ command: "codex login" });
});

verifies("mcp.errors", "a failure has isError, kind, message, way out and stub", async () => {
  const error = reportError("workspace_busy", { folder: "/w", job: "kqvbgm" });
  const answer = await answerText({ schema: "codex-tandem/1", ok: false, kind: "error", error });
  expect(answer.isError).toBe(true);
  expect(answer.content).toEqual([
    {
      type: "text",
      text: "Error (workspace_busy): Job kqvbgm is writing in /w.\nWait for it or cancel it.\n  /codex:status kqvbgm (for a model: `status`)\n",
    },
  ]);
  expect(answer._meta).toEqual({
    "codex-tandem/result": { ok: false, kind: "error", error: "workspace_busy" },
  });
  expect(answer.structuredContent).toBeUndefined();
});

verifies("mcp.errors", "what the person reads as well names the command that a person types", () => {
  expect(callWords("reply", { job: "kqvbgm", text: "…" })).toBe(
    "/codex:reply kqvbgm … (for a model: `reply`)",
  );
  expect(callWords("status", { all: true })).toBe(
    "/codex:status --all (for a model: `status` with `all: true`)",
  );
  expect(callWords("result", { job: "kqvbgm", waitSeconds: 50 })).toBe(
    "/codex:result kqvbgm (for a model: `result` with `waitSeconds: 50`)",
  );
  // What nobody can type is left as it is called.
  expect(callWords("task", { task: "…" })).toBe('task {"task":"…"}');
});
