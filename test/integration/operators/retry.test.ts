import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { usageLimitReached } from "../../../src/rehearsal/faults.ts";
import { type ModelRequest, userTexts } from "../../../src/rehearsal/model-request.ts";
import { command, message, refusal } from "../../../src/rehearsal/replies.ts";
import { type Entry, type Script, sequence } from "../../../src/rehearsal/script.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { addUserOperator, saysOk, scratchPathsIn } from "./support.ts";

/** Asks again as often as a contract can. */
const patient = {
  outputs: { list: { path: "list.json" } },
  checks: [{ check: "schema", output: "list", schema: { type: "array" } }],
  retry: { artifact_missing: 3, artifact_invalid: 3, verification_failed: 3, schema_violation: 3 },
};

const writes =
  (content: string): Script =>
  (request) =>
    command(`printf %s '${content}' > '${scratchPathsIn(request)[0]}'`);

async function run(engine: string, ...entries: readonly Entry[]) {
  const world = await startCliWorld(() => sequence(...entries));
  addUserOperator(world, "patient", patient);
  const line = ["operator", "run", "patient", "--json", "--engine", engine];
  const { exitCode, envelope } = await world.run(line);
  return { exitCode, envelope, world, asked: asked(world) };
}

/** The words of each turn, without what Codex adds to them. */
function asked({ model }: CliWorld): readonly string[] {
  const last = (request: ModelRequest) => userTexts(request).at(-1) ?? "";
  return [...new Set(model.requests.map(last))];
}

for (const engine of ["app-server", "exec"]) {
  describe(`an operator that failed is asked again, ${engine}`, () => {
    verifies("operator.retry", "on the same thread, with only what failed", async () => {
      const {
        exitCode,
        envelope,
        world,
        asked: turns,
      } = await run(
        engine,
        message(saysOk),
        writes('{"a":1}'),
        message(saysOk),
        writes("[1]"),
        message(saysOk),
      );
      expect(envelope.error).toBeUndefined();
      expect(exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "list.json"), "utf8")).toBe("[1]");
      expect(new Set(world.model.requests.map(({ thread }) => thread))).toEqual(
        new Set([envelope.run?.thread]),
      );
      const format = '# FINAL FORMAT\n\nEnd with one line of JSON and nothing after it:\n{"status":"ok"}\n';
      const head = "Your run was checked and is not done. These checks did not pass:\n";
      expect(turns).toHaveLength(3);
      expect(turns[1]).toContain(
        `${head}\n- list is there: it was not made\n- list: schema: list is not there\n\n`,
      );
      expect(turns[2]).toContain(`${head}\n- list: schema: it must be array, and is object\n\nMend these`);
      for (const text of turns.slice(1)) {
        expect(text).toContain(format);
        expect(text).not.toMatch(/# TASK|# INPUTS|# STEPS|# HARD CONSTRAINTS/);
      }
    });

    verifies("operator.retry", "and not any more when the same check fails in the same way", async () => {
      const twice = await run(engine, message(saysOk));
      expect([twice.exitCode, twice.envelope.error?.kind]).toEqual([4, "artifact_missing"]);
      expect(twice.asked).toHaveLength(2);
      const other = await run(
        engine,
        message(saysOk),
        writes('{"a":1}'),
        message(saysOk),
        (request) => command(`/bin/rm '${scratchPathsIn(request)[0]}'`),
        message(saysOk),
      );
      expect(other.envelope.error?.kind).toBe("artifact_missing");
      expect(other.asked).toHaveLength(3);
    });

    verifies("operator.endings", "and never after a quota or a refusal", async () => {
      const none = await run(engine, usageLimitReached());
      expect([none.exitCode, none.envelope.error?.kind, none.asked.length]).toEqual([4, "quota", 1]);
      const later = await run(engine, message(saysOk), usageLimitReached());
      expect([later.exitCode, later.envelope.error?.kind, later.asked.length]).toEqual([4, "quota", 2]);
      const refused = await run(engine, refusal("I will not."));
      expect([refused.exitCode, refused.asked.length]).toEqual([4, 1]);
      expect(refused.envelope.error?.kind).toBe("agent_refused");
      const quotaRow = later.envelope.evidence?.find(({ check }) => check === "turn");
      expect(quotaRow?.status).toBe("failed");
    });
  });
}
