import { describe, expect } from "vitest";
import type { JobSummary } from "../../../src/domain/envelope.ts";
import type { Pending } from "../../../src/domain/pending.ts";
import { watchLines } from "../../../src/report/progress/watch-lines.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { formOf } from "../../../src/surfaces/mcp/forms/form.ts";
import { verifies } from "../../support/requirements.ts";
import { now } from "../fixture-time.ts";
import { endedJob, jobsOfAllStates, publish } from "../job-fixtures.ts";

/** A value as it is read from a file that a later version has written. */
function later<Value>(value: Value, fields: Readonly<Record<string, unknown>>): Value {
  return { ...value, ...fields };
}

function list(jobs: readonly JobSummary[]): string {
  const style = { columns: 80, colour: false, now };
  return renderEnvelope({ schema: "codex-tandem/1", ok: true, kind: "status", jobs }, style);
}

const running = jobsOfAllStates.find(({ phase }) => phase === "thinking");

describe("words that only a later version knows", () => {
  for (const word of ["dreaming", "constructor"]) {
    verifies("report.job-list", `are shown as they are in lists (${word})`, () => {
      expect(list([later(running ?? endedJob("bcdfgh", "failed"), { phase: word })])).toContain(` ${word} `);
      const ended = endedJob("bcdfgh", "succeeded");
      expect(list([later(ended, { verdict: word })])).toContain(` ${word} `);
    });
  }

  verifies("report.pending", "make no request look harmless", () => {
    const pending: Pending = later(publish, { kind: "teleport" });
    const job = later(running ?? endedJob("bcdfgh", "failed"), {
      phase: "waiting_approval",
      pending: [pending],
    });
    for (const text of [
      list([job]),
      renderEnvelope(
        { schema: "codex-tandem/1", ok: true, kind: "status", job, pending: [pending] },
        { columns: 80, colour: false, now },
      ),
      formOf(pending, "bcdfgh").message,
      watchLines(
        later({ type: "request_opened", request: "1", kind: "command", text: "x" }, { kind: "teleport" }),
        now.toISOString(),
        { columns: 80, colour: false },
      ).join("\n"),
    ]) {
      expect(text).toMatch(/OUTSIDE/);
      expect(text).not.toContain("undefined");
    }
  });
});
